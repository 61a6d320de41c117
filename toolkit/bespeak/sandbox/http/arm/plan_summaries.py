"""benefitUtilizationSummaries: how well savings plans were used, by hour, day or month."""

from __future__ import annotations

from datetime import date

from bespeak.sandbox.clock import iso
from bespeak.sandbox.http.arm import odata
from bespeak.sandbox.http.arm.billing_benefits import find
from bespeak.sandbox.http.arm.billing_scope import check_billing_scope
from bespeak.sandbox.http.arm.savings_plan_body import plan_path
from bespeak.sandbox.http.exchange import Answer, Ask, plain
from bespeak.sandbox.http.shapes import billing_benefits as shapes
from bespeak.sandbox.plan_use import Grain, PlanUse, plan_use
from bespeak.sandbox.savings_plans import SavingsPlan
from bespeak.sandbox.world import World

_KNOWN = {"usagedate": ("ge", "le"), "benefitid": ("eq",), "benefitorderid": ("eq",)}
_GRAINS: tuple[Grain, ...] = ("Hourly", "Daily", "Monthly")
_TYPE = "Microsoft.CostManagement/benefitUtilizationSummaries"


def plan_summaries(ask: Ask, world: World) -> Answer:
    """The use of one plan, or of all plans at a billing scope; daily unless asked otherwise."""
    asked = odata.choice(ask, "grainParameter", _GRAINS, default="Daily")
    grain = next(one for one in _GRAINS if one == asked)
    text = ask.query.get("$filter") or ask.query.get("filter", "")
    found = odata.conditions(text, _KNOWN)
    span = odata.days_between(found)
    plans = [one for one in _plans(ask, world) if _wanted(one, found)]
    rows = [row for plan in plans for row in _rows(plan, grain, span, world)]
    body: shapes.BenefitSummaries = {"value": rows, "nextLink": None}
    return plain(body)


def _plans(ask: Ask, world: World) -> list[SavingsPlan]:
    if "ba" not in ask.args:
        return [find(ask, world)]
    check_billing_scope(ask, world)
    return [plan for plan in world.savings_plans if plan.starts <= world.now]


def _wanted(plan: SavingsPlan, found: dict[tuple[str, str], str]) -> bool:
    named = {"benefitid": plan.id, "benefitorderid": plan.order_id}
    return all(found.get((name, "eq"), own).lower() == own for name, own in named.items())


def _rows(
    plan: SavingsPlan, grain: Grain, span: tuple[date, date] | None, world: World
) -> list[shapes.BenefitSummary]:
    uses = plan_use(world.covered(plan.customer_id), plan, grain)
    return [_row(plan, use) for use in uses if span is None or span[0] <= use.at.date() <= span[1]]


def _row(plan: SavingsPlan, use: PlanUse) -> shapes.BenefitSummary:
    name = f"{plan.order_id}_{plan.id}_{use.at:%Y%m%d%H}"
    return {
        "id": f"{plan_path(plan)}/providers/{_TYPE}/{name}",
        "name": name,
        "type": _TYPE,
        "kind": "SavingsPlan",
        "properties": {
            "armSkuName": "Compute_Savings_Plan",
            "benefitId": plan.id,
            "benefitOrderId": plan.order_id,
            "benefitType": "SavingsPlan",
            "usageDate": iso(use.at),
            "avgUtilizationPercentage": use.average,
            "minUtilizationPercentage": use.lowest,
            "maxUtilizationPercentage": use.highest,
        },
    }
