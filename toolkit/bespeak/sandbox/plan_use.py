"""How well benefits were used: the share of the promised money or hours that found usage, by hour, day or month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np

from bespeak.sandbox.clock import DAY_HOURS, instant_of
from bespeak.sandbox.coverage import months
from bespeak.sandbox.coverage_book import Coverage
from bespeak.sandbox.reservation_records import Reservation
from bespeak.sandbox.savings_plans import SavingsPlan

Grain = Literal["Hourly", "Daily", "Monthly"]


@dataclass(frozen=True, slots=True)
class PlanUse:
    """The use of a benefit from an instant on: the average and the extremes of its hours, in percent."""

    at: datetime
    average: float
    lowest: float
    highest: float


def plan_use(coverage: Coverage, plan: SavingsPlan, grain: Grain) -> list[PlanUse]:
    """The use of a savings plan since it began, oldest first."""
    whole = float(plan.promise.commitment)
    return _use(coverage, plan.id, whole, (plan.first_hour, plan.end_hour), grain)


def reservation_use(coverage: Coverage, held: Reservation, grain: Grain) -> list[PlanUse]:
    """The use of a reservation since its purchase, oldest first."""
    return _use(coverage, held.id, float(held.quantity), (held.first_hour, held.end_hour), grain)


def _use(
    coverage: Coverage, benefit: str, whole: float, life: tuple[int, int], grain: Grain
) -> list[PlanUse]:
    """The hours, or the days and months as far as whole days have passed; ``whole`` is what an hour could give."""
    end = coverage.end if grain == "Hourly" else coverage.end - coverage.end % DAY_HOURS
    first, stop = life[0], min(end, life[1])
    if first >= stop:
        return []
    share = coverage.drawn(benefit, first, stop) / whole * 100
    begins = list(_begins(first, stop, grain))
    starts = np.maximum(begins, first) - first
    counts = np.diff(np.append(starts, len(share)))
    sums, low, high = (by.reduceat(share, starts) for by in (np.add, np.minimum, np.maximum))
    columns = zip(
        (sums / counts).round(2).tolist(), low.round(2).tolist(), high.round(2).tolist(), strict=True
    )
    return [PlanUse(instant_of(hour), *values) for hour, values in zip(begins, columns, strict=True)]


def _begins(first: int, stop: int, grain: Grain) -> Iterator[int]:
    if grain == "Monthly":
        return (begin for begin, _ in months(first, stop))
    step = 1 if grain == "Hourly" else DAY_HOURS
    return iter(range(first - first % step, stop, step))


def recent_use(coverage: Coverage, plan: SavingsPlan, days: int) -> float | None:
    """The average use of the last whole days in percent; None before the first whole day."""
    found = plan_use(coverage, plan, "Daily")[-days:]
    return round(sum(one.average for one in found) / len(found), 2) if found else None
