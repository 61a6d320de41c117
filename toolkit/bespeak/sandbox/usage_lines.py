"""The rated lines of any stretch of days and their sums, for invoices, exports and estimates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from bespeak.sandbox.clock import DAY_HOURS, hour_number
from bespeak.sandbox.rated import RatedLine, floor_total
from bespeak.sandbox.rated_month import RatedMonth

#: Money by customer and plan.
Sums = Mapping[tuple[str, str], Decimal]
#: Sums that are kept: as many as ten years have months.
_KEPT = 120
_CHUNK = 2000


class UsageBook:
    """Rated months, and the sums of those that were asked for.

    ``facts`` gives all that the lines of a stretch depend on, so that the sums of a month that has passed stay when
    the clock moves.
    """

    def __init__(
        self,
        rated: Callable[[int, int], RatedMonth],
        facts: Callable[[int, int], object],
        cost: Callable[[RatedLine, Decimal], Decimal],
    ) -> None:
        self._rated = rated
        self._facts = facts
        self._cost = cost
        self._sums: dict[tuple[int, int], tuple[object, Sums]] = {}

    def cost(self, line: RatedLine, rate: Decimal = Decimal(1)) -> Decimal:
        """What a line costs at an exchange rate."""
        return self._cost(line, rate)

    def between(self, start: datetime, end: datetime) -> RatedMonth:
        """The lines of the whole days from one instant up to another."""
        return self._rated(*_days(start, end))

    def sums(self, start: datetime, end: datetime, rate: Decimal = Decimal(1)) -> Sums:
        """The money of these days by customer and plan, at this exchange rate; each line is rounded down by itself."""
        days = _days(start, end)
        facts = (rate, self._facts(*days))
        kept = self._sums.get(days)
        if kept is None or kept[0] != facts:
            kept = (facts, self._summed(self._rated(*days).lines(), rate))
            self._sums = dict([*self._sums.items()][1 - _KEPT :]) | {days: kept}
        return kept[1]

    def _summed(self, lines: Iterable[RatedLine], rate: Decimal) -> Sums:
        found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for line in lines:
            found[(line.customer.id, line.subscription.id)] += self._cost(line, rate)
        return dict(found)


def _days(start: datetime, end: datetime) -> tuple[int, int]:
    first = hour_number(start)
    return first, max(first, hour_number(end) // DAY_HOURS * DAY_HOURS)


def plan_cost(line: RatedLine, rate: Decimal) -> Decimal:
    """What a line of an Azure plan costs at an exchange rate, rounded down to cents (D-333)."""
    return floor_total(line.effective_price, line.quantity, rate)


def legacy_cost(line: RatedLine, rate: Decimal) -> Decimal:
    """What a line of legacy Azure costs: list price, without the partner's credit; nothing for what is covered."""
    return Decimal(0) if line.benefit else floor_total(line.unit_price, line.quantity, rate)


def texts(rated: RatedMonth) -> Iterator[str]:
    """All lines as JSON, made some at a time, so that a large month need not be in memory."""
    for skip in range(0, len(rated), _CHUNK):
        yield from rated.page(skip, _CHUNK)
