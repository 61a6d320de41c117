"""What resources and benefits cost, day by day, actual and amortised (Microsoft, *View amortized costs*, 2024).

Actual: purchases and refunds stand on their day, and what a benefit covers costs nothing. Amortised: no purchases,
covered usage has its share of the benefit's price, and what found no usage is a row that belongs to no resource
(D-1210 to D-1216).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from bespeak.sandbox.charges import Charge, charges
from bespeak.sandbox.clock import DAY_HOURS, hour_number, instant_of
from bespeak.sandbox.coverage_book import Coverage
from bespeak.sandbox.day_use import daily_use
from bespeak.sandbox.fleet import machine_path
from bespeak.sandbox.rated import LAG, RatedLine
from bespeak.sandbox.reservation_records import Reservation
from bespeak.sandbox.savings_plans import SavingsPlan
from bespeak.sandbox.utilization import RECORDS_FROM
from bespeak.sandbox.world import World

View = Literal["Usage", "ActualCost", "AmortizedCost"]
ChargeType = Literal["Usage", "Purchase", "Refund", "UnusedReservation", "UnusedSavingsPlan"]
_MICRO = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class CostRow:
    """One row: money in ``currency``; ``names`` are the values of its dimensions, empty where it has none."""

    day: datetime
    charge_type: ChargeType
    quantity: Decimal
    cost: Decimal
    currency: str
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose costs are asked for, in which view, from one midnight up to another.

    ``retail``: as a customer sees them, at list prices, and what is covered at zero in both views (D-1220, D-1221).
    ``azure_ids``: of these subscriptions alone; then nothing that belongs to no subscription is shown.
    """

    customers: Collection[str]
    view: View
    start: datetime
    end: datetime
    retail: bool = False
    azure_ids: Collection[str] = ()
    resource_group: str = ""


def cost_rows(world: World, asked: Asked) -> Iterator[CostRow]:
    """The rows of usage, then of purchases or of what was not used."""
    yield from _usage(world, asked)
    if asked.view == "ActualCost" and not asked.resource_group:
        yield from _purchases(world, asked)
    if asked.view == "AmortizedCost" and not asked.azure_ids:
        for customer_id in asked.customers:
            yield from _unused(world.covered(customer_id), customer_id, _known(world, asked))


def amortised_hour(held: Reservation) -> Decimal:
    """The price of an hour of one reserved instance: the whole price by the days of its term (D-1211, X-04)."""
    days = (held.expiry.date() - held.starts.date()).days
    return held.offer.unit_total / (days * DAY_HOURS)


def _known(world: World, asked: Asked) -> Asked:
    """The same, cut to what is rated by now."""
    ready = (world.now - LAG).replace(hour=0, minute=0, second=0, microsecond=0)
    start, end = max(asked.start, RECORDS_FROM), min(asked.end, ready)
    return Asked(asked.customers, asked.view, start, max(start, end), asked.retail)


def rated_lines(world: World, asked: Asked) -> Iterator[RatedLine]:
    """The rated lines of what is asked for, as far as they are known by now."""
    known = _known(world, asked)
    if known.start >= known.end:
        return
    group = asked.resource_group.lower()
    for line in world.rated_between(hour_number(known.start), hour_number(known.end)).lines():
        machine = line.machine
        mine = not asked.azure_ids or machine.azure_subscription_id in asked.azure_ids
        if line.customer.id in asked.customers and mine and group in ("", machine.resource_group.lower()):
            yield line


def _usage(world: World, asked: Asked) -> Iterator[CostRow]:
    for line in rated_lines(world, asked):
        cost = _price(world, line, asked) * line.quantity
        yield CostRow(line.day, "Usage", line.quantity, cost, "USD", _names(line))


def _price(world: World, line: RatedLine, asked: Asked) -> Decimal:
    """What an hour of the machine costs in this view; the record price already includes the ratio (D-1213)."""
    benefit = line.benefit
    if benefit is None:
        return line.unit_price if asked.retail else line.effective_price
    if asked.retail or asked.view != "AmortizedCost":
        return Decimal(0)
    if benefit.type == "SavingsPlan":
        rates = world.coverage.plan_rates(line.machine, benefit.term, line.day)
        return min(rates) if rates else Decimal(0)
    held = world.book.reservation(benefit.id)
    return amortised_hour(held) * Decimal(str(benefit.ratio)) if held else Decimal(0)


