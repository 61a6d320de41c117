"""What cannot be undone about a purchase, said before it is made: cancelling, returning, changing, exchanging (A15)."""

from __future__ import annotations

from datetime import date

from bespeak.errors import MissingError
from bespeak.money import Money
from bespeak.policy import Cancelling, Unchangeable, load
from bespeak.terms.exchange import exchange_sentence
from bespeak.terms.refunds import refund_fee, refund_pool, refund_sentence


def undo_facts(total: Money, bought: date, world: str) -> tuple[str, ...]:
    """What the buyer must know about undoing a purchase of this total on that day, in sentences with their sources."""
    too_large = refund_sentence(total, bought)
    found = (
        _cancelling(bought, world),
        _returning(bought),
        too_large,
        *_unchangeable(bought),
        exchange_sentence(bought),
    )
    return tuple(sentence for sentence in found if sentence)


def _cancelling(bought: date, world: str) -> str:
    for rule in load(Cancelling):
        if not rule.holds(bought):
            continue
        if world in rule.worlds:
            return f"In this test world the order can be cancelled for {rule.days} days. {rule.citation}"
        return f"Once bought, the order cannot be cancelled through Partner Center. {rule.citation}"
    raise MissingError(
        f"No rule says whether an order can be cancelled on {bought}.",
        "Complete the files in bespeak/policy.",
    )


def _returning(bought: date) -> str:
    pool, fee = refund_pool(bought), refund_fee(bought)
    kept = f"{fee.rate:.0%} of the refund is kept" if fee.rate else "nothing of the refund is kept at present"
    return (
        f"It can be returned in the Azure portal only: at most {Money(pool.limit, pool.currency)} of commitment within "
        f"{pool.window_days} days for each {pool.counted_per}, all returns together; {kept}. {pool.citation}"
    )


def _unchangeable(bought: date) -> tuple[str, ...]:
    """What stays as it was bought (D-510, D-703)."""
    return tuple(f"{rule.what}, {rule.way_out}. {rule.citation}" for rule in load(Unchangeable, bought))
