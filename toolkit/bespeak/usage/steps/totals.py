"""What each customer used in all."""

from __future__ import annotations

from bespeak.usage.steps.frames import FrameT, distinct, summed

_SUMS = ("hours_e6", "covered_e6", "cost_e6")


def customer_totals(usage: FrameT) -> FrameT:
    """The hours, those that a reservation covered, and the cost of each customer and currency in HOURLY_USAGE."""
    return summed(usage, ("customer_id", "currency"), _SUMS)


def customer_machines(rows: FrameT) -> FrameT:
    """How many different machines each customer had in STORED_USAGE: customer_id, machines."""
    each = distinct(rows, ("customer_id", "resource", "vm"))
    return summed(each, ("customer_id",), (), counted="machines")
