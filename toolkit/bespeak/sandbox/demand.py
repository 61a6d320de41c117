"""Which VM runs in which clock hour, from the hourly counts of the demo trace."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bespeak.sandbox.clock import hour_number
from bespeak.sandbox.estate import Machine

Counts = npt.NDArray[np.int16]
Hours = npt.NDArray[np.float64]

WEEK = 7 * 24


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

    def running(self, machines: Sequence[Machine], start: int, end: int) -> Hours:
        """Hours that each machine ran in each clock hour from ``start`` up to ``end``: hours x machines, 0 or 1."""
        first, column_of, counts = self._table
        if not machines:
            return np.zeros((max(0, end - start), 0))
        columns = [column_of[machine.series] for machine in machines]
        ranks = np.array([machine.rank for machine in machines])
        return (counts[self._rows(start - first, end - first)][:, columns] >= ranks).astype(np.float64)

    def _rows(self, start: int, end: int) -> npt.NDArray[np.int64]:
        """The rows of these hours; after its end the trace repeats its last whole weeks, at most a year of them."""
        hours = np.arange(start, end)
        length = len(self._table[2])
        period = min(length // WEEK, 52) * WEEK or length
        return np.where(hours < length, hours, length - period + (hours - length) % period)
