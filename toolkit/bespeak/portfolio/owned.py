"""What the reservations of a customer come to on a day: when they end, how they are used, what may be exchanged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from bespeak.advice.owned import has_ended
from bespeak.policy import ExchangeRight
from bespeak.portfolio.facts import Facts, Owned
from bespeak.terms import next_exchange_right

_MONTH_HOURS = 30 * 24


def alive(facts: Facts, on: date) -> list[Owned]:
    """The reservations that have not ended on the day."""
    return [one for one in facts.owned if not has_ended(one.holding["state"], one.holding["expiry"], on)]


def days_until(moment: datetime, on: date) -> int:
    """Days from a day to the day of a moment (UTC): 0 on the day itself."""
    return (moment.astimezone(UTC).date() - on).days


def next_expiry(owned: Iterable[Owned]) -> Owned | None:
    """The reservation that ends first."""
    known = [one for one in owned if one.holding["expiry"] is not None]
    return min(known, key=lambda one: one.holding["expiry"], default=None)


def share_used(owned: Iterable[Owned], on: date, days: int) -> float | None:
    """Used by reserved hours of the last full days, all reservations together (D-1202); ``None`` without any."""
    hours = [
        (day.used, day.reserved) for one in owned for day in one.use if on - timedelta(days) <= day.day < on
    ]
    reserved = sum(hour[1] for hour in hours)
    return sum(hour[0] for hour in hours) / reserved if reserved else None


def unused_cost(owned: Iterable[Owned], on: date, days: int = 30) -> float | None:
    """What reserved hours that nothing used cost in 30 days (D-1216), by what was seen of the last full ``days``.

    ``None`` when nothing was counted, or when the price of a reservation with unused hours is not known.
    """
    costs: list[float] = []
    for one in owned:
        seen = [day for day in one.use if on - timedelta(days) <= day.day < on]
        reserved, unused = sum(day.reserved for day in seen), sum(day.reserved - day.used for day in seen)
        if not reserved:
            continue
        if one.hour_price is None:
            return None
        costs.append(unused / reserved * one.holding["quantity"] * _MONTH_HOURS * one.hour_price)
    return sum(costs) if costs else None


def exchange_end(owned: Iterable[Owned], on: date) -> tuple[ExchangeRight | None, int]:
    """What the right to exchange some of these becomes next, and how many it concerns (D-830); ``starts`` says when.

    A reservation that ends before has nothing to lose.
    """
    rules: list[ExchangeRight] = []
    for one in owned:
        bought, expiry = one.holding["start"], one.holding["expiry"]
        later = next_exchange_right(bought.date(), on) if bought is not None else None
        if later and (expiry is None or expiry.date() > (later.starts or on)):
            rules.append(later)
    first = min(rules, key=lambda rule: rule.starts or on, default=None)
    return first, sum(rule is first or rule.starts == first.starts for rule in rules) if first else 0
