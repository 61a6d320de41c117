"""Azure's rule was written twice: by the toolkit from records, by the sandbox from the law. Both say the same."""

import pytest

import bespeak
from bespeak.sandbox import World
from bespeak.sandbox.recommendations import Look, recommend


@pytest.fixture(scope="module")
def session():
    return bespeak.connect()


@pytest.mark.parametrize("name", ["Fabrikam", "Tailspin Toys"])
@pytest.mark.parametrize("days", [7, 30])
def test_the_sandbox_recommends_what_the_toolkit_works_out_from_its_records(session, name, days):
    details = bespeak.find_customer(session, name)
    demand = bespeak.demand(bespeak.read_usage(session, details, days=days))
    prices, holdings = bespeak.read_prices(session, details), bespeak.holdings(session, details)
    table = bespeak.azure_rule(demand, prices, holdings, session.now(), days=days)
    shared = table[(table["scope"] == "shared") & (table["quantity"] > 0)]
    ours = {(row.size, row.term): row.quantity for row in shared.itertuples()}
    world = World.demo()
    customer_id = details.customer_id.lower()
    look = Look(customer_id, "Shared", world.directory.azure_ids(customer_id), days)
    theirs = {(one.use.size, one.term): one.point.quantity for one in recommend(world, look)}
    assert ours
    assert ours == theirs
