"""Whether reservations are sold in a country (D-640, D-641). The catalogue has the last word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bespeak.errors import InputError
from bespeak.policy import Market, load


@dataclass(frozen=True, slots=True)
class MarketState:
    """What Microsoft's lists say about a country: ``open``, ``closed`` or ``disputed``, and that in a sentence."""

    country: str
    state: Literal["open", "closed", "disputed"]
    sentence: str


def market_state(country: str, on: date) -> MarketState:
    """The state of a country (ISO 3166 code) on that day; raises ``InputError`` for what is no code.

    >>> from datetime import date
    >>> market_state("GL", date(2026, 11, 16)).state
    'closed'
    """
    code = country.strip().upper()
    if not re.fullmatch("[A-Z]{2}", code):
        raise InputError(f"'{country}' is not a country code.", "Use a code of two letters such as US.")
    for rule in load(Market, on):
        if code in rule.countries:
            return MarketState(code, rule.state, _sentence(code, rule))
    return MarketState(code, "open", f"{code} is not among the countries without reservations.")


def _sentence(code: str, rule: Market) -> str:
    if rule.state == "closed":
        return f"Reservations are not sold in {code}. {rule.citation}"
    return f"Microsoft's pages disagree whether reservations are sold in {code}; ask the catalogue. {rule.citation}"
