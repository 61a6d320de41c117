"""What a reservation costs day by day when its total is spread over its term (D-1211), and what covered hours cost.

The days are those of the calendar, a leap day included; the hours that Microsoft divides a price by are another matter.
Amounts are exact; whoever shows one rounds it, and rounds sums rather than summing what was rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bespeak.errors import InputError
from bespeak.money import Money
from bespeak.terms.spans import term_hours


@dataclass(frozen=True, slots=True)
class Amortisation:
    """The total of a reservation from its first day to the day on which it has ended (UTC), in equal parts a day.

    Source: View amortized reservation costs (2023-01-20).
    """

    total: Money
    start: date
    end: date

    def __post_init__(self) -> None:
        if self.days < 1:
            raise InputError(
                f"A term from {self.start} to {self.end} has no day.", "Give an end after the start."
            )

    @property
    def days(self) -> int:
        """How many days the term has."""
        return (self.end - self.start).days

    @property
    def a_day(self) -> Money:
        """The part of one day."""
        return Money(self.total.amount / self.days, self.total.currency)

    def between(self, first: date, after: date) -> Money:
        """The part of the days from ``first`` to the day before ``after``; days outside the term cost nothing."""
        days = (min(after, self.end) - max(first, self.start)).days
        return Money(self.total.amount * max(days, 0) / self.days, self.total.currency)


@dataclass(frozen=True, slots=True)
class CoveredUse:
    """Hours of a machine that a reservation covered, as amortised cost data tell them (D-426, D-1213).

    Both prices are those of an hour of the machine; ``effective`` holds the ratio already. ``ratio`` is the hours of
    the reserved size that an hour of the machine draws.

    Source: Get EA and MCA reservation costs and usage (2024-02-14).
    """

    hours: Decimal
    ratio: Decimal
    payg: Money
    effective: Money

    @property
    def reserved_hours(self) -> Decimal:
        """Hours of the reserved size that were used."""
        return self.hours * self.ratio

    @property
    def cost(self) -> Money:
        """What the hours cost under the reservation."""
        return self.effective * self.hours

    @property
    def saving(self) -> Money:
        """What they cost less than at pay-as-you-go; what the reservation wasted is not in it (D-1214)."""
        return (self.payg - self.effective) * self.hours

    def implied_total(self, term: str) -> Money:
        """What one instance of the reserved size must have cost for its whole term."""
        return Money(self.effective.amount / self.ratio * term_hours(term), self.effective.currency)


def split_by_hours(
    cost: Money, used: Sequence[Decimal], reserved: Decimal
) -> tuple[tuple[Money, ...], Money]:
    """A cost split over machines by the reserved hours that each used, and the rest that nothing used.

    The rest belongs to no machine (D-1212, D-1216); all parts together are the cost.
    """
    if reserved <= 0 or any(hours < 0 for hours in used) or sum(used) > reserved:
        raise InputError(
            f"{sum(used)} of {reserved} reserved hours cannot have been used.",
            "Compare the hours of one time span.",
        )
    parts = tuple(Money(cost.amount * hours / reserved, cost.currency) for hours in used)
    rest = Money(cost.amount * (reserved - sum(used)) / reserved, cost.currency)
    return parts, rest
