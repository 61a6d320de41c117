"""Limits to the cent, to the second and to the last word."""

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
SECOND = timedelta(seconds=1)
NEXT = "Buy less, wait, or let whoever is responsible change limits.toml."


def usd(amount):
    return Money(Decimal(amount), "USD")


@pytest.fixture
def bought(session, make_plan):
    """A purchase of USD 1,984.00 that was sent, and its intent."""
    plan = make_plan()
    assert buy(session, plan, plan.phrase).state == "DONE"
    (intent,) = open_journal(session).intents()
    return plan, intent


def refusal(limits, plan, others=(), at=AT):
    with pytest.raises(InputError) as refused:
        limits.check(plan, others, at)
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("order", "one order"),
        ("day", "a day"),
        ("customer", "a customer in 30 days"),
        ("month", "30 days"),
    ],
)
def test_each_limit_is_named_when_it_is_exceeded(make_plan, name, words):
    assert refusal(Limits(**{name: usd("1983.99")}), make_plan()) == (
        f"USD 1,984.00 is over the limit of USD 1,983.99 for {words}. {NEXT}"
    )
    Limits(**{name: usd("1984")}).check(make_plan(), (), AT)


@pytest.mark.parametrize(
    ("name", "words"), [("day", "a day"), ("customer", "a customer in 30 days"), ("month", "30 days")]
)
def test_what_was_bought_before_is_added_and_told(bought, name, words):
    plan, intent = bought
    assert refusal(Limits(**{name: usd("3967.99")}), plan, [intent], intent.sent) == (
        f"USD 1,984.00 with the USD 1,984.00 bought already is over the limit of USD 3,967.99 for {words}. {NEXT}"
    )
    Limits(**{name: usd("3968")}).check(plan, [intent], intent.sent)


def test_one_order_is_judged_without_those_before(bought):
    plan, intent = bought
    Limits(order=usd("1984")).check(plan, [intent], intent.sent)
    Limits(order=usd("1984")).check(plan, [intent], intent.sent - SECOND)  # a clock that was set back


@pytest.mark.parametrize(
    ("name", "span"),
    [("day", timedelta(hours=24)), ("customer", timedelta(days=30)), ("month", timedelta(days=30))],
)
def test_a_window_ends_to_the_second(bought, name, span):
    plan, intent = bought
    limits = Limits(**{name: usd("1984")})
    refusal(limits, plan, [intent], intent.sent + span - SECOND)
    limits.check(plan, [intent], intent.sent + span)


def test_a_customer_is_the_same_in_other_letters(bought):
    plan, intent = bought
    loud = replace(plan, customer_id=plan.customer_id.upper())
    refusal(Limits(customer=usd("1984")), loud, [intent], intent.sent)
    stored = replace(intent, plan={**intent.plan, "customer_id": plan.customer_id.upper()})
    refusal(Limits(customer=usd("1984")), plan, [stored], intent.sent)


@pytest.mark.parametrize("state", ["PLANNED", "CONFIRMED", "CART", "REJECTED"])
def test_what_was_not_sent_or_not_bought_does_not_count(bought, state):
    plan, intent = bought
    Limits(day=usd("1984")).check(plan, [replace(intent, state=state)], intent.sent)


@pytest.mark.parametrize("state", ["SENDING", "UNKNOWN", "ORDERED", "RECONCILED"])
def test_what_may_have_been_bought_counts(bought, state):
    plan, intent = bought
    refusal(Limits(day=usd("1984")), plan, [replace(intent, state=state)], intent.sent)
    Limits(day=usd("1984")).check(plan, [replace(intent, state=state, sent=None)], intent.sent)


def test_every_limit_that_is_exceeded_is_told_in_their_order(make_plan):
    plan = make_plan()
    limits = Limits(order=usd(1), day=usd(2), customer=usd(3), month=usd(4))
    told = [str(one) for one in limits.against(plan.customer_id, plan.total, (), AT)]
    assert [one.split(" for ")[1] for one in told] == [
        f"{words}. {NEXT}" for words in ("one order", "a day", "a customer in 30 days", "30 days")
    ]


def test_another_currency_is_named_with_the_next_step(bought):
    plan, intent = bought
    assert refusal(Limits(day=Money(Decimal(10**6), "EUR")), plan) == (
        "The limit for a day is in EUR and cannot be compared with USD. "
        "Set it in USD in limits.toml; until then nothing is bought."
    )
    euros = replace(plan, total=Money(Decimal(1), "EUR"), unit=Money(Decimal(1), "EUR"))
    assert "cannot be compared with USD" in refusal(
        Limits(month=Money(Decimal(10**6), "EUR")), euros, [intent], intent.sent
    )


@pytest.mark.parametrize(("above", "needed"), [("1983.99", True), ("1984", False), ("1984.01", False)])
def test_a_second_person_is_needed_above_the_amount(make_plan, above, needed):
    assert Limits(approve_above=usd(above)).needs_approval(make_plan()) is needed
    assert Limits().needs_approval(make_plan()) is False


def test_an_amount_for_approval_in_another_currency_refuses(make_plan):
    with pytest.raises(InputError) as refused:
        Limits(approve_above=Money(Decimal(1), "EUR")).needs_approval(make_plan())
    assert str(refused.value) == (
        "approve_above is set in EUR and cannot be compared with USD 1,984.00. "
        "Set approve_above in USD in limits.toml; until then nothing is bought."
    )


def test_no_file_sets_no_limit(tmp_path):
    assert read_limits(tmp_path) == Limits(None, None, None, None, None)
    assert FILE_NAME == "limits.toml"


def test_a_file_is_read_to_the_cent(tmp_path):
    lines = ['currency = "JPY" # żółw', 'order = "1"', 'day = "2.5"', 'customer = "0"', 'month = "1E+3"']
    (tmp_path / FILE_NAME).write_bytes("\n".join([*lines, 'approve_above = "7"']).encode())
    yen = [Money(Decimal(one), "JPY") for one in ("1", "2.5", "0", "1000", "7")]
    assert read_limits(tmp_path) == Limits(*yen)


MEMBERS = "It has currency and any of order, day, customer, month, approve_above."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('order = "5"', f"limits.toml names no currency. {MEMBERS}"),
        ('currency = 5\norder = "5"', f"limits.toml names no currency. {MEMBERS}"),
        ('currency = "USD"\nzz = 1\nordr = "5"', f"limits.toml does not know 'ordr'. {MEMBERS}"),
        *(
            (
                f'currency = "USD"\nday = {raw}',
                (
                    f"The limit 'day' in limits.toml is {shown}. "
                    'Write an amount of 0 or more in quotes, such as "20000.00".'
                ),
            )
            for raw, shown in (
                ("5.5", "5.5"),
                ("5", "5"),
                ('"NaN"', "'NaN'"),
                ('"Infinity"', "'Infinity'"),
                ('"-0.01"', "'-0.01'"),
                ('"much"', "'much'"),
                ('""', "''"),
            )
        ),
    ],
)
def test_a_file_that_cannot_be_read_to_the_last_word_refuses_in_words(tmp_path, text, words):
    (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_limits(tmp_path)
    assert str(refused.value) == words


@pytest.mark.parametrize("raw", [b"order = ", b'currency = "USD" # \xff'])
def test_a_file_that_is_no_toml_refuses(tmp_path, raw):
    (tmp_path / FILE_NAME).write_bytes(raw)
    with pytest.raises(InputError) as refused:
        read_limits(tmp_path)
    assert str(refused.value).startswith("The limits in limits.toml cannot be read: ")
    assert str(refused.value).endswith(". Nothing is bought.")
    assert refused.value.__cause__ is not None
