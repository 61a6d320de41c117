"""The exchange right of a reservation of virtual machines (D-830 to D-836), and the trade-in for a savings plan."""

from __future__ import annotations

from datetime import date

from bespeak.errors import MissingError
from bespeak.policy import ExchangeRight, TradeIn, load, utc_day


def exchange_right(bought: date, on: date) -> ExchangeRight:
    """The right, on that day, to exchange one instance bought on ``bought``: unlimited, one or none.

    A renewal and the product of an exchange count as bought on the day they happened (UTC); the right belongs to
    each instance of a quantity, so those that stay keep theirs.
    """
    for rule in load(ExchangeRight, on):
        if rule.concerns(bought):
            return rule
    raise MissingError(
        f"No rule says whether a reservation bought on {bought} may be exchanged on {on}.",
        "Read Microsoft's page on exchanges, and complete bespeak/policy/exchange.toml.",
    )


def next_exchange_right(bought: date, on: date) -> ExchangeRight | None:
    """The right that takes the place of that day's, ``starts`` says when; ``None`` while nothing is to change (D-830).

    On the first day of the new right it holds already (D-835), so that nothing more is to change then.
    """
    now = exchange_right(bought, on)
    later = [
        rule
        for rule in load(ExchangeRight)
        if rule.concerns(bought)
        and rule.starts
        and rule.starts > utc_day(on)
        and rule.exchanges != now.exchanges
    ]
    return min(later, key=lambda rule: rule.starts or date.max, default=None)


def exchange_sentence(bought: date) -> str:
    """What the buyer of a reservation on that day should know about exchanging it later."""
    now = exchange_right(bought, bought)
    later = [
        rule for rule in load(ExchangeRight) if rule.concerns(bought) and rule.starts and rule.starts > bought
    ]
    if now.exchanges == "none":
        return f"A reservation bought on {bought} cannot be exchanged. {now.citation}"
    if not later:
        return f"A reservation bought on {bought} can be exchanged. {now.citation}"
    change = later[0]
    left = {"one": "one final exchange", "none": "no exchange", "unlimited": "as many exchanges as you like"}
    return (
        f"A reservation bought on {bought} can be exchanged until {change.starts}; from then on "
        f"{left[change.exchanges]} is left, and what it is then exchanged for cannot be exchanged. {change.citation}"
    )


def may_trade_in(on: date) -> bool:
    """Whether a reservation may be traded in for a savings plan on that day, whenever it was bought (D-844)."""
    return any(rule.allowed for rule in load(TradeIn, on))
