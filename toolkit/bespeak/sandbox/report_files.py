"""The CSV files of reports: use of benefits, and which machine used which reservation."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bespeak.sandbox.clock import DAY_HOURS, hour_number, iso
from bespeak.sandbox.day_use import instance_use
from bespeak.sandbox.fleet import machine_path
from bespeak.sandbox.plan_use import PlanUse, plan_use, reservation_use
from bespeak.sandbox.reports import Report
from bespeak.sandbox.reservation_records import Reservation
from bespeak.sandbox.savings_plans import SavingsPlan
from bespeak.sandbox.world import World

_BENEFITS = (
    "Kind",
    "AvgUtilizationPercentage",
    "BenefitOrderId",
    "BenefitId",
    "BenefitType",
    "MaxUtilizationPercentage",
    "MinUtilizationPercentage",
    "UsageDate",
    "UtilizedPercentage",
)
_DETAILS = (
    "InstanceFlexibilityGroup",
    "InstanceFlexibilityRatio",
    "InstanceId",
    "Kind",
    "ReservationId",
    "ReservationOrderId",
    "ReservedHours",
    "SkuName",
    "TotalReservedQuantity",
    "UsageDate",
    "UsedHours",
)


def report_file(world: World, report: Report) -> bytes:
    """The file of a report; the same report gives the same bytes."""
    benefits = report.kind == "benefits"
    rows = _benefits(world, report) if benefits else _details(world, report)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_BENEFITS if benefits else _DETAILS)
    writer.writerows(rows)
    return text.getvalue().encode()


def _benefits(world: World, report: Report) -> Iterator[Sequence[object]]:
    for held in _reservations(world, report):
        for use in reservation_use(world.covered(held.customer_id), held, report.grain):
            if _within(report, use.at):
                yield _benefit("Reservation", held.order_id, held.id, use)
    for plan in _plans(world, report):
        for use in plan_use(world.covered(plan.customer_id), plan, report.grain):
            if _within(report, use.at):
                yield _benefit("SavingsPlan", plan.order_id, plan.id, use)


def _benefit(kind: str, order_id: str, benefit_id: str, use: PlanUse) -> Sequence[object]:
    date = iso(use.at)
    return (kind, use.average, order_id, benefit_id, kind, use.highest, use.lowest, date, use.average)


def _details(world: World, report: Report) -> Iterator[Sequence[object]]:
    first, last = _day(report.first), _day(report.last) + timedelta(days=1)
    for held in _reservations(world, report):
        coverage = world.covered(held.customer_id)
        known = min(hour_number(last), hour_number(report.made) // DAY_HOURS * DAY_HOURS, held.end_hour)
        for use in instance_use(coverage, held, max(hour_number(first), held.first_hour), known):
            group, ratio = world.facts.flexibility(use.machine.size)
            group = "NA" if group.startswith("size:") else group
            named = (group, f"{ratio:g}", machine_path(use.machine).lower(), "Reservation")
            ids = (held.id, held.order_id, use.reserved, use.machine.size, held.quantity)
            yield (*named, *ids, iso(use.day), round(use.hours, 6))


def _reservations(world: World, report: Report) -> list[Reservation]:
    if report.only == "SavingsPlan":
        return []
    seen = [held for one in world.directory.customers for held in world.book.started(one, report.made)]
    return [one for one in seen if _asked(report, one.order_id, one.id)]


def _plans(world: World, report: Report) -> list[SavingsPlan]:
    if report.only == "Reservation":
        return []
    return [
        one
        for one in world.savings_plans
        if one.starts <= report.made and _asked(report, one.order_id, one.id)
    ]


def _asked(report: Report, order_id: str, benefit_id: str) -> bool:
    return report.order_id in ("", order_id) and report.benefit_id in ("", benefit_id)


def _within(report: Report, at: datetime) -> bool:
    return report.first <= f"{at:%Y-%m-%d}" <= report.last and at < report.made


def _day(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T00:00:00+00:00")
