"""How a reservation's benefit is applied: hour by hour, use it or lose it, in normalised units (D-401 to D-441).

Which machine gets the hour among equals is not specified by Microsoft; where it matters, the order given is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from bespeak.errors import InputError

Hours = npt.NDArray[np.float64]
Scope = Literal["resource group", "subscription", "management group", "shared"]

#: The order in which matching reservations are used up, narrow scopes first (D-441).
_ORDER: tuple[Scope, ...] = ("resource group", "subscription", "management group", "shared")


_HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Benefit:
    """What reserved units did in each hour: units covered, left on pay-as-you-go, and lost unused."""

    covered: Hours
    on_demand: Hours
    unused: Hours

    @property
    def utilisation(self) -> float | None:
        """Covered share of what was reserved; None when nothing was."""
        return _share(self.covered, self.covered.sum() + self.unused.sum())

    @property
    def coverage(self) -> float | None:
        """Covered share of what ran; None when nothing did."""
        return _share(self.covered, self.covered.sum() + self.on_demand.sum())


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most unit-hours that reserved units can have covered in a day."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Holding:
    """Reserved units of one flexibility group and region, bound to ``place``.

    The place is "subscription/resource group", a subscription, a management group, or empty for shared.
    """

    name: str
    units: float
    scope: Scope
    place: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine that ran in an hour, with the units it draws and the places it belongs to."""

    name: str
    units: float
    resource_group: str
    subscription: str
    management_group: str = ""


def apply_units(reserved: float | Hours, demand: Hours) -> Benefit:
    """The benefit of reserved units over the hours of a demand, both of one flexibility group and region.

    Unused units of an hour are lost; they never carry over (D-402).
    """
    if bool((np.asarray(reserved) < 0).any() or (demand < 0).any()):
        raise InputError("Reserved units and demand cannot be negative.", "Check the quantities.")
    covered = np.minimum(reserved, demand)
    return Benefit(covered, demand - covered, reserved - covered)


def daily_bounds(units: float, machines: Sequence[tuple[float, float]]) -> Bounds:
    """The bounds of covered unit-hours in a day of which only ``(units, hours)`` of each machine are known (D-353).

    Least, when all machines ran at the same time: the units are filled by those that ran longest. Most, when they
    ran one after another. The most is never a forecast.
    """
    if any(hours < 0 or hours > _HOURS_A_DAY for _, hours in machines):
        raise InputError("A machine runs between 0 and 24 hours a day.", "Give the hours of one day.")
    least, free = 0.0, units
    for weight, hours in sorted(machines, key=lambda machine: -machine[1]):
        filled = min(free, weight)
        least += filled * hours
        free -= filled
    return Bounds(least, min(_HOURS_A_DAY * units, sum(weight * hours for weight, hours in machines)))


def fill_by_scope(holdings: Sequence[Holding], machines: Sequence[Machine]) -> dict[tuple[str, str], float]:
    """Which holding covers how many units of which machine in one hour, narrow scopes first (D-441).

    Holdings of one scope, and machines of one holding, are taken in the order given (D-411).
    """
    left = {machine.name: machine.units for machine in machines}
    covered: dict[tuple[str, str], float] = {}
    for holding in sorted(holdings, key=lambda holding: _ORDER.index(holding.scope)):
        inside = [machine.name for machine in machines if _reaches(holding, machine)]
        covered.update(_fill(holding, inside, left))
    return covered


def _fill(holding: Holding, names: Sequence[str], left: dict[str, float]) -> Mapping[tuple[str, str], float]:
    """Covers what is left of these machines, and takes it off ``left``."""
    free, covered = holding.units, {}
    for name in names:
        units = min(free, left[name])
        if units > 0:
            covered[holding.name, name] = units
            left[name] -= units
            free -= units
    return covered


def _reaches(holding: Holding, machine: Machine) -> bool:
    places = {
        "resource group": f"{machine.subscription}/{machine.resource_group}",
        "subscription": machine.subscription,
        "management group": machine.management_group,
        "shared": "",
    }
    return places[holding.scope] == holding.place


def _share(part: Hours, whole: float) -> float | None:
    return float(part.sum() / whole) if whole else None
