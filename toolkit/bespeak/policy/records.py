"""The shapes of the rules: one frozen record a family. ``FAMILY`` names the TOML file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import ClassVar, Literal


def utc_day(on: date) -> date:
    """The day in UTC of a day or a moment: a moment without offset is taken as UTC."""
    if not isinstance(on, datetime):
        return on
    return (on if on.tzinfo is None else on.astimezone(UTC)).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What every rule carries: its number in the rule book, the page it stands on, and the days it holds.

    ``starts`` is the first day (UTC) on which it holds, ``ends`` the first on which it no longer does; empty means
    without bound.
    """

    FAMILY: ClassVar[str]

    id: str
    source: str
    source_date: date
    starts: date | None = None
    ends: date | None = None
    note: str = ""

    def holds(self, on: date) -> bool:
        """Whether the rule holds on that day (UTC); of a moment with an offset its day in UTC counts."""
        day = utc_day(on)
        return (self.starts is None or self.starts <= day) and (self.ends is None or day < self.ends)

    @property
    def citation(self) -> str:
        """The page and its date, as they stand behind a sentence."""
        return f"({self.source}, {self.source_date})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term(Rule):
    """A term that can be bought: ``hours`` is what Microsoft divides a price by."""

    FAMILY: ClassVar[str] = "terms"

    term: str
    label: str
    years: int
    months: int
    hours: int
    provisioning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedSeries(Rule):
    """Series of which some terms can no longer be bought or renewed while the rule holds."""

    FAMILY: ClassVar[str] = "closed_series"

    series: tuple[str, ...]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReservable(Rule):
    """Machines for which no reservation is offered at all: by series, or by a word in the series' name."""

    FAMILY: ClassVar[str] = "not_reservable"

    what: str
    series: tuple[str, ...] = ()
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRight(Rule):
    """How often a reservation bought in a span of days may be exchanged while the rule holds.

    ``bought_from`` is the first day of the span, ``bought_before`` the first day after it.
    """

    FAMILY: ClassVar[str] = "exchange"

    exchanges: Literal["unlimited", "one", "none"]
    bought_from: date | None = None
    bought_before: date | None = None

    def concerns(self, bought: date) -> bool:
        """Whether a reservation bought, renewed or exchanged into on that day (UTC) falls under the rule."""
        day = utc_day(bought)
        after = self.bought_from is None or self.bought_from <= day
        return after and (self.bought_before is None or day < self.bought_before)


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeIn(Rule):
    """Whether a reservation may be traded in for a savings plan while the rule holds."""

    FAMILY: ClassVar[str] = "trade_in"

    allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPool(Rule):
    """How much commitment may be cancelled within a rolling window of days, and for whom it is counted."""

    FAMILY: ClassVar[str] = "refund_pool"

    limit: Decimal
    currency: str
    window_days: int
    counted_per: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyOffer(Rule):
    """The offer that came before another, for customers who have accepted the Microsoft Customer Agreement."""

    FAMILY: ClassVar[str] = "legacy_offer"

    offer: str
    successor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFee(Rule):
    """The share of a refund that Microsoft keeps."""

    FAMILY: ClassVar[str] = "refund_fee"

    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelling(Rule):
    """In which worlds an order of a reservation can be cancelled through Partner Center, and for how many days."""

    FAMILY: ClassVar[str] = "cancelling"

    worlds: tuple[str, ...]
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Market(Rule):
    """Countries (ISO 3166 codes) in which reservations are not sold, or in which Microsoft's pages disagree."""

    FAMILY: ClassVar[str] = "markets"

    state: Literal["closed", "disputed"]
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopesAtPurchase(Rule):
    """The scopes that a customer with this kind of subscription can choose at the purchase."""

    FAMILY: ClassVar[str] = "scopes"

    kind: Literal["azure_plan", "legacy"]
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota(Rule):
    """The scopes for which a purchase needs room in the vCPU quota of the subscription."""

    FAMILY: ClassVar[str] = "quota"

    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchangeable(Rule):
    """What stays as it was bought, and the way out."""

    FAMILY: ClassVar[str] = "unchangeable"

    what: str
    way_out: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Software(Rule):
    """What a reservation covers, and what stays payable beside it."""

    FAMILY: ClassVar[str] = "software"

    covers: str
    payable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RightSizing(Rule):
    """When a machine is idle, and how full another size may be, in per cent; ``days`` is how long it is watched."""

    FAMILY: ClassVar[str] = "right_sizing"

    days: int
    idle_cpu_p95: int
    idle_cpu_average: int
    cpu_after: int
    cpu_after_user_facing: int
    memory_after: int
    tight: int
