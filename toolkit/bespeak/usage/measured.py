"""How much of their size machines use: from Azure Monitor, or from a CSV that somebody made of another monitoring."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from bespeak.clients.azure.metrics import CPU, FREE_MEMORY, is_machine, vm_metrics
from bespeak.clients.many import Skipped, ask_each
from bespeak.clients.reading import Item
from bespeak.clients.session import Session
from bespeak.customers import CustomerDetails
from bespeak.tables import MEASURES
from bespeak.usage.records import numbers
from bespeak.worlds import stamp

#: Told how many machines are measured, and of how many.
Progress = Callable[[int, int | None], None]

_INTERVAL_HOURS = 0.5
_GIB = 2**30
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, eq=False)
class Measured:
    """What was measured (``table``, contract MEASURES), and the machines that could not be, with the reason."""

    table: pd.DataFrame
    skipped: tuple[Skipped, ...]
    not_asked: int
    start: datetime
    end: datetime

    def __repr__(self) -> str:
        return f"Measured({len(self.table):,} machines, {len(self.skipped):,} refused, {self.not_asked:,} not asked)"


def read_measures(
    session: Session,
    details: CustomerDetails,
    resources: Iterable[str],
    *,
    days: int = 7,
    progress: Progress | None = None,
) -> Measured:
    """What Azure Monitor measured of these machines over the last days, one request a machine, a few at once.

    A machine that has gone, or that one may not see, is left out and named; whatever has no metrics of its own, such as
    a machine of a scale set, is not asked for. What ``progress`` raises ends the reading.
    """
    end = session.now()
    start = end - timedelta(days=days)
    wanted = sorted({str(one).lower() for one in resources})
    calls = {
        one: vm_metrics(one, start, end, tenant=details.customer_id) for one in wanted if is_machine(one)
    }
    told = None if progress is None else (lambda done: progress(done, len(calls)))
    answers = ask_each(session.door, calls, told)
    rows = [_row(name, metrics) for name, metrics in answers.found.items()]
    table = MEASURES.frame(row for row in rows if row["hours"])
    return Measured(
        stamp(session.world, table), answers.skipped, len(wanted) - len(calls), start=start, end=end
    )


def measure(
    resource: str,
    cpu: Sequence[float],
    peaks: Sequence[float],
    free_bytes: Sequence[float],
    *,
    hours: float,
    source: str,
) -> dict[str, Any]:
    """A row of MEASURES: CPU means and peaks (per cent) and the least free memory of some intervals."""
    return {
        "resource": resource.lower(),
        "cpu_average": float(np.mean(cpu)) if len(cpu) else None,
        "cpu_p95": _p95(peaks),
        "cpu_max": max(peaks, default=None),
        "free_memory": min(free_bytes) / _GIB if len(free_bytes) else None,
        "hours": hours,
        "source": source,
    }


def _row(resource: str, metrics: list[Item]) -> dict[str, Any]:
    points = {_name(metric): _points(metric) for metric in metrics}
    cpu = points.get(CPU.lower(), [])
    return measure(
        resource,
        _numbers(cpu, "average"),
        _numbers(cpu, "maximum"),
        _numbers(points.get(FREE_MEMORY.lower(), []), "minimum"),
        hours=len(_numbers(cpu, "average")) * _INTERVAL_HOURS,
        source="Azure Monitor",
    )


def _p95(peaks: Sequence[float]) -> float | None:
    """The value that 95 in 100 intervals do not exceed; one that was measured, not one in between."""
    return sorted(peaks)[math.ceil(0.95 * len(peaks)) - 1] if len(peaks) else None


def _name(metric: Item) -> str:
    name = metric.get("name")
    return str(name.get("value", "") if isinstance(name, Mapping) else name).lower()


def _points(metric: Item) -> list[Mapping[str, Any]]:
    series = metric.get("timeseries")
    parts = [part for part in series if isinstance(part, Mapping)] if isinstance(series, list) else []
    points = [point for part in parts for point in _listed(part.get("data"))]
    return [point for point in points if isinstance(point, Mapping)]


def _listed(data: object) -> list[Any]:
    return data if isinstance(data, list) else []


def _numbers(points: Iterable[Mapping[str, Any]], name: str) -> list[float]:
    """The values that are there: an interval in which the machine was off has none, and none is not 0."""
    found = numbers([point.get(name) for point in points])
    return [float(value) for value in found if np.isfinite(value)]
