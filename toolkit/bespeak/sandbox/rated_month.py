"""The rated lines of a stretch of days, in their order, as values and as the JSON that Partner Center pages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np

from bespeak.sandbox.clock import DAY_HOURS, bare, instant_of
from bespeak.sandbox.demand import Demand
from bespeak.sandbox.estate import Machine
from bespeak.sandbox.fleet import machine_path
from bespeak.sandbox.ledger import Rows, Usage, usage_rows
from bespeak.sandbox.rated import Plan, RatedLine, Rater


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
        "resourceUri": machine_path(machine),
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
