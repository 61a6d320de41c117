"""The demo world of the shipped sample data."""

import json

import pytest
from tiny_world import TOKEN, Caller

from bespeak.sandbox import World, create_app
from bespeak.sandbox.rated import plans_of

STORIES = (
    "Contoso",
    "Fabrikam",
    "Northwind Traders",
    "Woodgrove Bank",
    "Tailspin Toys",
    "Litware",
    "Wingtip Toys",
)


@pytest.fixture(scope="module")
def demo():
    return World.demo()


@pytest.fixture(scope="module")
def demo_caller(demo):
    app = create_app(demo, TOKEN)
    return Caller(demo, app.test_client(), [], [])


def test_all_stories_have_machines(demo):
    by_name = {customer.name: customer for customer in demo.base.estate.customers.values()}
    counts = {name: len(demo.base.estate.machines_of(by_name[name].id)) for name in STORIES}
    assert all(counts.values())
    assert len(demo.base.estate.customers) >= 1000


def test_extra_customers_come_on_top_and_are_always_the_same(demo):
    more, again = (World.demo(extra_customers=50).base.estate.customers for _ in range(2))
    assert list(more) == list(again)
    assert len(more) == len(demo.base.estate.customers) + 50


def test_each_machine_of_a_plan_has_a_price(demo):
    owners = [customer.id for customer, _ in plans_of(demo.base.estate)]
    machines = [machine for owner in owners for machine in demo.base.estate.machines_of(owner)]
    assert machines
    assert all((m.region, m.size, m.os) in demo.facts.price_of for m in machines)


def test_each_series_of_the_machines_is_in_the_trace(demo):
    for machines in demo.base.estate.machines.values():
        hours = demo.demand.running(machines, demo.demand.end_hour - 24 * 400, demo.demand.end_hour)
        assert hours.shape == (24 * 400, len(machines))


def test_the_rated_lines_of_a_month_can_be_read(demo_caller, demo):
    path = (
        "/v1/invoices/unbilled/lineitems?provider=onetime&invoicelineitemtype=usagelineitems&currencycode=USD"
    )
    lines = [line for page in demo_caller.pages(f"{path}&period=previous") for line in page]
    owners = {customer.name for customer, _ in plans_of(demo.base.estate)}
    assert {line["customerName"] for line in lines} == owners >= {"Northwind Traders", "Woodgrove Bank"}
    assert all(json.loads(line["additionalInfo"])["ServiceType"].startswith("Standard_") for line in lines)


def largest_legacy(demo):
    """The legacy subscription with most machines, and its customer."""
    held = [s for s in demo.base.estate.subscriptions.values() if s.kind == "legacy"]
    return max(held, key=lambda s: len(demo.base.estate.machines.get(s.azure[0].id, ())))


def records(demo):
    held = largest_legacy(demo)
    path = f"/v1/customers/{held.customer_id}/subscriptions/{held.id}/utilizations/azure"
    return (
        f"{path}?start_time=2026-09-17T00:00:00Z&end_time=2026-11-16T00:00:00Z&granularity=hourly&size=1000"
    )


def test_60_days_of_hourly_records_are_one_record_for_each_hour_a_machine_ran(demo_caller, demo):
    """Counted a second time straight from the trace; the disks are one record a day."""
    pages = demo_caller.pages(records(demo))
    held = largest_legacy(demo)
    machines = demo.base.estate.machines[held.azure[0].id]
    end = int(demo.now.timestamp()) // 3600
    ran = demo.demand.running(machines, end - 60 * 24, end).sum()
    assert sum(map(len, pages)) == ran + 60
