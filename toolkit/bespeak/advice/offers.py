"""Which sizes could be bought for a flexibility group, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache

from bespeak.catalogue import PriceBook, sizes
from bespeak.errors import MissingError
from bespeak.terms import closed_series, term_hours
from bespeak.terms.closing import not_reservable

TERMS = ("P1Y", "P3Y")
_OWN_GROUP = "size:"


@dataclass(frozen=True, slots=True)
class Offer:
    """A size that the price book sells for a term: units of one instance, price of the term, price by the hour.

    ``closed`` says why it cannot be bought on the day, and is empty when it can.
    """

    size: str
    ratio: float
    term: str
    total: Decimal
    per_hour: float
    closed: str


@dataclass(eq=False)
class Market:
    """The prices of one price book on one day."""

    book: PriceBook
    on: date
    _offers: dict[tuple[str, str, str], tuple[Offer, ...]] = field(default_factory=dict)

    def payg_per_hour(self, region: str, size: str) -> float | None:
        """Pay-as-you-go by the hour, None where the book has no price; no price is never 0."""
        try:
            price = self.book.payg_per_hour(region, size).amount
        except MissingError:
            return None
        return float(price) if price > 0 else None

    def offers(self, region: str, group: str, term: str) -> tuple[Offer, ...]:
        """All sizes of the group that have a price for this region and term, those closed on the day included."""
        key = region, group, term
        if key not in self._offers:
            found = [self._offer(region, size, ratio, term) for size, ratio in sizes_of(group).items()]
            self._offers[key] = tuple(offer for offer in found if offer is not None)
        return self._offers[key]

    def _offer(self, region: str, size: str, ratio: float, term: str) -> Offer | None:
        try:
            total = self.book.reservation_total(region, size, term).amount
        except MissingError:
            return None
        if total <= 0:
            return None
        closed = not_reservable(size, self.on) or closed_series(size, term, self.on) or ""
        return Offer(size, ratio, term, total, float(total) / term_hours(term), closed)


def day_of(as_of: date) -> date:
    """The day of a date or of a moment in UTC, which Python takes for a date too; dated rules go by days."""
    return as_of.astimezone(UTC).date() if isinstance(as_of, datetime) else as_of


def sizes_of(group: str) -> Mapping[str, float]:
    """The sizes of a flexibility group with their ratios; a size without flexibility is alone in its group."""
    if group.startswith(_OWN_GROUP):
        return {group.removeprefix(_OWN_GROUP): 1.0}
    return _groups().get(group, {})


@cache
def _groups() -> dict[str, dict[str, float]]:
    table = sizes()
    groups: dict[str, dict[str, float]] = {}
    for size, group, ratio in zip(table["size"], table["group"], table["ratio"], strict=True):
        if isinstance(group, str):
            groups.setdefault(group, {})[str(size)] = float(ratio)
    return groups
