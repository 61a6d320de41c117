"""Demand, prices and holdings -> what to buy, why, and how much it saves; Azure's own rule beside it."""

from bespeak.advice.azure import azure_rule
from bespeak.advice.curve import savings_curve
from bespeak.advice.exact import recommend

__all__ = ["azure_rule", "recommend", "savings_curve"]
