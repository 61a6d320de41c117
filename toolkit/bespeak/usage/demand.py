"""From usage to demand: how many machines, and how many units of each flexibility group, ran in each hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pandas as pd

from bespeak.errors import InputError, TableError
from bespeak.tables import DEMAND, SET_ASIDE, SIZE_DEMAND
from bespeak.usage.arranged import arranged
from bespeak.usage.grid import compact, grid
from bespeak.usage.known import known_sizes, outside_table
from bespeak.usage.reading import UsageReading
from bespeak.usage.unfold import group_table, size_table, vm_table
from bespeak.worlds import stamp, world_of

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, eq=False)
class Demand:
    """What ran in each hour from ``start`` to ``end`` (UTC, full hours), hours without use included.

    ``groups`` (DEMAND) and ``sizes`` (SIZE_DEMAND) hold one row for every hour of each scope, region and
    group or size, in order; ``vms`` the machines behind them with their hours. Scopes are 'shared' and, when
    there are several, each Azure subscription in ``subscriptions``. ``licensed`` are the resources that run software
    with a price of its own. ``incomplete`` says what is missing from the usage behind it, if anything is.
    """

    groups: pd.DataFrame
    sizes: pd.DataFrame
    vms: pd.DataFrame
    set_aside: pd.DataFrame
    start: datetime
    end: datetime
    subscriptions: tuple[str, ...]
    licensed: frozenset[str] = frozenset()
    incomplete: str = ""

    def __post_init__(self) -> None:
        DEMAND.check(self.groups)
        SIZE_DEMAND.check(self.sizes)
        SET_ASIDE.check(self.set_aside)
        for name, frame in (("demand", self.groups), ("demand by size", self.sizes)):
            if len(frame) % self.hours:
                raise TableError(
                    name, "hour", f"does not hold each of the {self.hours} hours once for each series."
                )

    @property
    def hours(self) -> int:
        """How many hours the window has."""
        return (self.end - self.start) // _HOUR

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes that have demand, 'shared' first."""
        return tuple(self.groups["scope"].iloc[:: self.hours].unique())

    def __repr__(self) -> str:
        return (
            f"Demand({self.start:%Y-%m-%d %H:%M} to {self.end:%Y-%m-%d %H:%M} UTC, "
            f"{len(self.groups) // self.hours} groups in {len(self.scopes)} scopes, {self.hours:,} hours"
            f"{', INCOMPLETE' if self.incomplete else ''})"
        )


def demand(reading: UsageReading, *, start: datetime | None = None, end: datetime | None = None) -> Demand:
    """The hourly demand in a reading, over its window or a part of it.

    An hourly record counts with the hours it states, parts of an hour included. Of a daily record only a
    machine that ran all 24 hours is certain in each of them. Any other is ``unknown``: its mean stands beside what can
    have run at most (``upper``) and beside the arrangement of the day that a reservation covers least of (``overlap``).
    Sizes outside the size table are set aside.
    """
    begins, hours = _window(start or reading.start, end or reading.end)
    usage, aside = outside_table(compact(reading.usage), begins, hours)
    scale = known_sizes(usage)
    cells = arranged(grid(usage, begins, hours), scale, begins)
    world = world_of(reading.usage, reading.set_aside)
    return Demand(
        groups=stamp(world, group_table(cells, scale, begins)),
        sizes=stamp(world, size_table(cells, scale, begins)),
        vms=stamp(world, vm_table(cells, scale)),
        set_aside=SET_ASIDE.check(_joined(reading.set_aside, aside)),
        start=begins,
        end=begins + hours * _HOUR,
        subscriptions=cells.subscriptions,
        licensed=reading.licensed,
        incomplete=reading.incomplete,
    )


def _window(start: datetime, end: datetime) -> tuple[datetime, int]:
    """The first full hour and the number of full hours."""
    begins = start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    hours = (end - begins) // _HOUR
    if hours < 1:
        raise InputError(
            f"The window from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} has no full hour.",
            "Choose an end that is later than the start.",
        )
    return begins, hours


def _joined(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    return first if second.empty else pd.concat([first, second], ignore_index=True)
