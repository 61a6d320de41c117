"""Portfolios of many customers: after those of the sample data, always the same, machines only where one looks."""

import pytest

from bespeak.sandbox import World
from bespeak.sandbox.portfolio import SHARE


@pytest.fixture(scope="module")
def many():
    return World.demo(extra_customers=2_000)


def test_the_customers_of_the_sample_data_come_first(many):
    plain = list(World.demo().directory.customers)
    assert list(many.directory.customers)[: len(plain)] == plain
    assert len(many.directory.customers) == len(plain) + 2_000


def test_the_same_seed_gives_the_same_portfolio_and_another_gives_another(folder):
    def ids(seed):
        return list(World.demo(seed, folder=folder, extra_customers=20).directory.customers)

    assert ids(1) == ids(1)
    assert ids(1)[4:] != ids(2)[4:]


def test_a_stated_share_has_machines_and_they_are_made_when_asked_for():
    fresh = World.demo(extra_customers=2_000)
    waiting = len(fresh.base.estate.machines._waiting)
    owners = [one for one in fresh.directory.customers if fresh.directory.machines_of(one)]
    generated = [one for one in owners if fresh.directory.customers[one].domain.startswith("generated")]
    with_subscriptions = sum(
        1 for one in fresh.directory.customers.values() if one.kind != "none" and "generated" in one.domain
    )
    assert len(generated) == waiting == -(-with_subscriptions // SHARE)
    assert not fresh.base.estate.machines._waiting


def test_the_rated_lines_of_all_stay_some_thousands(many):
    plain = len(World.demo().rated("current"))
    assert plain < len(many.rated("current")) < plain + 2_000 * 15


def test_a_generated_customer_can_be_sold_to(many):
    plan = next(
        one
        for one in many.directory.customers.values()
        if one.domain.startswith("generated")
        and one.kind == "azure_plan"
        and many.directory.machines_of(one.id)
    )
    assert many.directory.subscriptions_of(plan.id)[0].azure
    assert many.covered(plan.id).machines


def test_more_than_ten_thousand_are_refused(folder):
    with pytest.raises(ValueError, match="at most 10000"):
        World.demo(folder=folder, extra_customers=10_001)
