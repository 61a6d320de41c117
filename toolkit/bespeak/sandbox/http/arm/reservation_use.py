"""How reservations were used: reservationSummaries by day or month, reservationDetails by day and instance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from bespeak.sandbox import rights
from bespeak.sandbox.clock import DAY_HOURS
from bespeak.sandbox.day_use import DayUse, InstanceUse, daily_use, instance_use, monthly_use
from bespeak.sandbox.http.arm import odata
from bespeak.sandbox.http.arm.billing_scope import check_billing_scope
from bespeak.sandbox.http.arm.common import visible
from bespeak.sandbox.http.exchange import Answer, Ask, dumps
from bespeak.sandbox.http.shapes import consumption as shapes
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import Reservation
from bespeak.sandbox.world import World

_KNOWN = {"usagedate": ("ge", "le")}
_ORDER = "/providers/Microsoft.Capacity/reservationOrders"


def summaries(ask: Ask, world: World) -> Answer:
    """The use of an order, a reservation, or all reservations of the partner's customers, a row a day or month."""
    grain = odata.choice(ask, "grain", ("daily", "monthly"))
    held = reservations_of(ask, world, "Microsoft.Consumption/reservationSummaries/read")
    span = _span(ask)
    if span is None and grain == "daily":
        what = "A daily summary needs a $filter on properties/usageDate with ge and le and two dates."
        raise RefusalError(400, "BadRequest", what)
    rows = [row for one in held for row in _rows(one, grain, span, world)]
    body: shapes.ReservationSummaries = {"value": rows}
    return bounded(body, world)


def details(ask: Ask, world: World) -> Answer:
    """Which machine used a reservation on which day."""
    held = reservations_of(ask, world, "Microsoft.Consumption/reservationDetails/read")
    span = _span(ask)
    if span is None:
        what = "The details need a $filter on properties/usageDate with ge and le and two dates."
        raise RefusalError(400, "BadRequest", what)
    rows = [_detail(one, use, world) for one in held for use in _uses(one, span, world)]
    body: shapes.ReservationDetails = {"value": rows}
    return bounded(body, world)


def bounded(body: object, world: World) -> Answer:
    """An answer of at most 12 MB; Azure cuts what is longer (Microsoft, *Reservations Summaries - List*)."""
    text = dumps(body)
    if len(text) > world.switches.arm_answer_bytes:
        what = f"The answer has {len(text)} bytes, more than {world.switches.arm_answer_bytes}. Shorten the date range."
        raise RefusalError(400, "BadRequest", what)
    return Answer(text)


def reservations_of(ask: Ask, world: World, action: str) -> list[Reservation]:
    """The reservations of the scope in the path, as far as the caller may read them."""
    if "ba" in ask.args:
        check_billing_scope(ask, world)
        return _narrowed(ask, visible(ask, world))
    order_id, reservation_id = ask.args["oid"].lower(), ask.args.get("rid", "").lower()
    held = [one for one in visible(ask, world) if one.order_id == order_id]
    if not held:
        what = f"Reservation order {ask.args['oid']} was not found."
        raise RefusalError(404, "ReservationOrderNotFound", what)
    rights.may(world, ask.principal, action, f"{_ORDER}/{order_id}", held[0].customer_id)
    held = [one for one in held if reservation_id in ("", one.id)]
    if not held:
        raise RefusalError(404, "ReservationNotFound", f"Reservation {ask.args['rid']} was not found.")
    return held


def _narrowed(ask: Ask, held: list[Reservation]) -> list[Reservation]:
    """At billing scopes an order or one of its reservations may be asked for; the second needs the first."""
    order_id = ask.query.get("reservationorderid", "").lower()
    reservation_id = ask.query.get("reservationid", "").lower()
    if reservation_id and not order_id:
        raise RefusalError(
            400, "BadRequest", "Query parameter 'reservationId' needs 'reservationOrderId' beside it."
        )
    return [one for one in held if order_id in ("", one.order_id) and reservation_id in ("", one.id)]


