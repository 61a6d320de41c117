"""Limits are judged where the send is written down; what cannot be judged is refused."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bespeak.buying import buy
from bespeak.buying.ledger import open_journal
from bespeak.buying.limits import FILE_NAME, Limits, read_limits
from bespeak.errors import InputError
from bespeak.money import Money

AT = datetime(2026, 11, 16, tzinfo=UTC)


def usd(amount):
    return Money(Decimal(amount), "USD")


def write(home, text):
    home.mkdir(exist_ok=True)
    (home / FILE_NAME).write_text(text, encoding="utf-8")


def limit_to(session, **amounts):
    lines = [f'{name} = "{amount}"' for name, amount in amounts.items()]
    write(session.home, "\n".join(['currency = "USD"', *lines]))


def bought(session, plan):
    assert buy(session, plan, plan.phrase).state == "DONE"
    return open_journal(session).intents()


@pytest.mark.parametrize(("over", "state"), [("-0.01", "REJECTED"), ("0.00", "DONE"), ("0.01", "DONE")])
def test_f20_an_order_at_the_limit_passes_and_a_cent_over_it_does_not(
    session, center, make_plan, over, state
):
    plan = make_plan()
    limit_to(session, order=plan.total.amount + Decimal(over))
    outcome = buy(session, plan, plan.phrase)
    assert outcome.state == state
    assert len(center.orders) == (state == "DONE")


def test_a_purchase_over_a_limit_says_which_one_and_how_much_there_was(session, make_plan):
    first, second = make_plan(intent_id="one"), make_plan(intent_id="two")
    limit_to(session, day=first.total.amount + 1)
    bought(session, first)
    told = buy(session, second, second.phrase)
    assert told.state == "REJECTED"
    assert f"{second.total} with the {first.total} bought already is over the limit" in told.sentence
    assert "for a day" in told.sentence


def test_a_day_is_24_hours_and_a_month_is_30_days(session, center, make_plan):
    plans = [make_plan(intent_id=name) for name in ("a", "b", "c")]
    limit_to(session, day=plans[0].total.amount, month=plans[0].total.amount * 2)
    states = []
    for plan in plans:
        states.append(buy(session, plan, plan.phrase).state)
        center.now += timedelta(hours=24)
    assert states == ["DONE", "DONE", "REJECTED"]


def test_the_limit_of_a_customer_counts_that_customer_only(session, make_plan):
    plan = make_plan()
    others = bought(session, plan)
    limits = Limits(customer=plan.total)
    with pytest.raises(InputError, match="a customer in 30 days"):
        limits.check(plan, others, AT)
    limits.check(replace(plan, customer_id="00000000-0000-4000-8000-000000000009"), others, AT)


@pytest.mark.parametrize("state", ["SENDING", "UNKNOWN", "ORDERED", "RECONCILED"])
def test_what_was_sent_counts_until_it_is_known_that_nothing_was_bought(session, make_plan, state):
    plan = make_plan()
    (other,) = bought(session, plan)
    with pytest.raises(InputError, match="limit"):
        Limits(day=plan.total).check(plan, [replace(other, state=state)], AT)
    Limits(day=plan.total).check(plan, [replace(other, state="REJECTED")], AT)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("order = ", "cannot be read"),
        ('order = "5"', "names no currency"),
        ('currency = "USD"\nordr = "5"', "does not know 'ordr'"),
        ('currency = "USD"\norder = 5.5', "'order' in limits.toml is 5.5"),
        ('currency = "USD"\norder = "NaN"', "'order'"),
        ('currency = "USD"\norder = "-1"', "'order'"),
        ('currency = "USD"\norder = "much"', "'order'"),
        ('currency = "usd"\norder = "5"', "currency code"),
    ],
)
def test_limits_that_cannot_be_read_refuse_every_purchase(session, center, make_plan, text, words):
    write(session.home, text)
    with pytest.raises(InputError, match=words):
        read_limits(session.home)
    plan = make_plan()
    with pytest.raises(InputError, match=words):
        buy(session, plan, plan.phrase)
    assert not center.carts
    assert not center.orders


def test_a_limit_in_another_currency_cannot_be_judged_and_refuses(session, center, make_plan):
    write(session.home, 'currency = "EUR"\nday = "1000000"')
    plan = make_plan()
    assert "cannot be compared with USD" in buy(session, plan, plan.phrase).sentence
    assert not center.orders


def test_f20_of_many_that_race_for_the_last_part_of_a_limit_no_more_pass_than_it_holds(
    session, center, make_plan
):
    plans = [make_plan(intent_id=f"race {number}") for number in range(8)]
    limit_to(session, day=plans[0].total.amount * 3)
    together = threading.Barrier(len(plans))
    states = []

    def go(plan):
        together.wait()
        try:
            states.append(buy(session, plan, plan.phrase).state)
        except InputError:
            states.append("rival")

    threads = [threading.Thread(target=go, args=(plan,)) for plan in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= states.count("DONE") <= 3
    assert len(center.orders) == states.count("DONE")
