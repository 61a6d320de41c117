"""What Azure Monitor measured of a VM: invented curves, the same for the same seed, with gaps where it was off.

The names, units and aggregations are those of the platform metrics of Microsoft.Compute/virtualMachines (Microsoft,
*Supported metrics*, 2026). Each minute has one sample; coarser grains are made of these minutes, so they agree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bespeak.sandbox.demand import Demand
from bespeak.sandbox.estate import Machine
from bespeak.sandbox.facts import Facts
from bespeak.sandbox.fleet import machine_path, running

Samples = npt.NDArray[np.float64]

#: Minutes of each time grain that can be asked for.
GRAINS: Mapping[str, int] = {
    "PT1M": 1,
    "PT5M": 5,
    "PT15M": 15,
    "PT30M": 30,
    "PT1H": 60,
    "PT6H": 360,
    "PT12H": 720,
    "P1D": 1440,
}
AGGREGATIONS = ("Average", "Minimum", "Maximum", "Total", "Count")
_HOUR, _DAY = 60, 1440
_GIB = 2**30


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: its unit and the aggregation that is meant when none is asked for."""

    name: str
    unit: str
    aggregation: str
    said: str


METRICS = (
    Metric("Percentage CPU", "Percent", "Average", "Share of the allotted compute units that the VM uses."),
    Metric("Available Memory Bytes", "Bytes", "Average", "Memory that is free for new use."),
    Metric("Network In Total", "Bytes", "Total", "Bytes received on all network cards."),
    Metric("Network Out Total", "Bytes", "Total", "Bytes sent on all network cards."),
    Metric("Disk Read Bytes", "Bytes", "Total", "Bytes read from disks."),
    Metric("Disk Write Bytes", "Bytes", "Total", "Bytes written to disks."),
    Metric("Disk Read Operations/Sec", "CountPerSecond", "Average", "Reads from disks in a second."),
    Metric("Disk Write Operations/Sec", "CountPerSecond", "Average", "Writes to disks in a second."),
    Metric("VmAvailabilityMetric", "Count", "Average", "1 while the VM is up."),
)


def metric_named(name: str) -> Metric | None:
    """The metric of this name in any case."""
    return next((one for one in METRICS if one.name.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Points:
    """Aggregated samples: for each interval how many there are, and their sum, least and greatest."""

    first_minute: int
    grain: int
    count: npt.NDArray[np.int64]
    total: Samples
    least: Samples
    greatest: Samples

    def value(self, aggregation: str, at: int) -> float:
        """One aggregation of one interval that has samples."""
        if aggregation == "Count":
            return float(self.count[at])
        if aggregation == "Average":
            return round(float(self.total[at] / self.count[at]), 4)
        return round(
            float({"Total": self.total, "Minimum": self.least, "Maximum": self.greatest}[aggregation][at]), 4
        )


class Meters:
    """The measurements of the VMs of one world."""

    def __init__(self, seed: int, demand: Demand, facts: Facts) -> None:
        self._seed = seed
        self._demand = demand
        self._facts = facts

    def points(
        self, lives: Sequence[Machine], metric: Metric, first: int, end: int, grain: int, *, now: int
    ) -> Points:
        """The intervals of so many minutes from ``first`` up to ``end`` (minutes since 1970, whole intervals).

        ``lives``: the VM as it was with each of its sizes. From minute ``now`` on there are no samples yet.
        """
        minutes = np.arange(first, end, dtype=np.int64)
        up, samples = np.zeros(len(minutes), dtype=bool), np.zeros(len(minutes))
        for machine in lives:
            on = self._up(machine, first, end) & (minutes < now)
            samples[on] = self._samples(machine, metric, minutes[on])
            up |= on
        shape = (len(minutes) // grain, grain)
        on, values = up.reshape(shape), samples.reshape(shape)
        return Points(
            first,
            grain,
            on.sum(axis=1),
            np.where(on, values, 0.0).sum(axis=1),
            np.where(on, values, np.inf).min(axis=1),
            np.where(on, values, -np.inf).max(axis=1),
        )

    def _up(self, machine: Machine, first: int, end: int) -> npt.NDArray[np.bool_]:
        """Whether the VM ran in each minute: in the whole of a clock hour or not at all."""
        first_hour, end_hour = first // _HOUR, -(-end // _HOUR)
        known = running(self._demand, machine, first_hour, end_hour) > 0
        hours = np.concatenate([np.zeros(end_hour - first_hour - len(known), dtype=bool), known])
        return np.repeat(hours, _HOUR)[first - first_hour * _HOUR :][: end - first]

    def _samples(self, machine: Machine, metric: Metric, minutes: npt.NDArray[np.int64]) -> Samples:
        if metric.name == "VmAvailabilityMetric":
            return np.ones(len(minutes))
        load = self._load(machine, minutes)
        if metric.name == "Percentage CPU":
            return np.round(load * 100, 3)
        known = self._facts.sizes.get(machine.size.lower())
        cores = known.vcpus if known else 2
        if metric.name == "Available Memory Bytes":
            memory = float(known.memory_gib) if known else 8.0
            return np.floor(memory * _GIB * (0.85 - 0.6 * load))
        noise = 0.5 + self._noise(machine, metric.name, minutes)
        if metric.unit == "CountPerSecond":
            return np.round(cores * load * noise * 40, 3)
        return np.floor(cores * load * noise * 3_000_000)

    def _load(self, machine: Machine, minutes: npt.NDArray[np.int64]) -> Samples:
        """The share of its cores that a VM uses: a level of its own, a daily wave and noise; never idle, never full."""
        level, height, shift = self._own(machine)
        day = np.sin((minutes % _DAY) / _DAY * 2 * np.pi - np.pi / 2 - shift)
        slow = self._noise(machine, "slow", minutes // 30) - 0.5
        quick = self._noise(machine, "quick", minutes) - 0.5
        load: Samples = np.clip(level + height * day + 0.15 * slow + 0.08 * quick, 0.01, 0.99)
        return load

    def _own(self, machine: Machine) -> tuple[float, float, float]:
        digest = self._digest(machine, "load")
        parts = [int.from_bytes(digest[place : place + 2]) / 65536 for place in (0, 2, 4)]
        return 0.06 + 0.5 * parts[0], 0.03 + 0.2 * parts[1], parts[2]

    def _noise(self, machine: Machine, what: str, minutes: npt.NDArray[np.int64]) -> Samples:
        """Numbers from 0 to 1 that depend on the minute and the VM only (splitmix64)."""
        start = np.uint64(int.from_bytes(self._digest(machine, what)[:8]))
        mixed = minutes.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + start
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        scaled: Samples = (mixed ^ (mixed >> np.uint64(31))).astype(np.float64) / 2.0**64
        return scaled

    def _digest(self, machine: Machine, what: str) -> bytes:
        return hashlib.blake2b(
            f"{self._seed} {machine_path(machine)} {what}".encode(), digest_size=16
        ).digest()