def _span(ask: Ask) -> tuple[date, date] | None:
    """The days asked for: by ``$filter``, at a billing profile by ``startDate`` and ``endDate``."""
    if "bp" in ask.args and "startdate" in ask.query:
        first, last = (ask.query.get(name.lower(), "") for name in ("startDate", "endDate"))
        return odata.ordered(odata.day("startDate", first), odata.day("endDate", last))
    return odata.days_between(odata.conditions(ask.query.get("$filter", ""), _KNOWN))


def _rows(
    held: Reservation, grain: str, span: tuple[date, date] | None, world: World
) -> Iterator[shapes.ReservationSummary]:
    days = daily_use(world.covered(held.customer_id), held)
    for use in monthly_use(days) if grain == "monthly" else days:
        if span is None or span[0] <= use.day.date() <= span[1]:
            yield _summary(held, use, world)


def _summary(held: Reservation, use: DayUse, world: World) -> shapes.ReservationSummary:
    average = round(use.used / use.reserved * 100, 2)
    properties: shapes.SummaryProperties = {
        "reservationOrderId": held.order_id,
        "reservationId": held.id,
        "skuName": held.offer.size,
        "kind": "Reservation",
        "usageDate": use.day.strftime("%Y-%m-%dT00:00:00Z"),
        "reservedHours": use.reserved,
        "usedHours": round(use.used, 6),
        "minUtilizationPercentage": round(use.lowest, 2),
        "avgUtilizationPercentage": average,
        "maxUtilizationPercentage": round(use.highest, 2),
    }
    if world.switches.summaries_count_quantities:
        used = round(held.quantity * average / 100, 2)
        properties |= {
            "purchasedQuantity": float(held.quantity),
            "remainingQuantity": round(held.quantity - used, 2),
            "totalReservedQuantity": float(held.quantity),
            "usedQuantity": used,
            "utilizedPercentage": average,
        }
    name, kind = f"{held.order_id}_{held.id}_{use.day:%Y%m%d}", "reservationSummaries"
    path = f"{_below(held)}/{kind}/{use.day:%Y%m%d}"
    row: shapes.ReservationSummary = {
        "id": path,
        "name": name,
        "type": f"Microsoft.Consumption/{kind}",
        "tags": None,
        "properties": properties,
    }
    return row


def _below(held: Reservation) -> str:
    # Ids of this provider come without a leading slash (recorded, 2018).
    return (
        f"providers/Microsoft.Capacity/reservationOrders/{held.order_id}/reservations/{held.id}"
        "/providers/Microsoft.Consumption"
    )


def _uses(held: Reservation, span: tuple[date, date], world: World) -> list[InstanceUse]:
    coverage = world.covered(held.customer_id)
    end = coverage.end - coverage.end % DAY_HOURS
    first = max(hour_number_of(span[0]), held.first_hour)
    return instance_use(coverage, held, first, min(hour_number_of(span[1]) + DAY_HOURS, held.end_hour, end))


def hour_number_of(one: date) -> int:
    """The number of the hour with which a day begins."""
    return (one - date(1970, 1, 1)) // timedelta(days=1) * DAY_HOURS


def _detail(held: Reservation, use: InstanceUse, world: World) -> shapes.ReservationDetail:
    group, ratio = world.facts.flexibility(use.machine.size)
    machine = use.machine
    path = f"/subscriptions/{machine.azure_subscription_id}/resourcegroups/{machine.resource_group}"
    properties: shapes.DetailProperties = {
        "reservationOrderId": held.order_id,
        "reservationId": held.id,
        "skuName": machine.size,
        "kind": "Reservation",
        "usageDate": use.day.strftime("%Y-%m-%dT00:00:00Z"),
        "reservedHours": use.reserved,
        "usedHours": round(use.hours, 6),
        "instanceId": f"{path}/providers/microsoft.compute/virtualmachines/{machine.name}".lower(),
        "totalReservedQuantity": float(held.quantity),
        "instanceFlexibilityGroup": "NA" if group.startswith("size:") else group,
        "instanceFlexibilityRatio": f"{ratio:g}",
    }
    name, kind = f"{held.order_id}_{held.id}_{use.day:%Y%m%d}", "reservationDetails"
    row: shapes.ReservationDetail = {
        "id": f"{_below(held)}/{kind}/{use.day:%Y%m%d}",
        "name": name,
        "type": f"Microsoft.Consumption/{kind}",
        "tags": None,
        "properties": properties,
    }
    return row
