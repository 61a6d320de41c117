"""What a reservation costs day by day when its total is spread over its term (D-1211).

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
