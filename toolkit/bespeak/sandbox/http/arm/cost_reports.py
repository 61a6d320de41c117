"""Reports of Cost Management: asked for by POST, looked at until they are ready, fetched from the storage."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bespeak.sandbox.clock import iso
from bespeak.sandbox.export_files import token
from bespeak.sandbox.http.arm import odata
from bespeak.sandbox.http.arm.billing_benefits import find as find_plan
from bespeak.sandbox.http.arm.billing_scope import check_billing_scope
from bespeak.sandbox.http.arm.common import address
from bespeak.sandbox.http.arm.places import read_body
from bespeak.sandbox.http.arm.reservation_use import reservations_of
from bespeak.sandbox.http.exchange import Answer, Ask, plain
from bespeak.sandbox.http.shapes import cost_management as shapes
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reports import Grain, Kind, Report
from bespeak.sandbox.world import World

_GRAINS: dict[str, Grain] = {"hourly": "Hourly", "daily": "Daily", "monthly": "Monthly"}
_KINDS = ("", "SavingsPlan", "Reservation")
_AGAIN = "60"
_YEARS = range(2001, 2100)
_READ = "Microsoft.CostManagement/generateBenefitUtilizationSummariesReport/action"


def ask_benefits(ask: Ask, world: World) -> Answer:
    """Begins a report on the use of benefits at a billing scope, an order or one benefit."""
    _check_scope(ask, world)
    body = read_body(ask)
    grain = _GRAINS.get(str(body.get("grain", "")).lower())
    if grain is None:
        raise _bad("grain", f"must be Hourly, Daily or Monthly, not '{str(body.get('grain'))[:40]}'")
    kind = str(body.get("kind") or "").lower()
    only = next((one for one in _KINDS if one.lower() == kind), None)
    if only is None:
        raise _bad("kind", f"must be SavingsPlan or Reservation, not '{kind[:40]}'")
    first, last = (_text(body, name) for name in ("startDate", "endDate"))
    begun = _begun("benefits", grain, first, last, world)
    begun.only = only
    begun.order_id = (ask.args.get("soid") or ask.args.get("oid") or "").lower()
    begun.benefit_id = (ask.args.get("spid") or ask.args.get("rid") or "").lower()
    return _accepted(ask, world, begun, "benefitUtilizationSummariesOperationResults")


def ask_reservations(ask: Ask, world: World) -> Answer:
    """Begins a report on which machine used which reservation."""
    check_billing_scope(ask, world)
    first, last = ask.query.get("startdate", ""), ask.query.get("enddate", "")
    begun = _begun("reservations", "Daily", first, last, world)
    return _accepted(ask, world, begun, "reservationDetailsOperationResults")


def look_at_benefits(ask: Ask, world: World) -> Answer:
    """How far a report on benefits is; it ends as Complete."""
    return _look(ask, world, "benefits")


def look_at_reservations(ask: Ask, world: World) -> Answer:
    """How far a report on reservations is; it ends as Completed."""
    return _look(ask, world, "reservations")


def _look(ask: Ask, world: World, kind: Kind) -> Answer:
    _check_scope(ask, world)
    report = world.reports.find(ask.args["rep"])
    if report is None or report.kind != kind:
        raise RefusalError(404, "NotFound", f"Report '{ask.args['rep'][:60]}' was not found.")
    report.looks += not report.ready
    if not report.ready:
        running: shapes.ReportStatus = {"status": "Running"}
        return plain(running, headers={"Retry-After": _AGAIN})
    ends = report.made + timedelta(minutes=world.switches.export_sas_minutes)
    host = ask.headers.get("host", "management.azure.com")
    where = f"http://{host}/blobs/{report.folder}/{report.name}?{token(world.instance, report.folder, ends)}"
    body: shapes.ReportStatus = {
        "status": "Complete" if kind == "benefits" else "Completed",
        "properties": {"reportUrl": where, "secondaryReportUrl": None, "validUntil": iso(ends)},
    }
    return plain(body)


def _check_scope(ask: Ask, world: World) -> None:
    if "ba" in ask.args:
        check_billing_scope(ask, world)
    elif "soid" in ask.args:
        find_plan(ask, world)
    else:
        reservations_of(ask, world, _READ)


def _begun(kind: Kind, grain: Grain, first: str, last: str, world: World) -> Report:
    begin, end = odata.ordered(odata.day("startDate", first), odata.day("endDate", last))
    if end.year not in _YEARS:
        raise _bad("endDate", "must lie between 2001 and 2099")
    return Report("", kind, world.now, grain, begin.isoformat(), end.isoformat())


def _accepted(ask: Ask, world: World, report: Report, results: str) -> Answer:
    begun = world.reports.add(report)
    scope = ask.path[: ask.path.lower().rindex("/providers/microsoft.costmanagement")]
    where = address(ask, f"{scope}/providers/Microsoft.CostManagement/{results}/{begun.id}")
    return Answer(status=202, headers={"Location": where, "Retry-After": _AGAIN})


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name.lower())
    if not isinstance(value, str):
        raise _bad(name, "must be a date such as 2026-11-01")
    return value


def _bad(member: str, why: str) -> RefusalError:
    return RefusalError(400, "BadRequest", f"Member '{member}' {why}.")
