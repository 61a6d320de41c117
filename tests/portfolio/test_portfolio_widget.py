"""The page of all customers without a browser: what it shows, how it is ranked, and the customer's own page below."""

import asyncio

import pytest
from hands import press
from held_usage import HeldUsage

from bespeak import customers, private_sandbox
from bespeak_widgets import Portfolio


@pytest.fixture(scope="module")
def session():
    """A world of its own, so that what is kept here is not what other tests look at."""
    return private_sandbox(scenario="portfolio")


@pytest.fixture(scope="module")
def page(session, store):
    return Portfolio(session, store, days=7)


@pytest.fixture
def shown(page):
    """The page as it is when it has just been filled."""
    page._bar.rank.value, page._bar.currencies.value, page._bar.find.value = "expiry", "all", ""
    page._bar.rank.value = "money"
    return page


def names(page):
    table = page._table
    return [table.lines[place][2][0] for place in table.order]


def tenant(session, name):
    return customers(session).set_index("name").loc[name, "customer_id"]


def test_the_text_form_says_what_a_person_sees(shown):
    text = str(shown)
    assert "At stake in 30 days: USD 4,398, EUR 832, GBP 301 for certain, at 10 customers" in text
    assert "A reservation ends: 2 in 30 days 3 in 90 days" in text
    assert "Adatum Foods | USD 313 | USD 497 | 12 | 1 | in 14 d | 100.0% | USD 0 | - | 2027-01-10" in text
    assert "Graphic Design Institute comes first: USD 3,238." in text


def test_another_rank_brings_another_order_and_picture(shown):
    assert names(shown)[0] == "Graphic Design Institute"
    shown._bar.rank.value = "expiry"
    assert names(shown)[:3] == ["Adatum Foods", "Fourth Coffee", "Wide World Importers"]
    assert shown._first.title == "What ends next"
    assert shown._table.sorting == {"column": 5, "descending": False}


def test_typing_finds_and_keeps_the_rank(shown):
    shown._bar.find.value = "in"
    assert names(shown) == [name for name in list(shown.view.ranked("money")["name"]) if "in" in name.lower()]
    shown._bar.find.value = "coff"
    assert names(shown) == ["Fourth Coffee"]
    assert shown._table.status.startswith("1 of 12 customers")
    shown._bar.find.value = "zzz"
    assert names(shown) == []
    assert "0 of 12 customers have 'zzz'" in shown._table.status


def test_one_currency_alone(shown):
    shown._bar.currencies.value = "GBP"
    assert names(shown) == ["Wide World Importers", "Fourth Coffee"]
    assert shown._first.title == "Most money at stake in 30 days, GBP"


def test_a_press_on_a_head_sorts_and_another_one_turns_the_order(shown):
    shown._table.asked = {"column": 3, "count": 1}
    most = names(shown)
    assert most[0] == "Graphic Design Institute"
    shown._table.asked = {"column": 3, "count": 2}
    assert names(shown)[0] == "Trey Research"
    shown._table.asked = {"column": 0, "count": 3}
    assert names(shown) == sorted(names(shown))


def test_a_line_opens_the_customers_own_page(shown, session):
    shown._table.pick(tenant(session, "Coho Winery"))
    assert shown.details.name == "Coho Winery"
    assert shown.sizing.study.details.name == "Coho Winery"
    assert "> Coho Winery" in str(shown)
    assert "37.5% of the reserved hours were used in 30 days" in str(shown)


def test_the_customers_own_page_says_the_same_money(shown, session):
    shown._table.pick(tenant(session, "Humongous Insurance"))
    advice = shown.sizing.study.advice
    best = advice[advice["scope"] == "shared"].groupby(["region", "group"])["saving"].max().sum()
    row = shown.view.table.set_index("name").loc["Humongous Insurance"]
    assert row["saving_low"] == pytest.approx(best * 30 / 7, rel=1e-12)


def test_another_page_shows_at_once_what_this_one_has_read(session, store, page):
    del page
    asked = []
    collect = session.door.collect
    session.door.collect = lambda *args: asked.append(args) or collect(*args)
    try:
        again = Portfolio(session, store, days=7)
    finally:
        session.door.collect = collect
    assert asked == []
    assert "USD 4,398" in str(again)


def test_read_again_reads_everything(shown):
    reads = []
    old = shown._survey.read
    shown._survey.read = lambda ids, progress: reads.extend(ids) or old(ids, progress)
    press(shown._bar.again)
    del shown._survey.read
    assert len(reads) == 12


def test_a_cancelled_page_keeps_what_was_read(store):
    """The rest is read by the next page, or by this one when it is asked to."""
    session = private_sandbox(scenario="portfolio")

    async def run():
        page = Portfolio(session, store, days=7)
        begun = asyncio.Event()
        page._reading._status.observe(lambda change: "of 12" in change["new"] and begun.set(), "value")
        await begun.wait()
        assert page._bar.usage.disabled
        assert page._bar.again.disabled
        page._reading.cancel()
        await page.idle()
        return page

    page = asyncio.run(run())
    assert "Cancelled." in str(page)
    shown = Portfolio(session, HeldUsage({}))
    assert shown.view.unread.empty


def test_an_empty_list_is_said(session, store, listed):
    page = Portfolio(session, store, days=7, customers=listed.head(0))
    assert "There are no customers yet." in str(page)


def test_a_page_without_usage_says_how_it_comes(session, listed):
    page = Portfolio(session, HeldUsage({}), days=7, customers=listed.head(2))
    assert "no usage is kept on this machine yet: 'Read usage' reads it" in str(page)


def test_text_from_the_service_is_no_html(store):
    session = private_sandbox(scenario="portfolio")
    listed = customers(session).head(1).assign(name="<img src=x onerror=alert(1)> $5")
    page = Portfolio(session, store, days=7, customers=listed)
    assert "<img" not in page._tiles.value
    assert "&lt;img" in str(page._first.traces["spec"]) or not page._first.traces["spec"][0]["x"]
