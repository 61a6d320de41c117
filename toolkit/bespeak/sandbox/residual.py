"""What a reservation is still worth: paid, used up and left, by days in UTC (D-801, D-810; X-06, X-11).

Amounts are kept unrounded as a weight over a scale, so that the refunds of one order add up to the cent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from math import lcm

from bespeak.sandbox.clock import plus_years
from bespeak.sandbox.payments import CENT, Instalment, instalments
from bespeak.sandbox.reservation_records import YEARS, BillingPlan, Offer

#: Every length of a month, 28 to 31 days, divides it.
MONTHLY_SCALE = lcm(28, 29, 30, 31)


@dataclass(frozen=True, slots=True)
class Residual:
    """One instance at an instant.

    ``paid``: the payments made; ``dropped``: those still to come. ``left / scale`` is what remains of the payment in
    progress and ``used / scale`` what was used up of all that was paid; the two add up to ``paid``.
    """

    made: int
    payments: int
    paid: Decimal
    dropped: Decimal
    left: Decimal
    used: Decimal
    scale: int


def residual(
    offer: Offer, plan: BillingPlan, starts: datetime, at: datetime, *, whole_days: int = 0
) -> Residual:
    """What one instance is worth at an instant; within ``whole_days`` after the purchase nothing is used up."""
    expiry = plus_years(starts, YEARS[offer.term])
    payments = instalments(offer, plan, starts)
    scale = (expiry.date() - starts.date()).days if plan == "Upfront" else MONTHLY_SCALE
    made = [one for one in payments if one.due <= at]
    paid = sum((one.amount for one in made), Decimal(0))
    dropped = sum((one.amount for one in payments[len(made) :]), Decimal(0))
    left = _left(payments, made, expiry, at, scale, whole_days)
    return Residual(len(made), len(payments), paid, dropped, left, paid * scale - left, scale)


def _left(
    payments: Sequence[Instalment],
    made: Sequence[Instalment],
    expiry: datetime,
    at: datetime,
    scale: int,
    whole_days: int,
) -> Decimal:
    """The remaining days of the payment in progress, as a weight."""
    if not made:
        return Decimal(0)
    current = made[-1]
    ends = payments[len(made)].due if len(made) < len(payments) else expiry
    days, length = (ends.date() - at.date()).days, (ends.date() - current.due.date()).days
    if len(made) == 1 and (at.date() - current.due.date()).days <= whole_days and whole_days:
        days = length
    return current.amount * max(0, days) * (scale // length)


def cheaper(offer: Offer, today: Decimal | None) -> Offer:
    """The offer at the lower of the price paid and today's price; None for one that is not sold any more (D-802)."""
    return offer if today is None or today >= offer.unit_total else replace(offer, unit_total=today)


def in_cents(weight: Decimal, scale: int) -> Decimal:
    """A weight as money, half a cent up."""
    return (weight / scale).quantize(CENT, ROUND_HALF_UP)
