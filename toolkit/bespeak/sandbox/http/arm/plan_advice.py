"""benefitRecommendations: commitments of savings plans for a scope, shared unless asked otherwise."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from bespeak.sandbox.clock import instant_of, iso
from bespeak.sandbox.http.arm import odata
from bespeak.sandbox.http.arm.recommending import PERIODS, looks, word
from bespeak.sandbox.http.exchange import Answer, Ask, plain
from bespeak.sandbox.http.shapes import cost_management as shapes
from bespeak.sandbox.ids import guid
from bespeak.sandbox.plan_recommendations import PlanAdvice, PlanPoint, recommend_plan
from bespeak.sandbox.recommendations import LookScope
from bespeak.sandbox.world import World

_KNOWN = {"scope": ("eq",), "lookbackperiod": ("eq",), "term": ("eq",)}
_TYPE = "Microsoft.CostManagement/benefitRecommendations"
_READ = "Microsoft.CostManagement/benefitRecommendations/read"
_EXPANDS = ("properties/usage", "properties/allrecommendationdetails")


def plan_recommendations(ask: Ask, world: World) -> Answer:
    """The commitment that would have saved most, for each term; an empty list when none does."""
    found = odata.conditions(ask.query.get("$filter", ""), _KNOWN)
    scope = cast(LookScope, word(found, "scope", ("Single", "Shared"), "Shared"))
    period = word(found, "lookbackperiod", tuple(PERIODS), "Last60Days")
    terms = [word(found, "term", ("P1Y", "P3Y"), "")] if ("term", "eq") in found else ["P1Y", "P3Y"]
    expands = _expands(ask)
    every = looks(ask, world, scope, PERIODS[period], _READ)
    advices = [advice for look in every for term in terms if (advice := recommend_plan(world, look, term))]
    body: shapes.PlanAdvices = {
        "value": [_row(one, period, expands) for one in advices],
        "nextLink": None,
    }
    return plain(body)


def _expands(ask: Ask) -> set[str]:
    asked = {one.strip().lower() for one in ask.query.get("$expand", "").split(",") if one.strip()}
    for one in sorted(asked - set(_EXPANDS)):
        raise odata.bad_filter(f"$expand does not know '{one[:60]}'; there are {', '.join(_EXPANDS)}")
    return asked


def _row(advice: PlanAdvice, period: str, expands: set[str]) -> shapes.PlanAdvice:
    look, window = advice.look, advice.window
    hours = len(window.left)
    properties: shapes.PlanAdviceProperties = {
        "scope": look.scope,
        "armSkuName": "Compute_Savings_Plan",
        "term": "P1Y" if advice.term == "P1Y" else "P3Y",
        "commitmentGranularity": "Hourly",
        "currencyCode": "USD",
        "firstConsumptionDate": iso(instant_of(window.start)),
        "lastConsumptionDate": iso(instant_of(window.start + hours)),
        "lookBackPeriod": cast(shapes.Period, period),
        "totalHours": hours,
        "costWithoutBenefit": _number(advice.best.without),
        "recommendationDetails": _details(advice.best),
    }
    if look.scope == "Single":
        properties["subscriptionId"] = look.azure_ids[0]
        if look.resource_group:
            properties["resourceGroup"] = look.resource_group
    if "properties/usage" in expands:
        properties["usage"] = {"usageGrain": "Hourly", "charges": advice.charges.round(6).tolist()}
    if "properties/allrecommendationdetails" in expands:
        properties["allRecommendationDetails"] = {"value": [_details(one) for one in advice.tried]}
    name = guid(_TYPE, look.customer_id, look.scope, look.azure_ids, advice.term, window.start, look.days)
    return {
        "id": f"/subscriptions/{look.azure_ids[0]}/providers/{_TYPE}/{name}",
        "name": name,
        "type": _TYPE,
        "kind": "SavingsPlan",
        "properties": properties,
    }


def _details(point: PlanPoint) -> shapes.PlanDetails:
    return {
        "commitmentAmount": _number(point.commitment),
        "benefitCost": _number(point.benefit),
        "overageCost": _number(point.overage),
        "totalCost": _number(point.total),
        "savingsAmount": _number(point.savings),
        "savingsPercentage": _share(point.savings, point.without),
        "coveragePercentage": _share(point.covered, point.without),
        "averageUtilizationPercentage": _share(point.burnt, point.benefit),
        "wastageCost": _number(point.wastage),
    }


def _number(money: Decimal) -> float:
    return float(round(money, 6))


def _share(part: Decimal, whole: Decimal) -> float:
    return float(round(part / whole * 100, 2)) if whole else 0.0
