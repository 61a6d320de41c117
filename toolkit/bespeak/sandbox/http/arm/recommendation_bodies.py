"""Recommendations of reservations and the savings curve behind one as Azure prints them, in both generations."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, cast

from bespeak.sandbox.clock import bare, instant_of, iso
from bespeak.sandbox.http.shapes import consumption as shapes
from bespeak.sandbox.ids import guid
from bespeak.sandbox.recommendations import (
    Advice,
    Look,
    Point,
    SizeUse,
    advise,
    curve,
    hourly_rates,
)
from bespeak.sandbox.world import World

_TYPE = "Microsoft.Consumption/reservationRecommendations"


def _common(look: Look, advice: Advice, world: World) -> shapes.CommonAdvice:
    use, known = advice.use, world.facts.sizes.get(advice.use.size.lower())
    group, ratio = world.facts.flexibility(use.size)
    flexible = not group.startswith("size:")
    small, weight = _smallest(world, group) if flexible else (use.size, 1.0)
    properties: list[shapes.Named] | None = None
    if known:
        properties = [
            {"name": "Cores", "value": str(known.vcpus)},
            {"name": "Ram", "value": known.memory_gib},
        ]
    return {
        "scope": look.scope,
        "resourceType": "virtualMachines",
        "term": "P1Y" if advice.term == "P1Y" else "P3Y",
        "meterId": world.facts.meter(use.region, use.size).id,
        "skuProperties": properties,
        "recommendedQuantity": float(advice.point.quantity),
        "recommendedQuantityNormalized": round(advice.point.quantity * ratio / weight, 6),
        "instanceFlexibilityGroup": group if flexible else "NA",
        "instanceFlexibilityRatio": ratio,
        "normalizedSize": small,
        "firstUsageDate": iso(use.begin),
        "lastUsageDate": iso(instant_of(use.start + use.hours)),
        "totalHours": use.hours,
    }


def _smallest(world: World, group: str) -> tuple[str, float]:
    """The size of a flexibility group in which quantities are normalised: of weight 1, else the lightest."""
    sizes = [
        (one.ratio != 1, one.ratio, one.name) for one in world.facts.sizes.values() if one.group == group
    ]
    _, ratio, name = min(sizes)
    return name, ratio


def legacy(look: Look, advice: Advice, world: World, period: str) -> shapes.LegacyRecommendation:
    """A row of a scope of subscriptions; money as plain numbers, for the look-back window, in US dollars."""
    point, use = advice.point, advice.use
    properties: shapes.LegacyProperties = {
        **_common(look, advice, world),
        "lookBackPeriod": cast(Literal["Last7Days", "Last30Days", "Last60Days"], period),
        "costWithNoReservedInstances": _number(point.on_demand),
        "totalCostWithReservedInstances": _number(point.total),
        "netSavings": _number(point.savings),
    }
    if look.scope == "Single":
        properties["subscriptionId"] = look.azure_ids[0]
    name = _name(look, advice)
    return {
        "id": f"subscriptions/{look.azure_ids[0]}/providers/{_TYPE}/{name}",
        "name": name,
        "type": _TYPE,
        "kind": "legacy",
        "etag": None,
        "location": use.region,
        "sku": use.size,
        "tags": None,
        "properties": properties,
    }


def modern(look: Look, advice: Advice, world: World) -> shapes.ModernRecommendation:
    """A row of a billing scope; money with its currency, for the look-back window."""
    point, use = advice.point, advice.use
    properties: shapes.ModernProperties = {
        **_common(look, advice, world),
        "location": use.region,
        "skuName": use.size,
        "lookBackPeriod": look.days,
        "costWithNoReservedInstances": _amount(point.on_demand),
        "totalCostWithReservedInstances": _amount(point.total),
        "netSavings": _amount(point.savings),
    }
    if look.scope == "Single":
        properties["subscriptionId"] = look.azure_ids[0]
    name = _name(look, advice)
    return {
        "id": f"providers/{_TYPE}/{name}",
        "name": name,
        "type": _TYPE,
        "kind": "modern",
        "etag": None,
        "tags": None,
        "properties": properties,
    }


def _name(look: Look, advice: Advice) -> str:
    use = advice.use
    return guid(
        "recommendation", look.customer_id, look.scope, look.azure_ids, use.size, advice.term, use.start
    )


def _number(money: Decimal) -> float:
    return float(round(money, 6))


def _amount(money: Decimal) -> shapes.Amount:
    return {"currency": "USD", "value": _number(money)}


def curve_body(look: Look, use: SizeUse, term: str, world: World) -> shapes.RecommendationDetails | None:
    """The savings curve of a size; None where no reservation of it is sold for the term."""
    rates = hourly_rates(world, use, term)
    if rates is None:
        return None
    advice = advise(world, use, term)
    kind = "Microsoft.Consumption/reservationRecommendationDetails"
    return {
        "id": f"subscriptions/{look.azure_ids[0]}/providers/{kind}/{guid(kind, look, use.size, use.start, term)}",
        "name": guid(kind, look, use.size, use.start, term),
        "type": kind,
        "location": use.region,
        "sku": use.size,
        "etag": None,
        "tags": None,
        "properties": {
            "currency": "USD",
            "resource": _resource(look, use, rates),
            "resourceGroup": None,
            "savings": {
                "calculatedSavings": [_point(one) for one in curve(use.hourly, *rates)],
                "lookBackPeriod": look.days,
                "recommendedQuantity": float(advice.point.quantity if advice else 0),
                "reservationOrderTerm": term,
                "savingsType": "instance",
                "unitOfMeasure": "hour",
            },
            "scope": look.scope,
            "usage": _usage(use),
        },
    }


def _resource(look: Look, use: SizeUse, rates: tuple[Decimal, Decimal]) -> shapes.DetailResource:
    return {
        "appliedScopes": list(look.azure_ids),
        "onDemandRate": float(rates[0]),
        "product": use.size,
        "region": use.region,
        "reservationRate": float(rates[1]),
        "resourceType": "virtualmachines",
    }


def _usage(use: SizeUse) -> shapes.DetailUsage:
    return {
        "firstConsumptionDate": bare(use.begin),
        "lastConsumptionDate": bare(instant_of(use.start + use.hours)),
        "lookBackUnitType": "days",
        "usageData": use.hourly.tolist(),
        "usageGrain": "hourly",
    }


def _point(point: Point) -> shapes.CalculatedSavings:
    return {
        "onDemandCost": _number(point.on_demand),
        "overageCost": _number(point.overage),
        "quantity": float(point.quantity),
        "reservationCost": _number(point.reservation),
        "totalReservationCost": _number(point.total),
        "reservedUnitCount": 1.0,
        "savings": _number(point.savings),
    }
