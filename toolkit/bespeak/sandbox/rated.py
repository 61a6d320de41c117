"""Daily rated usage of Azure plans, unbilled: a line for each day, meter and resource, of all customers together.

A covered day keeps its own meter at an effective price of 0 and names the reservation in ``additionalInfo``
(modern encoding; Microsoft, *Azure usage data*, 2024). A bought reservation earns no partner credit.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from functools import cache
from typing import Any

import numpy as np

from bespeak.sandbox.clock import DAY_HOURS, bare, hour_number, instant_of
from bespeak.sandbox.demand import Demand
from bespeak.sandbox.estate import Customer, Estate, Machine, Subscription
from bespeak.sandbox.facts import Facts, windows_meter
from bespeak.sandbox.ledger import LICENCE, PAY_AS_YOU_GO, Rows, per_day, usage_rows
from bespeak.sandbox.reservations import Coverage
from bespeak.sandbox.rules import earned_credit
from bespeak.sandbox.utilization import RECORDS_FROM, licence_meter, resource_uri

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
    """A plan customer with the coverage of its machines."""

    customer: Customer
    subscription: Subscription
    coverage: Coverage


class RatedMonth:
    """All rated lines of the plans in one stretch of whole days, by day, then customer."""

    def __init__(self, plans: Sequence[Plan], facts: Facts, demand: Demand, start: int, end: int) -> None:
        self._plans = plans
        self._facts = facts
        days = range(start, end, DAY_HOURS)
        tables = [_rows(plan, demand, start, end) for plan in plans]
        self._lines = [
            (day, number, *key)
            for day in days
            for number, table in enumerate(tables)
            for key in _of_day(table, day)
        ]
        self._pieces: dict[tuple[int, int, int, float], str] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def page(self, skip: int, size: int) -> list[str]:
        """So many lines as JSON, after skipping some."""
        return [self._line(*line) for line in self._lines[skip : skip + size]]

    def _line(self, day: int, plan: int, item: int, kind: int, quantity: float) -> str:
        key = (plan, item, kind, quantity)
        piece = self._pieces.get(key)
        if piece is None:
            piece = self._tail(self._plans[plan], item, kind, Decimal(str(quantity)))
            self._pieces[key] = piece
        return _head(day) + piece

    def _tail(self, plan: Plan, item: int, kind: int, quantity: Decimal) -> str:
        machine = plan.coverage.machines[item]
        info: dict[str, str | None] = {
            "ImageType": "Canonical" if machine.os == "Linux" else "Windows Server"
        }
        info |= {
            "ServiceType": machine.size,
            "VMName": machine.name,
            "VMProperties": None,
            "UsageType": "ComputeHR",
        }
        line = _who(plan, machine) | self._what(machine) | _where(machine)
        unit = self._facts.price_of[(machine.region, machine.size, machine.os)].hour
        credit = earned_credit()
        if kind == LICENCE:
            info["UsageType"] = "ComputeHR_SW"
            unit -= self._facts.price_of[(machine.region, machine.size, "Linux")].hour
            line |= {
                "meterId": licence_meter(self._facts, machine),
                "meterCategory": "Virtual Machines Licenses",
            }
        elif kind != PAY_AS_YOU_GO:
            info |= self._benefit(plan, machine, kind)
            line |= self._meter(machine, licensed=False)
            credit = Decimal(0)
        covered = kind >= 0
        money = _money(unit, Decimal(0) if covered else unit * (1 - credit), quantity, credit)
        line |= {"additionalInfo": json.dumps(info, ensure_ascii=False)}
        texts = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        return f'{texts[1:-1]},{money},"attributes":{{"objectType":"DailyRatedUsageLineItem"}}}}'

    def _benefit(self, plan: Plan, machine: Machine, kind: int) -> dict[str, str]:
        held = plan.coverage.reservations[kind]
        ratio = self._facts.flexibility(machine.size)[1] / self._facts.flexibility(held.offer.size)[1]
        named = {"ReservationOrderId": held.order_id, "ReservationId": held.id}
        meter = self._facts.meter(machine.region, machine.size).id
        return named | {"ConsumptionMeter": meter, "RINormalizationRatio": str(ratio)}

    def _what(self, machine: Machine) -> dict[str, Any]:
        common = {
            "skuName": "Microsoft Azure plan",
            "productName": "Microsoft Azure plan",
            "meterType": "1 Compute Hour",
        }
        return (
            common
            | {"meterCategory": "Virtual Machines"}
            | self._meter(machine, licensed=machine.os == "Windows")
        )

    def _meter(self, machine: Machine, *, licensed: bool) -> dict[str, str]:
        meter = self._facts.meter(machine.region, machine.size)
        meter = windows_meter(meter) if licensed else meter
        return {
            "meterId": meter.id,
            "meterName": meter.name,
            "meterSubCategory": meter.subcategory,
            "meterRegion": self._facts.billing_regions.get(machine.region, machine.region),
        }


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
    used = demand.running(machines, start, end)
    taken = []
    first, last = max(start, plan.coverage.start), min(end, plan.coverage.end)
    for cover in plan.coverage.taken:
        whole = np.zeros_like(used)
        if first < last:
            whole[first - start : last - start] = cover[
                first - plan.coverage.start : last - plan.coverage.start
            ]
        taken.append(per_day(whole))
    licensed = np.array([machine.os == "Windows" for machine in machines], dtype=np.bool_)
    return usage_rows(np.arange(start, end, DAY_HOURS), per_day(used), taken, licensed)


def _of_day(rows: Rows, day: int) -> list[tuple[int, int, float]]:
    part = slice(*rows.between(day - 1, day))
    columns = (rows.item[part].tolist(), rows.kind[part].tolist(), rows.quantity[part].tolist())
    return list(zip(*columns, strict=True))


def _who(plan: Plan, machine: Machine) -> dict[str, Any]:
    azure = {azure.id: azure.name for azure in plan.subscription.azure}
    return {
        "partnerId": "",
        "partnerName": "",
        "customerId": plan.customer.id,
        "customerName": plan.customer.name,
        "customerDomainName": plan.customer.domain,
        "customerCountry": plan.customer.country,
        "mpnId": "",
        "resellerMpnId": 0,
        "invoiceNumber": "",
        "productId": "DZH318Z0BPS6",
        "skuId": "0001",
        "availabilityId": "",
        "publisherName": "Microsoft",
        "publisherId": "",
        "subscriptionId": plan.subscription.id,
        "subscriptionDescription": "Azure plan",
        "entitlementId": machine.azure_subscription_id,
        "entitlementDescription": azure[machine.azure_subscription_id],
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


def _money(unit: Decimal, effective: Decimal, quantity: Decimal, credit: Decimal) -> str:
    """The money members as JSON numbers; the total is rounded down to cents (Microsoft, daily rated usage file)."""
    total = (effective * quantity).quantize(_CENT, ROUND_FLOOR)
    numbers = {"unitPrice": unit, "quantity": quantity, "effectiveUnitPrice": effective}
    numbers |= {"billingPreTaxTotal": total, "pricingPreTaxTotal": total, "pcToBCExchangeRate": Decimal(1)}
    texts = {
        "billingCurrency": "USD",
        "pricingCurrency": "USD",
        "pcToBCExchangeRateDate": "2019-08-01T00:00:00Z",
    }
    parts = [f'"{name}":{value:f}' for name, value in numbers.items()]
    parts += [f'"{name}":"{value}"' for name, value in texts.items()]
    parts += [
        f'"rateOfPartnerEarnedCredit":{credit:f}',
        f'"hasPartnerEarnedCredit":{"true" if credit else "false"}',
    ]
    return ",".join(parts)
