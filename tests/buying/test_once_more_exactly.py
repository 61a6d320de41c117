"""When a cart may be sent once more, to the second, and what is said when it may not, to the last word."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from bespeak.buying import once_more
from bespeak.buying.recovery import Sight
from bespeak.errors import InputError

SENT = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def refusal(check, *facts):
    with pytest.raises(InputError) as refused:
        check(*facts)
    return str(refused.value)


def intent(state="UNKNOWN", sendings=1):
    return SimpleNamespace(
        state=state, sendings=sendings, sent=SENT, changed=SENT, outcome={"sent_at": SENT.isoformat()}
    )


def at(moment):
    return SimpleNamespace(now=lambda: moment)


def test_the_grace_time_is_three_minutes_to_the_second():
    ready = SENT + timedelta(minutes=3)
    assert refusal(once_more.check_state, at(ready - SECOND), intent()) == (
        "The first request may still be at work. Look again at 10:03:00 UTC; nothing was sent."
    )
    assert once_more.check_state(at(ready), intent()) is None


@pytest.mark.parametrize("state", ["PLANNED", "CART", "SENDING", "ORDERED", "REJECTED", "RECONCILED"])
def test_only_an_unknown_purchase_is_sent_once_more(state):
    assert refusal(once_more.check_state, at(SENT + timedelta(days=1)), intent(state)) == (
        f"Only a purchase that is UNKNOWN is sent once more; this one is {state}. Nothing was sent."
    )


@pytest.mark.parametrize("sendings", [2, 3])
def test_twice_is_the_most(sendings):
    assert refusal(once_more.check_state, at(SENT + timedelta(days=1)), intent(sendings=sendings)) == (
        "This purchase was sent twice, which is the most. Look again at it, and check it by hand in the end."
    )


@pytest.mark.parametrize(
    "sight",
    [
        Sight("active", ("o-1",), ()),
        Sight("active", ("o-1", "o-2"), ()),
        Sight("active", (), ("o-1",)),
        Sight("ordered", (), ("o-1",)),
    ],
)
def test_an_order_that_may_be_it_stops_a_second_sending(sight):
    assert refusal(once_more.check_sight, sight) == (
        "There is an order that may be this purchase. Look again at it; nothing was sent."
    )


@pytest.mark.parametrize("cart", ["ordered", "expired", "gone", "Active", ""])
def test_only_an_active_cart_is_sent_once_more(cart):
    assert refusal(once_more.check_sight, Sight(cart, (), ())) == (
        f"The cart is {cart}, so it cannot be sent once more. Look again at it; nothing was sent."
    )
    assert once_more.check_sight(Sight("active", (), ())) is None
