"""How much commitment may be cancelled, and what Microsoft keeps of a refund (D-803 to D-808)."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from bespeak.errors import MissingError
from bespeak.money import Money
from bespeak.policy import RefundFee, RefundPool, Rule, load

R = TypeVar("R", bound=Rule)


def refund_pool(on: date) -> RefundPool:
    """The pool from which cancelled commitment is taken on that day."""
    return _the_rule(load(RefundPool, on), on)


def refund_fee(on: date) -> RefundFee:
    """The share of a refund that Microsoft keeps on that day."""
    return _the_rule(load(RefundFee, on), on)


def refund_sentence(total: Money, on: date) -> str | None:
    """What the buyer of a commitment of this total should know about cancelling it; None when the pool holds it."""
    pool = refund_pool(on)
    limit = Money(pool.limit, pool.currency)
    if total.currency == pool.currency and total <= limit:
        return None
    why = (
        f"this purchase commits {total}, so it cannot be returned as a whole"
        if total.currency == pool.currency
        else f"whether that holds a purchase of {total} depends on the exchange rate"
    )
    return (
        f"Only {limit} of commitment can be cancelled within {pool.window_days} days for each {pool.counted_per}; "
        f"{why}. {pool.citation}"
    )


def _the_rule(rules: tuple[R, ...], on: date) -> R:
    if not rules:
        raise MissingError(f"No refund rule holds on {on}.", "Complete the files in bespeak/policy.")
    return rules[0]
