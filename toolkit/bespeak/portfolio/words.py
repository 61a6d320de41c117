"""A row of the portfolio in sentences: why the customer deserves a look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bespeak.portfolio import owned
from bespeak.portfolio.facts import Facts, Owned
from bespeak.portfolio.stake import Stake
from bespeak.portfolio.worked import Worked

#: So many purchases are named; the customer's own page has them all.
_NAMED = 2
#: An end within so many days is worth a word.
_SOON = 90
#: Usage set aside above this share is.
_MUCH = 0.01
_NOTHING_LEFT = "nothing that ran for certain is left on pay-as-you-go"
_LEFT = {"one": "one exchange of each is left", "none": "none is left", "unlimited": "there is no limit"}


def reasons(facts: Facts, held: list[Owned], worked: Worked | None, on: date) -> Iterator[str]:
    """What is at stake, what ends, what is not used, which right ends, and how far the usage is known."""
    if facts.kind == "none":
        yield "It has no Azure subscription through this partner."
    elif worked is None:
        yield "No usage of it is known on this machine yet."
    else:
        yield from _money(worked)
    yield from _expiry(held, on)
    yield from _use(held, facts.currency, on)
    yield from _exchange(held, on)
    yield from (one.unread for one in held if one.unread)
    if worked is not None and worked.set_aside >= _MUCH:
        yield f"{worked.set_aside:.1%} of its usage was set aside."


def _money(worked: Worked) -> Iterator[str]:
    if worked.no_stake:
        yield worked.no_stake
    elif worked.stake is None:
        yield "No virtual machine ran."
    elif not worked.stake.best:
        left = "no reservation would have saved anything" if worked.stake.payg else _NOTHING_LEFT
        yield f"Nothing to buy: {left}."
    else:
        yield _saves(worked.stake)


def _saves(stake: Stake) -> str:
    range_ = (
        "" if stake.high <= stake.low * (1 + 1e-9) else f", at most {_amount(stake.high, stake.currency)}"
    )
    others = len(stake.best) - _NAMED
    named = " and ".join(stake.best[:_NAMED])
    more = f", and {others} more" if others > 0 else ""
    return (
        f"Reservations would have saved {_amount(stake.low, stake.currency)} in 30 days for certain{range_}: "
        f"{named}{more}."
    )


def _expiry(held: list[Owned], on: date) -> Iterator[str]:
    first = owned.next_expiry(held)
    if first is None or (days := owned.days_until(first.holding["expiry"], on)) > _SOON:
        return
    then = {
        True: "it is bought again then, if nobody stops it",
        False: "its machines go back to pay-as-you-go",
        None: "whether it renews itself is not known",
    }[first.renews]
    yield f"{_named(first)} ends {_in(days)}, on {first.holding['expiry']:%Y-%m-%d}: {then}."


def _use(held: list[Owned], currency: str, on: date) -> Iterator[str]:
    share, cost = owned.share_used(held, on, 30), owned.unused_cost(held, on)
    if share is None:
        return
    paid = (
        "what the rest costs is not known"
        if cost is None
        else f"what nothing used costs {_amount(cost, currency)} in 30 days at today's list prices"
    )
    if share < 1:
        yield f"{share:.1%} of the reserved hours were used in 30 days; {paid}."
    else:
        yield "All reserved hours of 30 days were used."


def _exchange(held: list[Owned], on: date) -> Iterator[str]:
    rule, count = owned.exchange_end(held, on)
    if rule is None or rule.starts is None:
        return
    which = "a reservation" if count == 1 else f"{count} reservations"
    yield (
        f"The right to exchange {which} as often as one likes ends {_in((rule.starts - on).days)}, on {rule.starts}; "
        f"{_LEFT[rule.exchanges]} then. {rule.citation}"
    )


def _named(one: Owned) -> str:
    holding = one.holding
    return f"{holding['name'] or 'A reservation'} ({holding['quantity']:,} x {holding['size']})"


def _in(days: int) -> str:
    return "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"


def _amount(value: float, currency: str) -> str:
    return f"{currency} {value:,.2f}"
