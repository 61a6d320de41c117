"""Daily rated usage of Azure plans, unbilled: a line for each day, meter and resource, of all customers together.

A covered day keeps its own meter at an effective price of 0 and names the reservation in ``additionalInfo``
(modern encoding; Microsoft, *Azure usage data*, 2024). What a benefit covers earns no partner credit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from functools import cache
from typing import Any, Literal

import numpy as np

from bespeak.sandbox.clock import DAY_HOURS, bare, hour_number, instant_of
from bespeak.sandbox.demand import Demand
from bespeak.sandbox.estate import Customer, Estate, Machine, Subscription
from bespeak.sandbox.facts import Facts, Meter, windows_meter
from bespeak.sandbox.ledger import LICENCE, Rows, Usage, usage_rows
from bespeak.sandbox.reservations import Coverage, Prices
from bespeak.sandbox.rules import earned_credit
from bespeak.sandbox.utilization import RECORDS_FROM, cased, licence_meter, resource_uri

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


class RatedMonth:
    """All rated lines of the plans in one stretch of whole days, by day, then customer."""

    def __init__(self, plans: Sequence[Plan], rater: Rater, demand: Demand, start: int, end: int) -> None:
        self._plans = plans
        self._rater = rater
        days = range(start, end, DAY_HOURS)
        tables = [_rows(plan, demand, start, end) for plan in plans]
        self._rows = [
            (number, row)
            for day in days
            for number, table in enumerate(tables)
            for row in table.at(slice(*table.between(day - 1, day)))
        ]
        self._pieces: dict[tuple[int, ...], dict[float, str]] = {}
        self._texts: dict[tuple[int, ...], tuple[RatedLine, str]] = {}
        self._keys: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def lines(self, skip: int = 0, size: int | None = None) -> Iterator[RatedLine]:
        """The lines as values, in their order: all, or so many after skipping some."""
        chosen = self._rows[skip : None if size is None else skip + size]
        return (self._rater.line(self._plans[number], row) for number, row in chosen)

    def page(self, skip: int, size: int) -> list[str]:
        """So many lines as JSON in the shape of Partner Center, after skipping some."""
        return [self._json(number, row) for number, row in self._rows[skip : skip + size]]

    def _json(self, number: int, row: tuple[int, int, int, float]) -> str:
        day, item, kind, quantity = row
        prices = self._keys.get(day)
        if prices is None:
            prices = self._keys[day] = self._rater.key(day)
        name = (number, item, kind, prices)
        pieces = self._pieces.setdefault(name, {})
        piece = pieces.get(quantity)
        if piece is None:
            piece = pieces[quantity] = self._tail(name, row)
        return _head(day) + piece

    def _tail(self, name: tuple[int, ...], row: tuple[int, int, int, float]) -> str:
        """What follows the dates of a line; of lines that differ in their quantity, only the money is made anew."""
        known = self._texts.get(name)
        if known is None:
            line = self._rater.line(self._plans[name[0]], row)
            known = self._texts[name] = (line, self._text(line))
        line = replace(known[0], quantity=Decimal(str(row[3])))
        return f'{known[1]},{_money(line)},"attributes":{{"objectType":"DailyRatedUsageLineItem"}}}}'

    def _text(self, line: RatedLine) -> str:
        machine, meter = line.machine, line.meter
        shown = _who(line) | {
            "skuName": "Microsoft Azure plan",
            "productName": "Microsoft Azure plan",
            "meterType": "1 Compute Hour",
            "meterCategory": line.category,
            "meterId": meter.id,
            "meterName": meter.name,
            "meterSubCategory": meter.subcategory,
            "meterRegion": self._rater.meter_region(machine),
        }
        shown |= _where(machine) | {"additionalInfo": json.dumps(line.info, ensure_ascii=False)}
        return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))[1:-1]


@cache
def _head(day: int) -> str:
    start = instant_of(day)
    month, end = bare(start.replace(day=1)), bare((start.replace(day=28) + timedelta(days=4)).replace(day=1))
    return f'{{"chargeStartDate":"{month}","chargeEndDate":"{end}","usageDate":"{bare(start)}",'


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


def _rows(plan: Plan, demand: Demand, start: int, end: int) -> Rows:
    machines = plan.coverage.machines
    usage = Usage(start, 1, demand.running(machines, start, end)).per_day()
    below = {azure.id for azure in plan.subscription.azure}
    own = np.array([machine.azure_subscription_id in below for machine in machines], dtype=np.bool_)
    days = np.arange(start, end, DAY_HOURS)
    counts = (days >= plan.since) & (days < plan.until)
    cells = plan.coverage.cells(start, end)
    licensed = np.array([machine.os == "Windows" for machine in machines], dtype=np.bool_)
    mine = cells.where(own[cells.item] & (cells.hour >= plan.since) & (cells.hour < plan.until))
    return usage_rows(replace(usage, used=np.where(counts[:, None] & own, usage.used, 0.0)), mine, licensed)


def _who(line: RatedLine) -> dict[str, Any]:
    azure = {azure.id: azure.name for azure in line.subscription.azure}
    return {
        "partnerId": "",
        "partnerName": "",
        "customerId": line.customer.id,
        "customerName": line.customer.name,
        "customerDomainName": line.customer.domain,
        "customerCountry": line.customer.country,
        "mpnId": "",
        "resellerMpnId": 0,
        "invoiceNumber": "",
        "productId": "DZH318Z0BPS6",
        "skuId": "0001",
        "availabilityId": "",
        "publisherName": "Microsoft",
        "publisherId": "",
        "subscriptionId": line.subscription.id,
        "subscriptionDescription": "Azure plan",
        "entitlementId": line.machine.azure_subscription_id,
        "entitlementDescription": azure[line.machine.azure_subscription_id],
    }


def _where(machine: Machine) -> dict[str, Any]:
    return {
        "unitOfMeasure": "1 Hour",
        "unitType": "1 Hour",
        "resourceLocation": machine.region,
        "consumedService": "Microsoft.Compute",
        "resourceGroup": machine.resource_group.upper(),
        "resourceUri": resource_uri(machine),
        "tags": "",
        "serviceInfo1": "",
        "serviceInfo2": "",
        "chargeType": "new",
        "creditType": "Partner Earned Credit Applied",
        "rateOfCredit": 1,
        "invoiceLineItemType": "usage_line_items",
        "billingProvider": "marketplace",
    }


def _money(line: RatedLine) -> str:
    """The money members as JSON numbers."""
    numbers = {"unitPrice": line.unit_price, "quantity": line.quantity}
    numbers |= {"effectiveUnitPrice": line.effective_price, "billingPreTaxTotal": line.total}
    numbers |= {"pricingPreTaxTotal": line.total, "pcToBCExchangeRate": Decimal(1)}
    texts = {
        "billingCurrency": "USD",
        "pricingCurrency": "USD",
        "pcToBCExchangeRateDate": "2019-08-01T00:00:00Z",
    }
    parts = [f'"{name}":{value:f}' for name, value in numbers.items()]
    parts += [f'"{name}":"{value}"' for name, value in texts.items()]
    parts += [
        f'"rateOfPartnerEarnedCredit":{line.credit:f}',
        f'"hasPartnerEarnedCredit":{"true" if line.credit else "false"}',
    ]
    return ",".join(parts)