def _names(line: RatedLine) -> dict[str, str]:
    machine, benefit = line.machine, line.benefit
    names = {
        "subscriptionid": machine.azure_subscription_id,
        "resourcegroup": machine.resource_group.lower(),
        "resourceid": machine_path(machine).lower(),
        "resourcelocation": machine.region,
        "resourcetype": "microsoft.compute/virtualmachines",
        "servicename": "Virtual Machines",
        "metercategory": line.category,
        "metersubcategory": line.meter.subcategory,
        "meter": line.meter.name,
        "meterid": line.meter.id,
        "servicetype": machine.size,
        "customertenantid": line.customer.id,
        "chargetype": "Usage",
        "pricingmodel": benefit.type if benefit else "OnDemand",
    }
    if benefit:
        reserved = benefit.id if benefit.type == "Reservation" else ""
        names |= {"benefitid": benefit.id, "benefitname": benefit.name, "reservationid": reserved}
        names |= {"reservationname": benefit.name if reserved else "", "term": benefit.term}
    return names


def _purchases(world: World, asked: Asked) -> Iterator[CostRow]:
    """Payments and refunds; at a subscription those that are billed to it."""
    for charge in charges(world.book, world.now, world.savings_plans):
        bought = charge.bought
        mine = not asked.azure_ids or bought.billing_subscription_id in asked.azure_ids
        if bought.customer_id in asked.customers and mine and asked.start <= charge.posted < asked.end:
            day = charge.posted.replace(hour=0, minute=0, second=0, microsecond=0)
            yield _purchase(charge, day)


def _purchase(charge: Charge, day: datetime) -> CostRow:
    bought = charge.bought
    kind: ChargeType = "Purchase" if charge.kind == "New" else "Refund"
    names = {
        "subscriptionid": bought.billing_subscription_id,
        "customertenantid": bought.customer_id,
        "servicename": "Virtual Machines",
        "chargetype": kind,
        "pricingmodel": "Reservation" if bought.reservation_order else "SavingsPlan",
        "benefitname": bought.name,
        "term": bought.term,
    }
    return CostRow(day, kind, Decimal(charge.quantity), charge.amount, charge.currency, names)


def _unused(coverage: Coverage, customer_id: str, asked: Asked) -> Iterator[CostRow]:
    for held in coverage.reservations:
        price = amortised_hour(held)
        for use in daily_use(coverage, held):
            if asked.start <= use.day < asked.end:
                hours = Decimal(str(round(use.reserved - use.used, 6)))
                named = {"benefitid": held.id, "benefitname": held.name, "reservationid": held.id}
                named |= {"reservationname": held.name, "term": held.offer.term}
                yield from _lost(use.day, hours, price * hours, held.offer.currency, customer_id, named)
    for plan in coverage.plans:
        for day, money in _lost_money(coverage, plan, asked):
            named = {"benefitid": plan.id, "benefitname": plan.name, "term": plan.promise.term}
            yield from _lost(day, Decimal(0), money, plan.promise.currency, customer_id, named)


def _lost_money(coverage: Coverage, plan: SavingsPlan, asked: Asked) -> Iterator[tuple[datetime, Decimal]]:
    first, end = hour_number(asked.start), min(hour_number(asked.end), plan.end_hour)
    since = max(first, plan.first_hour)
    for begin in range(since - since % DAY_HOURS, end, DAY_HOURS):
        low, high = max(begin, plan.first_hour), min(begin + DAY_HOURS, end)
        drawn = Decimal(repr(float(coverage.drawn(plan.id, low, high).sum())))
        yield (
            instant_of(begin),
            plan.promise.commitment * (high - low) - drawn.quantize(_MICRO, ROUND_HALF_UP),
        )


def _lost(
    day: datetime, hours: Decimal, money: Decimal, currency: str, customer_id: str, named: dict[str, str]
) -> Iterator[CostRow]:
    if money <= 0:
        return
    kind: ChargeType = "UnusedReservation" if "reservationid" in named else "UnusedSavingsPlan"
    names = named | {
        "customertenantid": customer_id,
        "chargetype": kind,
        "pricingmodel": kind.removeprefix("Unused"),
    }
    yield CostRow(day, kind, hours, money, currency, names)
