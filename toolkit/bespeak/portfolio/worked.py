"""What the usage of a customer comes to: how much runs, and the money at stake."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from bespeak.advice.offers import Market
from bespeak.errors import BespeakError
from bespeak.portfolio.facts import Facts
from bespeak.portfolio.hourly import as_reading, busiest, hour_of
from bespeak.portfolio.stake import Stake, stake_of
from bespeak.portfolio.usages import Usage
from bespeak.usage import demand

#: Rises when the same input gives other figures, so that what was kept is worked out anew.
_RULES = 1


@dataclass(frozen=True, slots=True)
class Span:
    """The window that is looked at, the same as on the customer's own page (UTC)."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Worked:
    """What was worked out for one customer; ``mark`` tells from what.

    ``set_aside`` is a share of the VM hours. ``has_gap`` says that usage is not known for the whole window.
    Where there is no ``stake``, ``no_stake`` says why.
    """

    mark: str
    machines: float = 0.0
    vm_hours: float = 0.0
    set_aside: float = 0.0
    known_until: datetime | None = None
    incomplete: str = ""
    has_gap: bool = False
    stake: Stake | None = None
    no_stake: str = ""

    def as_json(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        until = self.known_until.isoformat() if self.known_until else None
        return asdict(self) | {"known_until": until}


def worked_of(told: Mapping[str, Any]) -> Worked:
    """What ``as_json`` gave; raises ``KeyError``, ``TypeError`` or ``ValueError`` for anything else."""
    stake, until = told["stake"], told["known_until"]
    return Worked(
        **{
            **told,
            "known_until": datetime.fromisoformat(until) if until else None,
            "stake": Stake(**{**stake, "best": tuple(stake["best"])}) if stake else None,
        }
    )


def mark_of(stored: Mapping[str, Any], facts: Facts, prices: str, span: Span, day: str) -> str:
    """What all the figures depend on, in one word: usage, what is owned, prices, the window and the day."""
    owned = [dict(one.holding) for one in facts.owned]
    told = [_RULES, stored, owned, prices, facts.no_prices, str(span.start), str(span.end), day]
    text = json.dumps(told, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def work_out(usage: Usage, facts: Facts, market: Market | str, span: Span, mark: str) -> Worked:
    """The figures of one customer, from its usage, what it owns and its prices.

    Money is worked out only from usage that is all there: what is known to be missing, or ends before the window does,
    gives a sentence in its place, and so does a ``market`` that is one.
    """
    hourly = usage.hourly
    inside = hourly[(hourly["hour"] >= hour_of(span.start)) & (hourly["hour"] < hour_of(span.end))]
    gap = _gap(usage, span)
    missing = usage.incomplete or gap
    stake, why = _stake(hourly, facts, market, span, missing)
    return Worked(
        mark=mark,
        machines=busiest(inside),
        vm_hours=float(inside["hours_e6"].sum()) / 1_000_000,
        set_aside=usage.set_aside,
        known_until=usage.known_until,
        incomplete=missing,
        has_gap=bool(gap),
        stake=stake,
        no_stake=why,
    )


def _gap(usage: Usage, span: Span) -> str:
    """What part of the window nothing is known of, "" where all of it is known."""
    since, until = usage.known_since, usage.known_until
    if until is not None and until < span.end:
        known = f"until {until:%Y-%m-%d %H:%M} UTC only, and the window ends {span.end:%Y-%m-%d %H:%M} UTC"
    elif since is not None and since > span.start:
        known = f"from {since:%Y-%m-%d %H:%M} UTC only, and the window begins {span.start:%Y-%m-%d %H:%M} UTC"
    else:
        return ""
    return f"Usage is known {known}. Read the usage again."


def _stake(
    hourly: pd.DataFrame, facts: Facts, market: Market | str, span: Span, missing: str
) -> tuple[Stake | None, str]:
    if missing:
        return None, f"The money at stake is not shown, because usage is not all there. {missing}"
    if isinstance(market, str):
        return None, market
    try:
        needed = demand(as_reading(hourly, span.start, span.end))
        return stake_of(needed, market, facts.holdings), ""
    except BespeakError as error:
        return None, str(error)
