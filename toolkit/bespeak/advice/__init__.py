"""Demand, prices and holdings -> what to buy or resize, why, and how much it saves; Azure's own rule beside it."""

from bespeak.advice.azure import azure_rule
from bespeak.advice.curve import savings_curve
from bespeak.advice.exact import recommend
from bespeak.advice.fit import fit_sizes
from bespeak.advice.resize import ResizePlan, plan_sizes
from bespeak.advice.worth import worth_knowing

__all__ = [
    "ResizePlan",
    "azure_rule",
    "fit_sizes",
    "plan_sizes",
    "recommend",
    "savings_curve",
    "worth_knowing",
]
