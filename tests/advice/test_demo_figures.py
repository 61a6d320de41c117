"""The advice for the demo customers, computed a second time from the tables of the sample data alone.

Nothing of the toolkit is used for the second way: machines by hour from the trace, prices from the price table, and
every quantity of every size tried. (D-351, D-353, D-421, D-503, D-1001, D-1014, D-1020, D-1022)
"""

from __future__ import annotations

import csv
import gzip
import math
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from bespeak.advice import azure_rule, recommend
from bespeak.buying import read_prices
from bespeak.connect import connect
from bespeak.customers import find_customer
from bespeak.holdings import holdings
from bespeak.usage import demand, read_usage

SAMPLE = Path(__file__).parents[2] / "sample_data"
NOW = datetime(2026, 11, 16, tzinfo=UTC)
HOURS = {"P1Y": 8760, "P3Y": 26280}
TOTAL = {"P1Y": "reservation_1y_total", "P3Y": "reservation_3y_total"}
#: What is closed for both terms (D-520) among the groups that the demo customers use.
CLOSED = "_v3"
CLOSE = 1e-7


def table(name):
    with (SAMPLE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def facts():
    """Sizes, Linux prices, customers, their machines, and the hourly counts of each series."""
    with gzip.open(SAMPLE / "demo" / "demand.csv.gz", "rt", encoding="ascii") as file:
        rows = list(csv.DictReader(file))
    owner = {row["azure_subscription_id"]: row["customer_id"] for row in table("demo/subscriptions.csv")}
    machines = defaultdict(list)
    for row in table("demo/machines.csv"):
        machines[owner[row["azure_subscription_id"]]].append(row)
    return {
        "sizes": {row["size"]: row for row in table("reference/sizes.csv")},
        "prices": {row["size"]: row for row in table("demo/prices.csv") if row["os"] == "Linux"},
        "customers": {row["name"]: row for row in table("demo/customers.csv") if row["story"]},
        "machines": machines,
        "hours": {row["hour"]: place for place, row in enumerate(rows)},
        "counts": {name: np.array([int(row[name]) for row in rows]) for name in rows[0] if name != "hour"},
    }


def ran(facts, name, days, *, worst=True):
    """Instances by subscription and size in each hour.

    Of a daily line only whole days are certain (D-351). At ``worst`` all other machines run at the same hours (D-353).
    """
    customer = facts["customers"][name]
    end = NOW if customer["kind"] == "legacy" else NOW - timedelta(days=1)
    first = facts["hours"][f"{end - timedelta(days=days):%Y-%m-%dT%HZ}"]
    found = {}
    for machine in facts["machines"][customer["customer_id"]]:
        if machine["size"] not in facts["sizes"]:
            continue
        on = (facts["counts"][machine["series_id"]] >= int(machine["rank"]))[first : first + days * 24]
        if not on.any():
            continue
        if customer["kind"] != "legacy":
            long = on.reshape(-1, 24).sum(axis=1).reshape(-1, 1)
            on = (np.arange(24) < (long if worst else long // 24 * 24)).ravel()
        key = machine["azure_subscription_id"], machine["size"]
        found[key] = found.get(key, 0.0) + on.astype(float)
    return found


def group(facts, size):
    row = facts["sizes"][size]
    return (row["group"], float(row["ratio"])) if row["group"] else (f"size:{size}", 1.0)


def amount(facts, size, column):
    text = facts["prices"].get(size, {}).get(column, "")
    return float(text) if text else None


def tried(units, payg, ratio, price):
    """The least cost and its smallest quantity, of all quantities up to one more than the busiest hour needs."""
    quantities = np.arange(math.ceil(units.max() / ratio) + 2)
    share = np.minimum.outer(quantities * ratio, units) / np.where(units > 0, units, 1)
    costs = payg.sum() - share @ payg + quantities * price
    best = int(np.flatnonzero(costs <= costs.min() + CLOSE)[0])
    return costs[best], best


def expected(facts, name, scope, wanted, term, days=30):
    """By size that can be bought for the group: least cost, quantity; and the pay-as-you-go cost."""
    inside = {key: hours for key, hours in ran(facts, name, days).items() if scope in {"shared", key[0]}}
    inside = {key: hours for key, hours in inside.items() if group(facts, key[1])[0] == wanted}
    priced = {key: hours for key, hours in inside.items() if amount(facts, key[1], "payg_per_hour")}
    units = sum(hours * group(facts, key[1])[1] for key, hours in priced.items())
    payg = sum(hours * amount(facts, key[1], "payg_per_hour") for key, hours in priced.items())
    options = {}
    for size in facts["sizes"]:
        total = amount(facts, size, TOTAL[term]) if group(facts, size)[0] == wanted else None
        if total is not None and not size.endswith(CLOSED):
            options[size] = tried(units, payg, group(facts, size)[1], total / HOURS[term] * days * 24)
    return options, float(np.sum(payg)), np.asarray(units)


@pytest.fixture(scope="module")
def session():
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BESPEAK_SANDBOX", raising=False)
        return connect()


@pytest.fixture(scope="module")
def read(session):
    """What the toolkit reads for a customer: demand, prices, holdings."""

    def read(name):
        details = find_customer(session, name)
        return demand(read_usage(session, details)), read_prices(session, details), holdings(session, details)

    return read


NAMES = (
    "Contoso",
    "Fabrikam",
    "Litware",
    "Northwind Traders",
    "Tailspin Toys",
    "Wingtip Toys",
    "Woodgrove Bank",
)


@pytest.mark.parametrize("name", NAMES)
def test_the_exact_advice_is_the_best_of_all_quantities(facts, read, name):
    for row in recommend(*read(name), NOW.date()).itertuples():
        options, payg, units = expected(facts, name, row.scope, row.group, row.term)
        assert row.payg_cost == pytest.approx(payg)
        if not options:
            assert row.quantity == 0
            continue
        cost, quantity = options[row.size]
        least = min(cost for cost, _ in options.values())
        assert row.quantity == quantity
        assert row.cost == pytest.approx(cost)
        assert row.cost <= least + 0.001 * payg + CLOSE
        assert row.saving == pytest.approx(payg - cost)
        total = amount(facts, row.size, TOTAL[row.term])
        assert float(row.total) == total * quantity
        assert row.break_even == pytest.approx(
            total / HOURS[row.term] / amount(facts, row.size, "payg_per_hour")
        )
        if quantity:
            reserved = quantity * group(facts, row.size)[1]
            covered = np.minimum(units, reserved).sum()
            assert row.utilisation == pytest.approx(covered / (reserved * len(units)))
            assert row.coverage == pytest.approx(covered / units.sum())


@pytest.mark.parametrize("name", ["Fabrikam", "Tailspin Toys", "Wingtip Toys"])
def test_azures_rule_is_the_lower_of_the_month_and_its_last_three_days(facts, read, name):
    for row in azure_rule(*read(name), NOW.date()).itertuples():
        hours = sum(
            used
            for (sub, size), used in ran(facts, name, 30, worst=False).items()
            if size == row.size and row.scope in {"shared", sub}
        )
        total, hourly = (amount(facts, row.size, column) for column in (TOTAL[row.term], "payg_per_hour"))
        if total is None or hourly is None:
            assert row.quantity == 0
            continue
        price = total / HOURS[row.term]
        whole, last = (tried(part, part * hourly, 1.0, price * len(part))[1] for part in (hours, hours[-72:]))
        quantity = min(whole, last)
        saved = np.minimum(hours, quantity).sum() * hourly - quantity * price * len(hours)
        assert (row.quantity, row.saving) == (quantity, pytest.approx(saved))
