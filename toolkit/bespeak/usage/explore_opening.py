"""Opening what the store knows of a customer."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from bespeak.errors import InputError
from bespeak.usage.explore import Exploration
from bespeak.usage.explore_aside import Aside, aside_of
from bespeak.usage.explore_cube import KEYS, NUMBERS, Cube, cube
from bespeak.usage.store import UsageStore

_DAY = 24
Say = Callable[[str], None]


def explore(store: UsageStore, customer_id: str, say: Say | None = None) -> Exploration:
    """Opens what the store knows of a customer; raises ``InputError`` when it knows nothing.

    ``store.build`` comes before. ``say`` is told what is being done.
    """
    tell = say or (lambda _: None)
    known = store.customers()
    mine = known[known["customer_id"] == customer_id.lower()]
    if mine.empty:
        raise InputError(
            "The usage store knows nothing of this customer.",
            "Read its usage first: refresh_usage, then build.",
        )
    tell("Reading the hourly usage")
    found = cube(store.batches(customer_id, "hourly", (*KEYS, *NUMBERS)))
    aside = aside_of(store.aside(customer_id))
    first, end = _window(found, aside)
    received = mine["received"].iloc[0]
    return Exploration(
        customer_id=customer_id.lower(),
        world=store.world,
        first=first,
        end=end,
        received=None if pd.isna(received) else received.to_pydatetime(),
        incomplete=str(mine["incomplete"].iloc[0]),
        _store=store,
        _cube=found,
        _aside=aside,
        _deliveries=store.deliveries(customer_id),
    )


def _window(found: Cube, aside: Aside) -> tuple[int, int]:
    """The days with usage; where nothing counts, those of what is set aside."""
    if found.days:
        return found.first, found.first + found.days * _DAY
    hours = aside.hours
    if not len(hours):
        return 0, _DAY
    return int(hours.min()) // _DAY * _DAY, (int(hours.max()) // _DAY + 1) * _DAY
