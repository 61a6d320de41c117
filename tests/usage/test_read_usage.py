"""Which source is asked for which customer, over which window, with progress."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pandas as pd
import pytest

from bespeak.errors import InputError
from bespeak.usage import read_usage

NOW = datetime(2026, 10, 7, 0, 30, tzinfo=UTC)
CUSTOMER = "c0000000-0000-4000-8000-000000000001"
SUB = "b1e6aaaa-0000-4000-8000-000000000001"
PARENTS = ["d0000000-0000-4000-8000-000000000001", "d0000000-0000-4000-8000-000000000002"]


class Door:
    """Gives the answers prepared for each call, and remembers what was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.calls = []

    def collect(self, call, progress=None):
        self.calls.append(call)
        found = self.answers[len(self.calls) - 1]
        if progress:
            progress(len(found))
        return found


def session(door, now=NOW):
    return SimpleNamespace(door=door, world="sandbox", now=lambda: now)


def customer(kind="legacy", currency="USD"):
    return SimpleNamespace(
        customer_id=CUSTOMER,
        name="Contoso",
        currency=currency,
        kind=kind,
        subscriptions=pd.DataFrame({"subscription_id": PARENTS, "kind": [kind, "other"]}),
        azure_subscriptions=pd.DataFrame({"azure_subscription_id": [SUB]}),
    )


def test_a_legacy_customer_is_read_hourly_from_each_legacy_subscription(record):
    door = Door([record(), record("web02", -72)])

    reading = read_usage(session(door), customer(), days=2)

    assert [call.path.split("/")[5] for call in door.calls] == PARENTS[:1]
    assert door.calls[0].params["granularity"] == "Hourly"
    assert (reading.start, reading.end) == (
        datetime(2026, 10, 5, tzinfo=UTC),
        datetime(2026, 10, 7, tzinfo=UTC),
    )
    assert reading.usage["vm"].tolist() == ["web01"]
    assert reading.source == "hourly utilization records, sandbox"


def test_several_subscriptions_are_read_one_after_the_other_with_progress(record):
    details = customer()
    details.subscriptions["kind"] = "legacy"
    seen = []

    reading = read_usage(
        session(Door([record()], [record("web02"), record("web03")])),
        details,
        days=2,
        progress=lambda done, total: seen.append((done, total)),
    )

    assert reading.usage["vm"].tolist() == ["web01", "web02", "web03"]
    assert seen == [(1, None), (3, None)]


def test_an_azure_plan_is_read_from_the_lines_of_this_month_and_the_one_before(line):
    door = Door([line("old", -5, customerId=CUSTOMER)], [line(customerId=CUSTOMER.upper())])

    reading = read_usage(session(door), customer("azure_plan"), days=30)

    assert [call.params["period"] for call in door.calls] == ["previous", "current"]
    assert reading.usage["vm"].tolist() == ["old", "web01"]


def test_the_window_of_an_azure_plan_ends_a_day_before_now_and_begins_where_lines_begin(line):
    """D-331: lines lag 24 hours; and there are none from before the previous month, which is not zero use."""
    reading = read_usage(session(Door([], [line(customerId=CUSTOMER)])), customer("azure_plan"), days=60)

    assert reading.end == datetime(2026, 10, 6, tzinfo=UTC)
    assert reading.start == datetime(2026, 9, 1, tzinfo=UTC)


def test_the_previous_month_is_not_asked_for_when_this_one_suffices():
    door = Door([])

    read_usage(session(door, datetime(2026, 10, 20, tzinfo=UTC)), customer("azure_plan"), days=7)

    assert [call.params["period"] for call in door.calls] == ["current"]


def test_lines_of_other_customers_are_no_part_of_the_reading(line):
    """Rated lines of all customers come together; some carry no customer id."""
    stranger = "b1e6aaaa-0000-4000-8000-00000000000f"
    lines = [
        line("other", customerId="c0000000-0000-4000-8000-000000000002"),
        line("own", customerId=f"org:{CUSTOMER}"),
        line("by-entitlement", customerId=""),
        line("by-resource", customerId="", entitlementId=""),
        line("stranger", customerId="", entitlementId=stranger),
    ]

    reading = read_usage(session(Door([], lines)), customer("azure_plan"))

    assert sorted(reading.usage["vm"]) == ["by-entitlement", "by-resource", "own"]
    assert reading.rows_in == 3


def test_a_customer_without_azure_gets_a_sentence():
    with pytest.raises(InputError, match=r"Contoso has no Azure subscription.*Azure plan"):
        read_usage(session(Door()), customer("none"))


def test_an_unknown_market_gets_a_sentence():
    with pytest.raises(InputError, match="sales market of Contoso is not known"):
        read_usage(session(Door()), customer("azure_plan", currency=None))


@pytest.mark.parametrize("days", [0, -1])
def test_a_window_needs_a_day(days):
    with pytest.raises(InputError, match=f"cannot be read for {days} days"):
        read_usage(session(Door()), customer(), days=days)


def test_the_window_of_hourly_records_is_whole_hours(record):
    reading = read_usage(session(Door([record()])), customer(), days=2)

    assert reading.end - reading.start == timedelta(days=2)
