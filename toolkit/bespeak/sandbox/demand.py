"""Which VM runs in which clock hour, from the hourly counts of the demo trace."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bespeak.sandbox.clock import hour_number
from bespeak.sandbox.estate import Machine

Counts = npt.NDArray[np.int16]
Hours = npt.NDArray[np.float64]

WEEK = 7 * 24
#: A series whose name begins so is no column of the trace but a rule.
PATTERN = "~"


def _office(hours: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """From 8 to 18 o'clock UTC, Monday to Friday; 1970 began on a Thursday."""
    day, hour = (hours // 24 + 3) % 7, hours % 24
    return np.asarray((day < _SATURDAY) & (hour >= 8) & (hour < 18))  # noqa: PLR2004  (o'clock)


_SATURDAY = 5
_PATTERNS: Mapping[str, Callable[[npt.NDArray[np.int64]], npt.NDArray[Any]]] = {
    "always": np.ones_like,
    "office_hours": _office,
    "nights": lambda hours: (hours % 24 < 6) | (hours % 24 >= 22),  # noqa: PLR2004  (o'clock)
}


class Demand:
    """How many VMs of each series run in each hour; read from the trace when first asked."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _table(self) -> tuple[int, dict[str, int], Counts]:
        with gzip.open(self._path, "rt", encoding="ascii") as file:
            series = file.readline().rstrip("\n").split(",")[1:]
            lines = file.read().splitlines()
        first, last = (
            hour_number(datetime.fromisoformat(f"{line[:13]}:00:00+00:00")) for line in (lines[0], lines[-1])
        )
        if last - first + 1 != len(lines):
            raise ValueError(
                f"{self._path.name} has {len(lines)} hours, but its dates span {last - first + 1}."
            )
        counts = np.loadtxt([line[15:] for line in lines], dtype=np.int16, delimiter=",", ndmin=2)
        return first, {name: column for column, name in enumerate(series)}, counts

    @property
    def first_hour(self) -> int:
        """The number of the first hour that the trace knows."""
        return self._table[0]

    @property
    def end_hour(self) -> int:
        """The number of the hour after the last one that the trace knows."""
        return self._table[0] + len(self._table[2])

    def knows(self, series: str) -> bool:
        """Whether the trace has a series of this name."""
        return series in self._table[1]

    def running(self, machines: Sequence[Machine], start: int, end: int) -> Hours:
        """Hours that each machine ran in each clock hour from ``start`` up to ``end``: hours x machines, 0 or 1."""
        runs = np.zeros((max(0, end - start), len(machines)))
        traced = [i for i, one in enumerate(machines) if not one.series.startswith(PATTERN)]
        if traced:
            runs[:, traced] = self._traced([machines[i] for i in traced], start, end)
        hours = np.arange(start, end)
        for i, one in enumerate(machines):
            if one.series.startswith(PATTERN):
                runs[:, i] = _PATTERNS[one.series.removeprefix(PATTERN)](hours)
            if one.first_hour > start or one.end_hour < end:
                runs[:, i] *= (hours >= one.first_hour) & (hours < one.end_hour)
            for first, last in one.pauses:
                runs[(hours >= first) & (hours < last), i] = 0.0
        return runs

    def _traced(self, machines: Sequence[Machine], start: int, end: int) -> Hours:
        first, column_of, counts = self._table
        columns = [column_of[machine.series] for machine in machines]
        ranks = np.array([machine.rank for machine in machines])
        runs = (counts[self._rows(start - first, end - first)][:, columns] >= ranks).astype(np.float64)
        runs[: max(0, first - start)] = 0.0  # before the trace begins nothing ran
        return runs

    def _rows(self, start: int, end: int) -> npt.NDArray[np.int64]:
        """The rows of these hours; after its end the trace repeats its last whole weeks, at most a year of them."""
        hours = np.arange(start, end)
        length = len(self._table[2])
        period = min(length // WEEK, 52) * WEEK or length
        return np.where(hours < length, hours, length - period + (hours - length) % period)
