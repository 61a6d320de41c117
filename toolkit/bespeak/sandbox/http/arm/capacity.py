"""How reservations were used day by day (Microsoft.Consumption)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from bespeak.sandbox.holdings_book import Reservation
from bespeak.sandbox.http.arm.finding import find_order, find_reservation
from bespeak.sandbox.http.exchange import Answer, Ask, Route, plain
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservations import DayUse, daily_use
from bespeak.sandbox.world import World

_DATE = re.compile(r"properties/usagedate\s+(ge|le)\s+'?(\d{4}-\d{2}-\d{2})", re.IGNORECASE)


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
    return find_reservation(ask, world) if "rid" in ask.args else world.book.below(find_order(ask, world))[0]


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
    Route("GET", f"{_ORDER}/{_USE}", summaries),
    Route("GET", f"{_ORDER}/reservations/<rid>/{_USE}", summaries),
)
