"""Reservations as Azure shows them: Microsoft.Capacity orders and reservations, Microsoft.Consumption daily use."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from bespeak.sandbox.clock import iso7
from bespeak.sandbox.holdings_book import Reservation
from bespeak.sandbox.http.arm.common import check_version, visible
from bespeak.sandbox.http.exchange import Answer, Ask, Route, plain
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservations import DayUse, daily_use
from bespeak.sandbox.world import World

_ROOT = "/providers/microsoft.capacity/reservationOrders"
_DATE = re.compile(r"properties/usagedate\s+(ge|le)\s+'?(\d{4}-\d{2}-\d{2})", re.IGNORECASE)


def list_orders(ask: Ask, world: World) -> Answer:
    """All reservation orders that the tenant of the token can see."""
    check_version(ask)
    return plain({"value": [_order(held) for held in visible(ask, world)]})


def get_order(ask: Ask, world: World) -> Answer:
    """One reservation order."""
    return plain(_order(_find(ask, world)))


def list_reservations(ask: Ask, world: World) -> Answer:
    """The reservations of an order."""
    return plain({"value": [_reservation(_find(ask, world), world)]})


def get_reservation(ask: Ask, world: World) -> Answer:
    """One reservation."""
    return plain(_reservation(_find(ask, world), world))


def summaries(ask: Ask, world: World) -> Answer:
    """The daily use of an order or a reservation, one row a day that has passed."""
    held = _find(ask, world)
    grain = ask.query.get("grain", "").lower()
    if grain == "monthly":
        raise RefusalError(501, "NotImplemented", "Monthly summaries are not part of this sandbox.")
    if grain != "daily":
        raise RefusalError(400, "BadRequest", "Query parameter 'grain' must be daily or monthly.")
    first, last = _bounds(ask)
    days = daily_use(world.covered(held.customer_id), held)
    return plain({"value": [_summary(held, day) for day in days if first <= day.day.date() <= last]})


def _bounds(ask: Ask) -> tuple[date, date]:
    found = dict(_DATE.findall(ask.query.get("$filter", "").lower()))
    try:
        return date.fromisoformat(found["ge"]), date.fromisoformat(found["le"])
    except (KeyError, ValueError) as error:
        what = "A daily summary needs a $filter on properties/usageDate with ge and le and two dates."
        raise RefusalError(400, "BadRequest", what) from error


def _find(ask: Ask, world: World) -> Reservation:
    check_version(ask)
    for held in visible(ask, world):
        if held.order_id == ask.args["oid"].lower() and ask.args.get("rid", held.id).lower() == held.id:
            return held
    raise RefusalError(404, "ReservationOrderNotFound", f"Reservation order {ask.args['oid']} was not found.")


def _order(held: Reservation) -> dict[str, Any]:
    path = f"{_ROOT}/{held.order_id}"
    properties = {
        "displayName": held.name,
        "requestDateTime": iso7(held.starts),
        "createdDateTime": iso7(held.starts),
        "expiryDate": held.expiry.date().isoformat(),
        "expiryDateTime": iso7(held.expiry),
        "benefitStartTime": iso7(held.starts),
        "term": held.offer.term,
        "originalQuantity": held.quantity,
        "billingPlan": "Upfront",
        "provisioningState": "Succeeded",
        "reservations": [{"id": f"{path}/reservations/{held.id}"}],
    }
    kind = "microsoft.capacity/reservationOrders"
    return {"id": path, "type": kind, "name": held.order_id, "etag": 8, "properties": properties}


def _reservation(held: Reservation, world: World) -> dict[str, Any]:
    flexible = not world.facts.flexibility(held.offer.size)[0].startswith("size:")
    properties: dict[str, Any] = {
        "reservedResourceType": "VirtualMachines",
        "displayName": held.name,
        "quantity": held.quantity,
        "term": held.offer.term,
        "billingPlan": "Upfront",
        "billingScopeId": f"/subscriptions/{world.book.order_of(held).billing_subscription_id}",
        "instanceFlexibility": "On" if flexible else "Off",
        "renew": False,
        "archived": False,
        "userFriendlyRenewState": "Off",
        "provisioningState": "Succeeded",
        "displayProvisioningState": "Succeeded",
        "skuDescription": held.offer.title,
    }
    return {
        "id": f"{_ROOT}/{held.order_id}/reservations/{held.id}",
        "type": "microsoft.capacity/reservationOrders/reservations",
        "name": held.id,
        "location": held.offer.region,
        "etag": 8,
        "sku": {"name": held.offer.size},
        "kind": "Microsoft.Compute",
        "properties": properties | _scope(held) | _dates(held) | {"utilization": _recent(held, world)},
    }


def _scope(held: Reservation) -> dict[str, Any]:
    if held.scope.kind == "Shared":
        return {"appliedScopeType": "Shared", "userFriendlyAppliedScopeType": "Shared"}
    path = f"/subscriptions/{held.scope.subscription_id}"
    shown: dict[str, Any] = {"appliedScopeType": "Single", "userFriendlyAppliedScopeType": "Single"}
    return shown | {"appliedScopes": [path], "appliedScopeProperties": {"subscriptionId": path}}


def _dates(held: Reservation) -> dict[str, str]:
    start, end = iso7(held.starts), held.expiry
    names = ("purchaseDateTime", "benefitStartTime", "effectiveDateTime", "lastUpdatedDateTime")
    dates = dict.fromkeys(names, start) | {"purchaseDate": held.starts.date().isoformat()}
    return dates | {"expiryDateTime": iso7(end), "expiryDate": end.date().isoformat()}


def _recent(held: Reservation, world: World) -> dict[str, Any]:
    days = daily_use(world.covered(held.customer_id), held)
    if not days:
        return {"aggregates": []}
    shares = {grain: _share(days, world.now.date() - timedelta(days=grain)) for grain in (1, 7, 30)}
    trend = "SAME" if shares[1] == shares[7] else ("UP" if shares[1] > shares[7] else "DOWN")
    aggregates = [
        {"grain": float(grain), "grainUnit": "days", "value": share, "valueUnit": "percentage"}
        for grain, share in shares.items()
    ]
    return {"trend": trend, "aggregates": aggregates}


def _share(days: list[DayUse], since: date) -> float:
    recent = [day for day in days if day.day.date() >= since] or days[-1:]
    return round(sum(day.used for day in recent) / sum(day.reserved for day in recent) * 100, 2)


def _summary(held: Reservation, day: DayUse) -> dict[str, Any]:
    name = f"{held.order_id}_{held.id}_{day.day:%Y%m%d}"
    properties = {
        "reservationOrderId": held.order_id,
        "reservationId": held.id,
        "skuName": held.offer.size,
        "kind": "Reservation",
        "usageDate": day.day.strftime("%Y-%m-%dT00:00:00Z"),
        "reservedHours": day.reserved,
        "usedHours": round(day.used, 6),
        "minUtilizationPercentage": round(day.lowest, 2),
        "avgUtilizationPercentage": round(day.used / day.reserved * 100, 2),
        "maxUtilizationPercentage": round(day.highest, 2),
    }
    # Ids of this provider come without a leading slash.
    path = f"providers/Microsoft.Capacity/reservationorders/{held.order_id}"
    kind = "Microsoft.Consumption/reservationSummaries"
    return {"id": f"{path}/{name}", "name": name, "type": kind, "tags": None, "properties": properties}


_ORDERS = "/providers/microsoft.capacity/reservationorders"
_ORDER = f"{_ORDERS}/<oid>"
_USE = "providers/microsoft.consumption/reservationsummaries"
ROUTES = (
    Route("GET", _ORDERS, list_orders),
    Route("GET", _ORDER, get_order),
    Route("GET", f"{_ORDER}/reservations", list_reservations),
    Route("GET", f"{_ORDER}/reservations/<rid>", get_reservation),
    Route("GET", f"{_ORDER}/{_USE}", summaries),
    Route("GET", f"{_ORDER}/reservations/<rid>/{_USE}", summaries),
)
