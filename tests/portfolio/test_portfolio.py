"""The portfolio of a world with reservations of every age: the same figures as on each customer's own page."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from held_usage import HeldUsage

from bespeak import customer_details, customers, private_sandbox, study, usage_store
from bespeak.portfolio import Survey, at_stake, portfolio
from bespeak.portfolio.kept import Kept
from bespeak.tables import PORTFOLIO

FEBRUARY = datetime(2027, 2, 1, tzinfo=UTC)


def test_the_table_keeps_its_contract_and_has_every_customer_once(view, listed):
    PORTFOLIO.check(view.table)
    assert list(view.table["customer_id"]) == list(listed["customer_id"])


def test_the_money_at_stake_is_what_the_customers_own_page_says(view, pages):
    """The saving of the better term of each group, for 30 days; the rule for money figures of a portfolio."""
    shown = view.table.set_index("customer_id")
    assert len(pages) == 10
    for customer_id, page in pages.items():
        best = page.advice[page.advice["scope"] == "shared"].groupby(["region", "group"])["saving"].max()
        month = 30 * 24 / page.demand.hours
        assert shown.loc[customer_id, "saving_low"] == pytest.approx(best.sum() * month, rel=1e-12)
        assert shown.loc[customer_id, "payg"] == pytest.approx(at_stake(page.advice).payg, rel=1e-12)


def test_the_customers_of_the_demo_have_the_figures_of_their_own_pages():
    """Through the usage store on disk; an Azure plan with daily lines, and legacy subscriptions with hourly records."""
    session = private_sandbox()
    session.set_switch("export_looks", 0)
    everybody = customers(session)
    some = everybody[~everybody["domain"].str.contains("-")].reset_index(drop=True)
    survey = Survey(session, usage_store(session), some, days=7)
    survey.read(survey.old())
    survey.read_usage()
    survey.work_out(survey.open_figures())
    shown = survey.view().table.set_index("customer_id")
    assert list(shown["kind"].value_counts()) == [5, 2]
    for one in some["customer_id"]:
        page = at_stake(study(session, customer_details(session, one), days=7).advice)
        assert shown.loc[one, "saving_low"] == pytest.approx(page.low, rel=1e-12)
        assert shown.loc[one, "saving_high"] == pytest.approx(page.high, rel=1e-12)
        assert shown.loc[one, "payg"] == pytest.approx(page.payg, rel=1e-12)
        assert shown.loc[one, "saving_low"] > 0


def test_what_ends_next_and_whether_it_renews_itself(by_name):
    """D-747: a renewal is a purchase of its own, so it is said."""
    ends = {name: (told["days_left"], told["renews"]) for name, told in by_name.items()}
    assert ends["Adatum Foods"] == (14, "no")
    assert ends["Fourth Coffee"] == (21, "yes")
    assert ends["Wide World Importers"] == (40, "no")
    assert math.isnan(ends["VanArsdel"][0])  # it has ended
    assert by_name["VanArsdel"]["reservations"] == 0
    assert by_name["Wide World Importers"]["reservations"] == 2


def test_what_is_not_used_is_a_share_and_an_amount(by_name):
    """D-1202, D-1216: 3 of 8 instances run; 5 x USD 2,736 a term of 1,096 days is paid for nothing."""
    coho = by_name["Coho Winery"]
    assert coho["used_7"] == coho["used_30"] == pytest.approx(3 / 8)
    assert coho["unused"] == pytest.approx(5 * 2736 / 1096 * 30, rel=1e-9)
    assert by_name["Lamna Healthcare"]["unused"] == 0
    assert math.isnan(by_name["Graphic Design Institute"]["unused"])


def test_the_right_to_exchange_ends_on_the_first_of_february(by_name):
    """D-830, D-835: what ends before has nothing to lose."""
    assert by_name["Coho Winery"]["exchange_ends"] == FEBRUARY
    assert by_name["Coho Winery"]["exchange_days"] == 21
    assert math.isnan(by_name["Adatum Foods"]["exchange_days"])
    assert math.isnan(by_name["Fourth Coffee"]["exchange_days"])  # it ends on that very day


@pytest.mark.parametrize(
    ("days", "exchange", "expiry"), [(20, 1.0, 20.0), (21, math.nan, 19.0), (40, math.nan, 0.0)]
)
def test_days_are_counted_from_the_day_of_the_view(world, store, view, days, exchange, expiry):
    """The boundary day belongs to the new right (D-835); a reservation owns its last day."""
    later = portfolio(world, store, days=7, as_of=view.as_of + timedelta(days=days), young=timedelta(days=90))
    told = later.table.set_index("name").loc["Wide World Importers"]
    assert told["exchange_days"] == pytest.approx(exchange, nan_ok=True)
    assert told["days_left"] == expiry


def test_the_day_after_its_end_a_reservation_is_not_owned(world, store, view):
    later = portfolio(world, store, days=7, as_of=view.as_of + timedelta(days=41), young=timedelta(days=90))
    assert later.table.set_index("name").loc["Wide World Importers", "reservations"] == 1


def test_a_market_without_reservations_is_said_and_stops_nothing(by_name):
    told = by_name["Trey Research"]
    assert math.isnan(told["saving_low"])
    assert "Reservations are not sold in GL." in told["reasons"][0]


def test_a_customer_without_azure_says_so(by_name):
    assert by_name["Margie's Travel"]["reasons"] == ("It has no Azure subscription through this partner.",)


def test_money_is_not_shown_where_usage_is_missing(world, listed, store):
    """What would be said from a part of the usage is not what is at stake."""
    one = listed.set_index("name").loc["Humongous Insurance", "customer_id"]
    torn = HeldUsage({one: replace(store.readings[one], incomplete="Two files of the export are missing.")})
    told = portfolio(world, torn, days=7).table.set_index("customer_id").loc[one]
    assert math.isnan(told["saving_low"])
    assert math.isnan(told["payg"])
    assert told["incomplete"] == "Two files of the export are missing."
    assert told["machines"] == 11
    assert "Two files of the export are missing." in told["reasons"][0]


def test_money_is_not_shown_where_usage_ends_before_the_window(world, listed, store):
    one = listed.set_index("name").loc["Humongous Insurance", "customer_id"]
    told = (
        portfolio(world, store, days=7, as_of=world.now() + timedelta(days=2))
        .table.set_index("customer_id")
        .loc[one]
    )
    assert math.isnan(told["saving_low"])
    assert "Usage is known until 2027-01-11 00:00 UTC only" in told["incomplete"]


@pytest.mark.parametrize(
    ("asked", "missing"),
    [
        ((-30, 2), ""),
        (
            (-30, 1),
            "Usage is known until 2027-01-12 00:00 UTC only, and the window ends 2027-01-13 00:00 UTC.",
        ),
        (
            (-4, 2),
            "Usage is known from 2027-01-07 00:00 UTC only, and the window begins 2027-01-06 00:00 UTC.",
        ),
    ],
)
def test_what_counts_is_for_which_time_the_source_was_asked(world, listed, store, asked, missing):
    """Machines that stopped leave no records behind: two days without any are no gap when they were asked for."""
    one = listed.set_index("name").loc["Humongous Insurance", "customer_id"]
    stopped = HeldUsage({one: store.readings[one]})
    now = world.now()
    stopped.received = missing  # another delivery
    stopped.asked_for[one, ""] = tuple(now + timedelta(days=days) for days in asked)
    told = portfolio(world, stopped, days=7, as_of=now + timedelta(days=2), young=timedelta(days=9))
    row = told.table.set_index("customer_id").loc[one]
    assert row["incomplete"].removesuffix(" Read the usage again.") == missing
    assert math.isnan(row["saving_low"]) == bool(missing)


def test_what_is_kept_of_a_customer_is_what_was_read(world, listed):
    one = listed.set_index("name").loc["Bellows College", "customer_id"]
    read, kept = customer_details(world, one), Kept(world.home / "portfolio").facts(one).customer
    assert kept.subscriptions.equals(read.subscriptions)
    assert kept.azure_subscriptions.equals(read.azure_subscriptions)
    assert (kept.name, kept.kind, kept.currency) == (read.name, read.kind, read.currency)


def test_the_second_look_reads_nothing_and_works_nothing_out(world, store, view):
    portfolio(world, store, days=7)  # the day of another test may have been the last one
    store.asked.clear()
    survey = Survey(world, store, days=7)
    assert (survey.old(), survey.open_figures()) == ([], [])
    assert survey.view().table.equals(view.table)
    assert store.asked == []


def test_new_usage_of_one_customer_is_worked_out_alone(world, listed, store):
    one = listed.set_index("name").loc["VanArsdel", "customer_id"]
    fresh = HeldUsage(store.readings)
    rows = fresh.customers()
    rows.loc[rows["customer_id"] == one, "received"] = "later"
    fresh.customers = lambda: rows
    portfolio(world, store, days=7)
    assert Survey(world, fresh, days=7).open_figures() == [one]


def test_the_text_form_says_what_is_at_stake(view):
    assert repr(view) == (
        "PortfolioView(12 customers, sandbox, 2027-01-11, at stake in 30 days: USD 4,397.70 and EUR 831.62 and "
        "GBP 300.66, 0 not read)"
    )
