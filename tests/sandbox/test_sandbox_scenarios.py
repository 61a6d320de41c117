"""Scenarios: the shipped ones live as they tell, and a mistake in a file is a sentence that says where."""

import pytest

from bespeak.sandbox.clock import hour_number
from bespeak.sandbox.scenario import EVENTS, FOLDER, TABLES, find, load, shipped
from bespeak.sandbox.staging import scenario_world
from bespeak.sandbox.strict_toml import ScenarioError

DAY = 24 * 60


def customer(world, name):
    return next(one for one in world.directory.customers.values() if one.name == name)


def test_each_shipped_scenario_has_a_test_here_and_a_title():
    assert set(shipped()) == {
        "first_purchase",
        "migration",
        "lapsed_agreement",
        "buys_for_itself",
        "portfolio",
    }
    assert all(load(path).title for path in shipped().values())


def test_first_purchase_is_ready_to_buy():
    world = scenario_world("first_purchase")
    buyer = customer(world, "Adventure Works")
    assert world.agreements.cleared(buyer)
    held = world.directory.subscriptions_of(buyer.id)[0]
    assert world.registrations.is_registered(held, world.now)
    assert [azure.name for azure in held.azure] == ["Production", "Test"]
    assert len(world.directory.machines_of(buyer.id)) == 12
    assert not world.book.orders(buyer.id)


def test_a_migration_leaves_the_reservation_unused():
    world = scenario_world("migration")
    owner = customer(world, "Coho Vineyard").id
    held = world.book.started(owner, world.now)[0]
    world.advance(28 * DAY)
    moved = hour_number(world.now) - 7 * 24
    coverage = world.covered(owner)
    assert set(coverage.drawn(held.id, moved - 24, moved)) == {6.0}
    assert set(coverage.drawn(held.id, moved, moved + 24)) == {2.0}
    machines = world.directory.machines_of(owner)
    alive = [m.size for m in machines if m.exists(hour_number(world.now))]
    assert sorted(alive) == ["Standard_D2s_v5"] * 2 + ["Standard_E2as_v5"] * 4
    assert held.quantity == 6


def test_no_machine_runs_twice_in_the_hour_of_a_migration():
    world = scenario_world("migration")
    machines = world.directory.machines_of(customer(world, "Coho Vineyard").id)
    first = hour_number(world.now) + 20 * 24
    hours = world.demand.running(machines, first, first + 48)
    assert set(hours.sum(axis=1)) == {6.0}


def test_the_price_change_of_a_scenario_comes_at_its_date():
    world = scenario_world("migration")
    sku = world.catalogue.by_size("polandcentral", "Standard_D2s_v5")["P1Y"]
    before = world.prices.reservation(sku, world.now)
    world.advance(46 * DAY)
    after = world.prices.reservation(sku, world.now)
    assert after == (before * 105 / 100).quantize(after)


def test_an_agreement_lapses_and_is_signed_anew():
    world = scenario_world("lapsed_agreement")
    seen = []
    for _ in range(3):
        seen.append(world.agreements.cleared(customer(world, "Fourth Coffee")))
        world.advance(5 * DAY)
    assert seen == [True, False, True]


def test_a_customer_that_may_buys_for_itself_and_another_is_refused():
    """D-902, D-909."""
    world = scenario_world("buys_for_itself")
    world.advance(3 * DAY)
    assert [(order.buyer, order.quantity) for order in world.book.orders()] == [("customer", 2)]
    assert world.state.events.done["0"] == ""
    assert "does not let it buy" in world.state.events.done["1"]
    assert len(world.savings_plans.of(customer(world, "Lucerne Publishing").id)) == 1


def test_a_relationship_that_ended_is_over():
    world = scenario_world("buys_for_itself")
    world.advance(401 * DAY)
    assert "Proseware" not in {one.name for one in world.directory.customers.values()}


def test_the_customers_of_a_portfolio_own_reservations_of_every_age():
    world = scenario_world("portfolio")
    ends = {
        one.name: [
            (held.expiry.date() - world.now.date()).days for held in world.book.started(one.id, world.now)
        ]
        for one in world.directory.customers.values()
    }
    assert len(ends) == 12
    assert {name: days for name, days in ends.items() if days} == {
        "Adatum Foods": [14],
        "Bellows College": [417],
        "Coho Winery": [881],
        "Fourth Coffee": [21],
        "Lamna Healthcare": [977],
        "VanArsdel": [-52],
        "Wide World Importers": [40, 267],
    }
    by_month = [order for order in world.book.orders() if order.billing_plan == "Monthly"]
    assert [order.name for order in by_month] == ["cellar"]


def test_growth_begins_its_machines_one_after_another():
    world = scenario_world("buys_for_itself")
    machines = world.directory.machines_of(customer(world, "Proseware").id)
    start = hour_number(world.now)
    alive = [sum(m.exists(start + days * 24) for m in machines) for days in (0, 29, 30, 60, 120)]
    assert alive == [1, 1, 2, 3, 5]


def test_the_same_scenario_gives_the_same_bytes_step_by_step_or_at_once():
    one, two = scenario_world("buys_for_itself"), scenario_world("buys_for_itself")
    one.advance(10 * DAY)
    for _ in range(10):
        two.advance(DAY)
    assert one.snapshot() == two.snapshot()


def test_a_reset_begins_the_scenario_anew_with_what_is_owned():
    world = scenario_world("migration")
    before = len(world.book.orders())
    world.advance(30 * DAY)
    world.reset()
    assert (len(world.book.orders()), world.state.events.done) == (before, {})


