"""Whether a machine's size fits what was measured of it, and which size would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from bespeak.advice.kin import Kin, kin_of
from bespeak.advice.offers import Market, day_of
from bespeak.catalogue import PriceBook
from bespeak.policy import RightSizing
from bespeak.tables import FITS, MEASURES
from bespeak.terms import right_sizing
from bespeak.usage import Demand
from bespeak.worlds import stamp, world_of

#: Machines that run in office hours have gaps, so it is the running time that must be enough to judge by.
_LEAST_HOURS = 24.0


def fit_sizes(
    demand: Demand, measures: pd.DataFrame, prices: PriceBook, as_of: date, *, user_facing: bool = True
) -> pd.DataFrame:
    """FITS: each machine of a demand with its verdict and the cheapest size that would hold its load.

    CPU counts by its 95th percentile, memory by the least that was free. ``user_facing`` takes the stricter bound for
    CPU, for machines that people wait for. A machine without measures of memory keeps at least the memory that it has.
    """
    MEASURES.check(measures)
    market = Market(prices, day_of(as_of))
    judge = _Judge(market, right_sizing(market.on), user_facing)
    known = {row["resource"]: row for row in measures.to_dict("records")}
    machines = demand.vms[demand.vms["scope"] == "shared"].sort_values(
        "hours", ascending=False, kind="stable"
    )
    machines = machines.drop_duplicates("resource").sort_values(["vm", "resource"])
    rows = (
        judge.row(machine, known.get(str(machine.resource))) for machine in machines.itertuples(index=False)
    )
    return stamp(world_of(demand.groups), FITS.frame(rows))


@dataclass(frozen=True, slots=True)
class _Load:
    """What a machine needs: cores at their busiest, and GiB; no GiB when nothing was measured."""

    cores: float
    memory: float | None


@dataclass(frozen=True, slots=True)
class _Judge:
    market: Market
    rule: RightSizing
    user_facing: bool

    @property
    def cpu_bound(self) -> int:
        return self.rule.cpu_after_user_facing if self.user_facing else self.rule.cpu_after

    def row(self, machine: Any, measured: dict[Any, Any] | None) -> dict[str, Any]:  # noqa: ANN401 - a row of VMs
        size, region = str(machine.size), str(machine.region)
        base = {"resource": str(machine.resource), "vm": str(machine.vm), "region": region, "size": size}
        kin = kin_of(size)
        own = next((one for one in kin if one.size == size), None)
        if measured is None or pd.isna(measured["cpu_p95"]):
            why = "Nothing was measured of it, so it is left as it is."
            return base | {"verdict": "not measured", "reasons": (why,)}
        if own is None or self.market.payg_per_hour(region, size) is None:
            why = f"The price or the size of {size} is not known, so nothing can be compared."
            return base | {"verdict": "kept", "cpu_p95": float(measured["cpu_p95"]), "reasons": (why,)}
        return base | self._judged(own, kin, region, measured)

    def _judged(
        self, own: Kin, kin: tuple[Kin, ...], region: str, measured: dict[Any, Any]
    ) -> dict[str, Any]:
        cpu, load = float(measured["cpu_p95"]), _load(own, measured)
        memory = None if load.memory is None else 100 * load.memory / own.memory_gib
        found: dict[str, Any] = {"cpu_p95": cpu, "memory": memory}
        seen = _seen(measured, cpu, memory)
        if float(measured["hours"]) < _LEAST_HOURS:
            short = f"{seen} That is too short a time to judge by."
            return found | {"verdict": "not measured", "reasons": (short,)}
        if cpu < self.rule.idle_cpu_p95 and float(measured["cpu_average"] or 0) <= self.rule.idle_cpu_average:
            why = f"It does next to nothing: below {self.rule.idle_cpu_p95} % it counts as idle. {self.rule.citation}"
            return found | {"verdict": "idle", "reasons": (seen, why)}
        if cpu > self.rule.tight or (memory or 0) > self.rule.tight:
            return found | {
                "verdict": "tight",
                "reasons": (seen, "It runs at its limit; a smaller size would slow it."),
            }
        return found | self._smaller(own, kin, region, load, seen)

    def _smaller(self, own: Kin, kin: tuple[Kin, ...], region: str, load: _Load, seen: str) -> dict[str, Any]:
        fitting = sorted(self._cheaper(own, kin, region, load), key=lambda pair: (pair[0], pair[1].size))
        if not fitting:
            return {
                "verdict": "right",
                "reasons": (seen, "No cheaper size of its kind would hold this load."),
            }
        _, best = fitting[0]
        near = next((one for _, one in fitting if one.group == own.group), None)
        after = 100 * load.cores / best.vcpus
        memory_after = None if load.memory is None else 100 * load.memory / best.memory_gib
        return {
            "verdict": "oversized",
            "to_size": best.size,
            "near_size": near.size if near else None,
            "cpu_after": after,
            "memory_after": memory_after,
            "reasons": (seen, self._would(best, after, memory_after)),
        }

    def _cheaper(
        self, own: Kin, kin: tuple[Kin, ...], region: str, load: _Load
    ) -> Iterator[tuple[float, Kin]]:
        """The sizes that hold the load for less, with their prices."""
        price = self.market.payg_per_hour(region, own.size) or 0.0
        needed = own.memory_gib if load.memory is None else load.memory * 100 / self.rule.memory_after
        for one in kin:
            own_price = self.market.payg_per_hour(region, one.size)
            holds = 100 * load.cores <= self.cpu_bound * one.vcpus and one.memory_gib >= needed
            if own_price is not None and own_price < price and holds:
                yield own_price, one

    def _would(self, size: Kin, cpu: float, memory: float | None) -> str:
        rest = (
            "memory was not measured and is not reduced"
            if memory is None
            else f"{memory:.0f} % of its memory"
        )
        whom = "machines that people wait for" if self.user_facing else "machines that nobody waits for"
        return (
            f"{size.size} would be used to {cpu:.0f} % of its cores, {rest}; "
            f"up to {self.cpu_bound} % is sound for {whom}. {self.rule.citation}"
        )


def _load(own: Kin, measured: dict[Any, Any]) -> _Load:
    free = measured["free_memory"]
    memory = None if free is None or pd.isna(free) else max(own.memory_gib - float(free), 0.0)
    return _Load(float(measured["cpu_p95"]) / 100 * own.vcpus, memory)


def _seen(measured: dict[Any, Any], cpu: float, memory: float | None) -> str:
    rest = "memory was not measured" if memory is None else f"at most {memory:.0f} % of the memory"
    return f"{measured['source']}, {measured['hours']:.0f} h: {cpu:.0f} % of the cores in the busy times, {rest}."
