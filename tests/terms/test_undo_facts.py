"""What is said about undoing a purchase follows the dated rules (A15, D-803, D-808, D-830)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from bespeak.money import Money
from bespeak.terms import undo_facts

NOVEMBER = date(2026, 11, 16)
SMALL = Money(Decimal(1984), "USD")


def test_an_order_cannot_be_cancelled_through_partner_center():
    first = undo_facts(SMALL, NOVEMBER, "live")[0]
    assert first == (
        "Once bought, the order cannot be cancelled through Partner Center. "
        "(Cancel an order from the integration sandbox, 2021-03-01)"
    )


def test_the_built_in_sandbox_teaches_the_rule_of_the_live_world():
    assert undo_facts(SMALL, NOVEMBER, "sandbox") == undo_facts(SMALL, NOVEMBER, "live")


def test_microsofts_test_tenant_lets_an_order_go_for_sixty_days():
    assert "can be cancelled for 60 days" in undo_facts(SMALL, NOVEMBER, "integration")[0]


def test_the_pool_is_named_with_its_limit_window_and_whose_it_is():
    """D-803, D-805, D-808."""
    second = undo_facts(SMALL, NOVEMBER, "live")[1]
    assert "USD 50,000.00 of commitment within 365 days for each customer" in second
    assert "nothing of the refund is kept at present" in second


def test_a_purchase_above_the_pool_is_told_so():
    """D-803."""
    large = undo_facts(Money(Decimal("50000.01"), "USD"), NOVEMBER, "live")
    assert len(large) == len(undo_facts(SMALL, NOVEMBER, "live")) + 1
    assert "USD 50,000.01" in large[2]


def test_before_february_2027_the_exchange_right_ends_on_its_day():
    """D-830."""
    assert "can be exchanged until 2027-02-01" in undo_facts(SMALL, NOVEMBER, "live")[-1]


def test_from_february_2027_on_there_is_no_exchange():
    """D-830, D-835."""
    last = undo_facts(SMALL, date(2027, 2, 1), "live")[-1]
    assert last.startswith("A reservation bought on 2027-02-01 cannot be exchanged.")


def test_what_pays_and_how_often_cannot_be_changed_later():
    """D-510."""
    assert (
        "The subscription that pays and how often it pays cannot be changed later, only by an exchange, and how often "
        "it pays also at a renewal. (Manage Reservations for Azure resources, 2022-12-06)"
    ) in undo_facts(SMALL, NOVEMBER, "live")


def test_size_region_quantity_and_term_cannot_be_changed_later():
    """D-703."""
    told = [fact for fact in undo_facts(SMALL, NOVEMBER, "live") if fact.startswith("Size, region, quantity")]
    assert told == [
        (
            "Size, region, quantity and term cannot be changed later, only by an exchange. "
            "(Save costs with Azure Reserved VM Instances, 2026-05-05)"
        )
    ]


def test_the_partner_of_record_stays():
    """D-606."""
    assert (
        "The partner of record cannot be changed later, only by returning the reservation and buying it again. "
        "(Buy Microsoft Azure reservations for customers, 2023-08-23)"
    ) in undo_facts(SMALL, NOVEMBER, "live")


@pytest.mark.parametrize("world", ["sandbox", "integration", "live"])
def test_refund_pool_exchange_right_and_partner_of_record_are_said_with_source_and_date_in_each_world(world):
    """D-803, D-830, D-606: each sentence names its page and the date of that page."""
    told = undo_facts(SMALL, NOVEMBER, world)
    for words in ("commitment within 365 days", "can be exchanged until", "partner of record"):
        (sentence,) = [fact for fact in told if words in fact]
        assert re.search(r"\([A-Z][^()]+, 20\d\d-\d\d-\d\d\)$", sentence)
