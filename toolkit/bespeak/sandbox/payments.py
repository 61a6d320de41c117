"""What a reservation costs and when: upfront, or in instalments of whole months (Microsoft, *Buy a reservation*).

Everything is counted for one instance and multiplied, so that a split never moves a cent.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise

from bespeak.sandbox.reservation_records import MONTHS, BillingPlan, Offer, Reservation

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Instalment:
    """A payment for one instance."""

    number: int
    due: datetime
    amount: Decimal


def plus_months(instant: datetime, months: int) -> datetime:
    """The same day some months later; in a shorter month its last day."""
    year, month = divmod(instant.month - 1 + months, 12)
    year += instant.year
    day = min(instant.day, calendar.monthrange(year, month + 1)[1])
    return instant.replace(year=year, month=month + 1, day=day)


def instalments(offer: Offer, plan: BillingPlan, starts: datetime) -> list[Instalment]:
    """The payments of one instance: one upfront, or one a month from the start on, which add up to the same."""
    count = 1 if plan == "Upfront" else MONTHS[offer.term]
    sums = [(offer.unit_total * n / count).quantize(CENT, ROUND_FLOOR) for n in range(count + 1)]
    sums[-1] = offer.unit_total
    amounts = [later - sooner for sooner, later in pairwise(sums)]
    return [Instalment(n, plus_months(starts, n), amount) for n, amount in enumerate(amounts)]


def paid(held: Reservation, plan: BillingPlan, now: datetime) -> Decimal:
    """What was paid by now for the instances that it holds, counted from the beginning of the term."""
    last = now if held.until is None else min(now, held.until)
    due = [one.amount for one in instalments(held.offer, plan, held.starts) if one.due <= last]
    return sum(due, Decimal(0)) * held.quantity
