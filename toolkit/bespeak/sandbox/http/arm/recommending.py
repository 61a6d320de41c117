"""reservationRecommendations and the savings curve behind one (reservationRecommendationDetails)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, cast

from bespeak.sandbox.clock import bare, instant_of, iso
from bespeak.sandbox.http.arm import odata
from bespeak.sandbox.http.arm.billing_scope import check_billing_scope
from bespeak.sandbox.http.arm.places import GUID, place_of
from bespeak.sandbox.http.exchange import Answer, Ask, plain
from bespeak.sandbox.http.shapes import consumption as shapes
from bespeak.sandbox.ids import guid
from bespeak.sandbox.recommendations import (
    Advice,
    Look,
    LookScope,
    Point,
    SizeUse,
    advise,
    curve,
    hourly_rates,
    recommend,
    usage,
)
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

PERIODS = {"Last7Days": 7, "Last30Days": 30, "Last60Days": 60}
_KNOWN = {"scope": ("eq",), "resourcetype": ("eq",), "lookbackperiod": ("eq",), "subscriptionid": ("eq",)}
_READ = "Microsoft.Consumption/reservationRecommendations/read"
_READ_DETAILS = "Microsoft.Consumption/reservationRecommendationDetails/read"
_TYPE = "Microsoft.Consumption/reservationRecommendations"


def recommendations(ask: Ask, world: World) -> Answer:
    """What Azure recommends to reserve; 204 when that is nothing. Single scope and 7 days unless asked otherwise."""
    found = odata.conditions(ask.query.get("$filter", ""), _KNOWN)
    scope = cast(LookScope, word(found, "scope", ("Single", "Shared"), "Single"))
    period = word(found, "lookbackperiod", tuple(PERIODS), "Last7Days")
    every = looks(ask, world, scope, PERIODS[period], _READ)
    if found.get(("resourcetype", "eq"), "VirtualMachines").lower() != "virtualmachines":
        return Answer(status=204)
    modern = "bp" in ask.args
    rows: list[shapes.LegacyRecommendation | shapes.ModernRecommendation] = [
        _modern(look, advice, world) if modern else _legacy(look, advice, world, period)
        for look in every
        for advice in recommend(world, look)
    ]
    if not rows:
        return Answer(status=204)
    body: shapes.Recommendations = {"value": rows, "nextLink": None, "previousLink": None}
    return plain(body)


def details(ask: Ask, world: World) -> Answer:
    """The savings curve of one size, region and term; 204 when nothing of the size ran in the window."""
    scope = cast(LookScope, odata.choice(ask, "scope", ("Single", "Shared")))
    term = odata.choice(ask, "term", ("P1Y", "P3Y"))
    period = odata.choice(ask, "lookBackPeriod", tuple(PERIODS))
    wanted = {name: _needed(ask, name).lower() for name in ("region", "product")}
    found = odata.conditions(ask.query.get("$filter", ""), {"subscriptionid": ("eq",)})
    every = looks(ask, world, scope, PERIODS[period], _READ_DETAILS, found.get(("subscriptionid", "eq"), ""))
    for look in every:
        for use in usage(world, look):
            if (use.region, use.size.lower()) == (wanted["region"], wanted["product"]) and use.hourly.any():
                return _curve(look, use, term, world)
    return Answer(status=204)


def _needed(ask: Ask, name: str) -> str:
    value = ask.query.get(name.lower(), "")
    if not value:
        raise RefusalError(400, "BadRequest", f"Query parameter '{name}' is missing.")
    return value


def word(found: dict[tuple[str, str], str], name: str, known: Sequence[str], default: str) -> str:
    """The value of a filter out of a closed list, as it is spelled there; 400 for another."""
    asked = found.get((name, "eq"), default)
    for one in known:
        if one.lower() == asked.lower():
            return one
    raise odata.bad_filter(f"{name} must be {', '.join(known)}, not '{asked[:40]}'")


def looks(ask: Ask, world: World, scope: LookScope, days: int, action: str, wanted: str = "") -> list[Look]:
    """What the scope of the path looks at; at a billing scope one look a customer or a subscription."""
    if "ba" in ask.args:
        check_billing_scope(ask, world)
        return _everywhere(world, scope, days, wanted.lower())
    group = ask.args.get("rg", "")
    place = place_of(ask, world, action, f"/resourceGroups/{group}" if group else "")
    owner = place.customer.id
    ids = world.directory.azure_ids(owner) if scope == "Shared" else (place.azure.id,)
    return [Look(owner, scope, ids, days, group if scope == "Single" else "")]


def _everywhere(world: World, scope: LookScope, days: int, wanted: str) -> list[Look]:
    if wanted and not GUID.fullmatch(wanted):
        raise odata.bad_filter(f"subscriptionId is no GUID: '{wanted[:40]}'")
    owners = [one for one in world.directory.customers if world.directory.machines_of(one)]
    ids = {owner: world.directory.azure_ids(owner) for owner in owners}
    if scope == "Shared":
        return [Look(owner, scope, held, days) for owner, held in ids.items() if wanted in ("", *held)]
    return [
        Look(owner, scope, (one,), days) for owner, held in ids.items() for one in held if wanted in ("", one)
    ]


def _common(look: Look, advice: Advice, world: World) -> shapes.CommonAdvice:
    use, known = advice.use, world.facts.sizes.get(advice.use.size.lower())
    group, ratio = world.facts.flexibility(use.size)
    flexible = not group.startswith("size:")
    small, weight = smallest(world, group) if flexible else (use.size, 1.0)
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


def smallest(world: World, group: str) -> tuple[str, float]:
    """The size of a flexibility group in which quantities are normalised: of weight 1, else the lightest."""
    sizes = [
        (one.ratio != 1, one.ratio, one.name) for one in world.facts.sizes.values() if one.group == group
    ]
    _, ratio, name = min(sizes)
    return name, ratio


def _legacy(look: Look, advice: Advice, world: World, period: str) -> shapes.LegacyRecommendation:
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


def _modern(look: Look, advice: Advice, world: World) -> shapes.ModernRecommendation:
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


def _curve(look: Look, use: SizeUse, term: str, world: World) -> Answer:
    rates = hourly_rates(world, use, term)
    if rates is None:
        return Answer(status=204)
    advice = advise(world, use, term)
    kind = "Microsoft.Consumption/reservationRecommendationDetails"
    body: shapes.RecommendationDetails = {
        "id": f"subscriptions/{look.azure_ids[0]}/providers/{kind}/{guid(kind, look, use.size, use.start, term)}",
        "name": guid(kind, look, use.size, use.start, term),
        "type": kind,
        "location": use.region,
        "sku": use.size,
        "etag": None,
        "tags": None,
        "properties": {
            "currency": "USD",
            "resource": {
                "appliedScopes": list(look.azure_ids),
                "onDemandRate": float(rates[0]),
                "product": use.size,
                "region": use.region,
                "reservationRate": float(rates[1]),
                "resourceType": "virtualmachines",
            },
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
            "usage": {
                "firstConsumptionDate": bare(use.begin),
                "lastConsumptionDate": bare(instant_of(use.start + use.hours)),
                "lookBackUnitType": "days",
                "usageData": use.hourly.tolist(),
                "usageGrain": "hourly",
            },
        },
    }
    return plain(body)


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
