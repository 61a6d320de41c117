"""A week of reservations in the sandbox, and the same week by the toolkit's own rules from the sample data alone.

The sandbox applies benefits by code of its own; the toolkit's ``fill_by_scope`` is a second one. Both must say the
same of every day: scope order (D-441), flexibility (D-421), use it or lose it (D-402), a first day that has its
remaining hours only (D-502).
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bespeak.buying import buy, find_offer, plan, quote, read_prices
from bespeak.catalogue import group_of
from bespeak.connect import connect
from bespeak.customers import find_customer
from bespeak.holdings import holdings, utilisation
from bespeak.terms import Holding, Machine, fill_by_scope
from bespeak.usage import demand, read_usage

DEMO = Path(__file__).parents[2] / "sample_data" / "demo"
START = datetime(2026, 11, 16, tzinfo=UTC)
REGION = "polandcentral"

#: Hours after the start, and what is bought then: scope, size, term, quantity.
CASES = {
    "Fabrikam": (
        13,
        [
            ("shared", "Standard_D4s_v5", "P3Y", 5),
            ("single", "Standard_E4ds_v5", "P1Y", 3),
            ("shared", "Standard_D2s_v5", "P1Y", 6),
        ],
    ),
    "Contoso": (0, [("shared", "Standard_D4s_v5", "P1Y", 20), ("shared", "Standard_B2s_v2", "P3Y", 5)]),
    "Tailspin Toys": (
        5,
        [("shared", "Standard_D2as_v5", "P1Y", 20), ("single", "Standard_D8as_v5", "P3Y", 3)],
    ),
}


def machines_of(details):
    """The customer's machines, each with the hours of the week in which it runs."""
    with gzip.open(DEMO / "demand.csv.gz", "rt", encoding="ascii") as file:
        counts = {datetime.fromisoformat(row["hour"][:13] + ":00+00:00"): row for row in csv.DictReader(file)}
    subscriptions = set(details.azure_subscriptions["azure_subscription_id"])
    with (DEMO / "machines.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["azure_subscription_id"] in subscriptions]

    def running(hour):
        return [row for row in rows if int(counts[hour][row["series_id"]]) >= int(row["rank"])]

    return running


def by_hand(bought, running, hours):
    """Hours of the reserved size that each reservation is used, by day."""
    used = defaultdict(float)
    for hour in hours:
        for wanted in {group_of(size)[0] for _, _, size, _ in bought}:
            there = [row for row in running(hour) if known_group(row["size"]) == wanted]
            filled = fill_by_scope(
                [
                    Holding(name, quantity * group_of(size)[1], *scope)
                    for name, scope, size, quantity in bought
                    if group_of(size)[0] == wanted
                ],
                [
                    Machine(
                        row["vm"],
                        group_of(row["size"])[1],
                        row["resource_group"],
                        row["azure_subscription_id"],
                    )
                    for row in there
                ],
            )
            for (name, _), units in filled.items():
                used[name, hour.date()] += units
    ratio = {name: group_of(size)[1] for name, _, size, _ in bought}
    return {key: units / ratio[key[0]] for key, units in used.items()}


def known_group(size):
    return "" if size == "Standard_D4xs_v9" else group_of(size)[0]


@pytest.fixture
def session(monkeypatch):
    monkeypatch.delenv("BESPEAK_SANDBOX", raising=False)
    return connect()


@pytest.mark.parametrize("name", CASES)
def test_the_sandbox_and_the_toolkit_say_the_same_of_every_day(session, name):
    later, wishes = CASES[name]
    if later:
        session.advance(hours=later)
    details, begun = find_customer(session, name), session.now()
    prices, subscription = (
        read_prices(session, details),
        details.azure_subscriptions["azure_subscription_id"].iloc[0],
    )
    bought = []
    for scope, size, term, quantity in wishes:
        wanted = quote(
            details,
            prices,
            azure_subscription_id=subscription,
            size=size,
            region=REGION,
            term=term,
            quantity=quantity,
            scope=scope,
        )
        made = plan(wanted, find_offer(session, details, wanted), intent_id=f"{size} {scope}")
        place = ("shared",) if scope == "shared" else ("subscription", subscription)
        bought.append((buy(session, made, made.phrase).order_id, place, size, quantity))

    session.advance(days=7)
    owned = holdings(session, details).set_index("order_id", drop=False)
    hours = [begun + timedelta(hours=number) for number in range(7 * 24)]
    used = by_hand(bought, machines_of(details), hours)

    for order, _, _, quantity in bought:
        days = utilisation(session, owned.loc[order])
        assert len(days) == 7
        for day in days.itertuples():
            alive = sum(hour.date() == day.day.date() for hour in hours)
            assert day.reserved_hours == quantity * alive
            assert day.used_hours == pytest.approx(used.get((order, day.day.date()), 0.0))


def test_covered_hours_are_demand_like_all_others(session):
    """What a reservation covers still runs: the demand of the week is the same with and without it (D-308, D-340)."""
    details = find_customer(session, "Fabrikam")
    session.advance(days=7)
    before = demand(read_usage(session, details, days=7)).sizes
    session.reset()
    made = quote(
        details,
        read_prices(session, details),
        azure_subscription_id=details.azure_subscriptions["azure_subscription_id"].iloc[0],
        size="Standard_D4s_v5",
        region=REGION,
        term="P1Y",
        quantity=7,
    )
    planned = plan(made, find_offer(session, details, made), intent_id="i")
    assert buy(session, planned, planned.phrase).state == "DONE"
    session.advance(days=7)
    reading = read_usage(session, details, days=7)
    assert reading.usage["reservation_id"].notna().any()
    assert demand(reading).sizes["instances"].tolist() == pytest.approx(before["instances"].tolist())