def test_a_snapshot_holds_what_has_happened():
    world = scenario_world("buys_for_itself")
    world.advance(3 * DAY)
    kept = world.snapshot()
    world.advance(400 * DAY)
    world.restore(kept)
    assert world.snapshot() == kept
    world.advance(400 * DAY)
    assert "2" in world.state.events.done


GOOD = """
title = "t"
[[customers]]
name = "Ann"
[[machines]]
customer = "Ann"
size = "Standard_D2s_v5"
"""
EVENT = GOOD + '[[events]]\nafter_days = 1\nwhat = "agreement_lapses"\ncustomer = "Ann"\n'


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('title = "t"', "", "at the top: key 'title' is missing"),
        ('title = "t"', "title = 3", "key 'title' takes a text, not 3"),
        ('title = "t"', 'title = "t"\ncolour = 1', "'colour' is unknown"),
        ('title = "t"', 'title = "t"\nstart = 2020-01-01', "key 'start' lies between"),
        ('title = "t"', 'title = "t"\nstart = "now"', "key 'start' takes a date such as 2026-12-01"),
        ("[[customers]]", "[[customer]]", "'customer' is unknown. Did you mean 'customers'?"),
        (
            'name = "Ann"',
            'name = "Ann"\nkind = "plan"',
            "number 1: key 'kind' is 'plan'. Allowed are legacy, azure_plan, none.",
        ),
        ('name = "Ann"', 'name = "Ann"\ncountry = "XX"', "is no market of a partner"),
        ('name = "Ann"', 'name = "Ann"\nagreement = "yes"', "takes true or false, not 'yes'"),
        (
            'name = "Ann"',
            'name = "Ann"\n[[customers]]\nname = "Ann"',
            "[[customers]] number 2: there is a customer",
        ),
        ('customer = "Ann"\nsize', 'customer = "Bob"\nsize', "there is no customer 'Bob'. Allowed are Ann"),
        ("Standard_D2s_v5", "Standard_D2s_v55", "Did you mean 'Standard_D2s_v5'?"),
        ("size =", 'region = "moon"\nsize =', "key 'region' is 'moon'"),
        ("size =", "count = 0\nsize =", "key 'count' lies between 1 and 500, not at 0"),
        ("size =", "count = 1.5\nsize =", "takes a whole number, not 1.5"),
        ("size =", "coutn = 2\nsize =", "key 'coutn' is unknown. Did you mean 'count'?"),
        ("size =", 'demand = "alwys"\nsize =', "Did you mean 'always'?"),
        ("size =", 'subscription = "x"\nsize =', "'Ann' has no subscription 'x'"),
        ("after_days = 1", "after_days = 0", "must come after the start"),
        ("after_days = 1", "", "either 'at' or 'after_days'"),
        ('what = "agreement_lapses"', 'what = "agreement_lapse"', "Did you mean 'agreement_lapses'?"),
        ('what = "agreement_lapses"', 'what = "prices_change"', "key 'customer' is unknown"),
        (
            'what = "agreement_lapses"',
            'what = "migrate"\nfrom_size = "a"\nto_size = "b"',
            "no machine of size 'a'",
        ),
        (
            'what = "agreement_lapses"\ncustomer = "Ann"',
            'what = "fault"\nmatch = "x"\nkind = "explode"',
            "number 1: A fault has no kind 'explode'",
        ),
        (
            'what = "agreement_lapses"\ncustomer = "Ann"',
            'what = "switch"\nname = "order_minuts"\nvalue = "3"',
            "Did you mean 'order_minutes'?",
        ),
        (
            'what = "agreement_lapses"\ncustomer = "Ann"',
            'what = "prices_change"\npercent = -100',
            "must be above -100",
        ),
    ],
)
def test_a_mistake_names_the_file_the_table_and_the_key(tmp_path, old, new, words):
    assert EVENT.count(old) >= 1
    path = tmp_path / "mine.toml"
    path.write_text(EVENT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        scenario_world(path)
    assert str(caught.value).startswith("mine.toml, ")
    assert words in str(caught.value)


@pytest.mark.parametrize("text", ["title = ", "= 1", "\x00", "[[customers]\n"])
def test_what_is_no_toml_is_said(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"mine\.toml: this is no TOML"):
        load(path)


OWNED = """[[reservations]]
customer = "Ann"
size = "Standard_D2s_v5"
term = "P1Y"
quantity = 2
bought = 2026-10-01
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2026-10-01", "2027-01-01", "'bought' must not come after the start"),
        ('"P1Y"', '"P2Y"', "key .term. is .P2Y.. Allowed are P1Y|P2Y"),
        ("quantity = 2", "quantity = 200000", "lies between 1 and 100000"),
        ("Standard_D2s_v5", "Standard_Nothing", "there is no reservation of Standard_Nothing"),
    ],
)
def test_a_mistake_in_what_is_owned_is_said(tmp_path, old, new, words):
    path = tmp_path / "mine.toml"
    path.write_text(GOOD + OWNED.replace(old, new), encoding="utf-8")
    with pytest.raises(ScenarioError, match=words.replace("(", r"\(")):
        scenario_world(path)


def test_an_unknown_scenario_is_answered_with_a_near_one():
    with pytest.raises(ScenarioError, match="Did you mean 'migration'"):
        find("migrations")


def test_the_page_about_scenarios_names_every_key_and_event():
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    names = {key for keys in (*TABLES.values(), *EVENTS.values()) for key in keys} | set(TABLES) | set(EVENTS)
    assert [name for name in sorted(names) if f"`{name}`" not in page and f"[[{name}]]" not in page] == []
