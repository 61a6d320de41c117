"""usageDetails, the old list of usage of a subscription: a row a day, machine and meter (shape recorded in 2018)."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

from bespeak.sandbox.clock import iso
from bespeak.sandbox.cost_rows import Asked, rated_lines
from bespeak.sandbox.fleet import machine_path
from bespeak.sandbox.http.arm import odata
from bespeak.sandbox.http.arm.places import Place, page, place_of
from bespeak.sandbox.http.exchange import Answer, Ask, plain
from bespeak.sandbox.http.shapes import consumption as shapes
from bespeak.sandbox.ids import guid
from bespeak.sandbox.rated import RatedLine
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

PAGE = 1000
_KNOWN = {"usageend": ("ge", "le", "lt", "gt"), "usagestart": ("ge", "le", "lt", "gt")}
_EXPANDS = {"", "meterdetails", "additionalproperties", "additionalinfo", "properties/additionalinfo"}
_TYPE = "Microsoft.Consumption/usageDetails"
#: The longest time of one question.
_LONGEST = timedelta(days=400)


def usage_details(ask: Ask, world: World) -> Answer:
    """The rated days of the current month, or of the days that the filter names, at list prices."""
    place = place_of(ask, world, "Microsoft.Consumption/usageDetails/read")
    if place.held.kind != "azure_plan":
        what = "usageDetails supports Enterprise, pay-as-you-go and Microsoft Customer Agreement subscriptions only."
        raise RefusalError(400, "BadRequest", what)
    expand = ask.query.get("$expand", "").lower()
    if expand not in _EXPANDS:
        raise odata.bad_filter(f"$expand does not know '{expand[:60]}'")
    found = odata.conditions(ask.query.get("$filter", ""), _KNOWN)
    start, end = _span(found, world.now)
    asked = Asked((place.customer.id,), "Usage", start, end, retail=True, azure_ids=(place.azure.id,))
    lines = [line for line in rated_lines(world, asked) if _meets(line, found)]
    shown, following = page(ask, lines, _size(ask))
    body: shapes.UsageDetails = {"value": [_row(line, place, detailed=bool(expand)) for line in shown]}
    if following:
        body["nextLink"] = following
    return plain(body)


def _size(ask: Ask) -> int:
    text = ask.query.get("$top") or str(PAGE)
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= PAGE):
        raise RefusalError(
            400, "BadRequest", f"Query parameter '$top' must be from 1 to {PAGE}, not '{text[:40]}'."
        )
    return int(text)


def _span(found: dict[tuple[str, str], str], now: datetime) -> tuple[datetime, datetime]:
    """The days that are read: those named, at most a year, else those of the current month."""
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    named = [_midnight(odata.day(f"$filter {name}", text), now) for (name, _), text in found.items()]
    if not named:
        return first, now
    start, end = min(first, *named), max(now, *named)
    if end - start > _LONGEST:
        raise odata.bad_filter("it reaches further than 13 months")
    return start, end


def _midnight(one: date, now: datetime) -> datetime:
    return datetime(one.year, one.month, one.day, tzinfo=now.tzinfo)


def _meets(line: RatedLine, found: dict[tuple[str, str], str]) -> bool:
    """Whether the day of a line lies in the bounds; a day ends at the next midnight, but is named by its own."""
    day = line.day.date()
    return all(
        {"ge": day >= bound, "gt": day > bound, "le": day <= bound, "lt": day < bound}[operator]
        for (name, operator), text in found.items()
        if (bound := odata.day(name, text))
    )


def _row(line: RatedLine, place: Place, *, detailed: bool) -> shapes.UsageDetail:
    machine = line.machine
    price = line.unit_price if line.benefit is None else 0
    name = guid("usage detail", line.day, machine_path(machine), line.meter.id, line.benefit)
    period = f"{line.day:%Y%m}-1"
    start = f"{place.path}/providers/Microsoft.Billing/billingPeriods/{period}".lstrip("/")
    properties: shapes.UsageDetailProperties = {
        "billingPeriodId": start,
        "usageStart": iso(line.day),
        "usageEnd": iso(line.day + timedelta(hours=23, minutes=59, seconds=59)),
        "instanceId": machine_path(machine),
        "instanceName": machine.name,
        "instanceLocation": machine.region,
        "meterId": line.meter.id,
        "usageQuantity": float(line.quantity),
        "pretaxCost": float(round(price * line.quantity, 6)),
        "currency": "USD",
        "isEstimated": False,
        "subscriptionGuid": place.azure.id,
        "subscriptionName": place.azure.name,
        "product": f"{line.category} {line.meter.subcategory} - {line.meter.name}",
        "consumedService": "Microsoft.Compute",
    }
    if detailed:
        properties["additionalProperties"] = json.dumps(line.info, ensure_ascii=False)
    return {
        "id": f"{start}/providers/{_TYPE}/{name}",
        "name": name,
        "type": _TYPE,
        "tags": None,
        "properties": properties,
    }
