"""Daily rated usage of Azure plans, unbilled: a line for each day, meter and resource, of all customers together.

A covered day keeps its own meter at an effective price of 0 and names the reservation in ``additionalInfo``
(modern encoding; Microsoft, *Azure usage data*, 2024). What a benefit covers earns no partner credit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Literal

from bespeak.sandbox.clock import hour_number, instant_of
from bespeak.sandbox.coverage_book import Coverage, Prices
from bespeak.sandbox.estate import Customer, Estate, Machine, Subscription
from bespeak.sandbox.facts import Facts, Meter, windows_meter
from bespeak.sandbox.ledger import LICENCE
from bespeak.sandbox.rules import earned_credit
from bespeak.sandbox.utilization import RECORDS_FROM
from bespeak.sandbox.utilization_records import cased, licence_meter

#: Rated lines of a day come this long after its end.
LAG = timedelta(hours=24)
_CENT = Decimal("0.01")


def month_of(now: datetime, period: str) -> tuple[int, int]:
    """Hour numbers of the first day of the current or previous month and after its last day that is rated by now."""
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    ready = (now - LAG).replace(hour=0, minute=0, second=0, microsecond=0)
    if period == "current":
        start, end = first, ready
    else:
        start, end = (first - timedelta(days=1)).replace(day=1), min(first, ready)
    start = max(start, RECORDS_FROM)
    return hour_number(start), hour_number(max(start, end))


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan customer with the coverage of its machines.

    Its usage counts from the hour of number ``since`` on and before the hour ``until``.
    """

    customer: Customer
    subscription: Subscription
    coverage: Coverage
    since: int = 0
    until: int = 2**31


@dataclass(frozen=True, slots=True)
class Benefit:
    """What covered a line. ``ratio``: hours of the reserved size that an hour of the machine takes (1 for a plan)."""

    id: str
    order_id: str
    type: Literal["Reservation", "SavingsPlan"]
    term: str
    name: str
    ratio: float


@dataclass(frozen=True, slots=True)
class RatedLine:
    """One day of one machine on one meter. Money in US dollars: ``unit_price`` is the list price of an hour.

    ``effective_price`` is what the partner pays for it: after earned credit, and nothing for what a benefit covers,
    which is paid with the benefit. ``credit`` is the share of the earned credit, 0 or 0.15 (D-1231).
    """

    day: datetime
    customer: Customer
    subscription: Subscription
    machine: Machine
    meter: Meter
    category: str
    usage_type: str
    info: dict[str, str | None]
    quantity: Decimal
    unit_price: Decimal
    effective_price: Decimal
    credit: Decimal
    benefit: Benefit | None

    @property
    def total(self) -> Decimal:
        """What the line costs, rounded down to cents (D-333)."""
        return floor_total(self.effective_price, self.quantity)


def floor_total(effective: Decimal, quantity: Decimal, rate: Decimal = Decimal(1)) -> Decimal:
    """Price x quantity x exchange rate, rounded down to cents (Microsoft, *daily rated usage file*; D-333, X-21)."""
    return (effective * quantity * rate).quantize(_CENT, ROUND_FLOOR)


class Rater:
    """Turns rows of usage into rated lines: meters, prices at their day, what covered them, earned credit."""

    def __init__(
        self, facts: Facts, prices: Prices, *, info_case: str = "pascal", no_credit: str = ""
    ) -> None:
        self._facts = facts
        self._prices = prices
        self._info_case = info_case
        self._no_credit = no_credit.lower()

    def key(self, day: int) -> int:
        """The same key, the same prices."""
        return self._prices.key(instant_of(day))

    def meter_region(self, machine: Machine) -> str:
        """The region of a machine as meters name it."""
        return self._facts.billing_regions.get(machine.region, machine.region)

    def line(self, plan: Plan, row: tuple[int, int, int, float]) -> RatedLine:
        """The line of a row: hour, place of the machine, kind and quantity."""
        hour, item, kind, quantity = row
        machine, day = plan.coverage.machines[item], instant_of(hour)
        meter, benefit = self._facts.meter(machine.region, machine.size), self._benefit(plan, item, kind)
        category, usage_type, unit = "Virtual Machines", "ComputeHR", self._hour(machine, machine.os, day)
        if kind == LICENCE:
            category, usage_type = "Virtual Machines Licenses", "ComputeHR_SW"
            unit -= self._hour(machine, "Linux", day)
            meter = replace(windows_meter(meter), id=licence_meter(self._facts, machine))
        elif benefit is None and machine.os == "Windows":
            meter = windows_meter(meter)
        credit = Decimal(0) if benefit or self._no_credit == plan.customer.id else earned_credit()
        effective = Decimal(0) if benefit else unit * (1 - credit)
        info = cased(self._info(machine, usage_type, meter, benefit), self._info_case)
        return RatedLine(
            day,
            plan.customer,
            plan.subscription,
            machine,
            meter,
            category,
            usage_type,
            info,
            Decimal(str(quantity)),
            unit,
            effective,
            credit,
            benefit,
        )

    def _hour(self, machine: Machine, os: str, day: datetime) -> Decimal:
        price = self._facts.price_of.get((machine.region, machine.size, os))
        return self._prices.hour(price, day) if price else Decimal(0)

    def _benefit(self, plan: Plan, item: int, kind: int) -> Benefit | None:
        if kind < 0:
            return None
        coverage, size = plan.coverage, plan.coverage.machines[item].size
        if kind >= len(coverage.reservations):
            bought = coverage.plans[kind - len(coverage.reservations)]
            return Benefit(bought.id, bought.order_id, "SavingsPlan", bought.promise.term, bought.name, 1.0)
        held = coverage.reservations[kind]
        ratio = self._facts.flexibility(size)[1] / self._facts.flexibility(held.offer.size)[1]
        return Benefit(held.id, held.order_id, "Reservation", held.offer.term, held.name, ratio)

    def _info(
        self, machine: Machine, usage_type: str, meter: Meter, benefit: Benefit | None
    ) -> dict[str, str | None]:
        info: dict[str, str | None] = {
            "ImageType": "Canonical" if machine.os == "Linux" else "Windows Server",
            "ServiceType": machine.size,
            "VMName": machine.name,
            "VMProperties": None,
            "UsageType": usage_type,
        }
        if benefit is None:
            return info
        if benefit.type == "SavingsPlan":
            return info | {"SavingsPlanOrderId": benefit.order_id, "SavingsPlanId": benefit.id}
        named = {"ReservationOrderId": benefit.order_id, "ReservationId": benefit.id}
        return info | named | {"ConsumptionMeter": meter.id, "RINormalizationRatio": str(benefit.ratio)}


def plans_of(estate: Estate) -> list[tuple[Customer, Subscription]]:
    """Every plan that has machines, in the order of the customers."""
    held = [
        (estate.customers[owner], one)
        for owner, owned in estate.by_customer.items()
        for one in owned
        if one.kind == "azure_plan" and estate.machines_of(owner)
    ]
    order = {customer_id: number for number, customer_id in enumerate(estate.customers)}
    return sorted(held, key=lambda pair: order[pair[0].id])
