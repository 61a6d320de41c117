"""What there is to build: the customer-months whose deliveries are others than those that they were made of."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bespeak.catalogue import group_of, sizes
from bespeak.usage.store.months import Month
from bespeak.usage.store.parcels import Parcel
from bespeak.usage.store.sealed import canonical
from bespeak.usage.store.shelf import Shelf
from bespeak.usage.store.standing import Standing, shortfalls, standing

#: Grows when the same records give other tables, so that every customer-month is made anew.
VERSION = 1
_LOST = "INCOMPLETE: {} of the deliveries that this month was made of can no longer be read."


@dataclass(frozen=True, eq=False)
class Job:
    """A customer-month and the parcels that it is made of, in order of arrival."""

    customer_id: str
    month: str
    parcels: Sequence[Parcel]
    flaws: Mapping[str, str]
    lost: Sequence[str] = ()

    @property
    def rows(self) -> int:
        """How many records it has."""
        return sum(sum(one.months.get(self.key, {}).values()) for one in self.parcels)

    @property
    def key(self) -> tuple[str, str]:
        """Customer and month."""
        return self.customer_id, self.month

    @property
    def received(self) -> str:
        """When the last of its deliveries came in."""
        return max(str(one.facts["received"]) for one in self.parcels)

    @property
    def standing(self) -> Standing:
        """Which records count, and what is missing."""
        found = standing(self.parcels, self.customer_id, self.month, self.flaws)
        if not self.lost:
            return found
        return Standing(found.aside, f"{found.incomplete} {_LOST.format(len(self.lost))}".strip())

    @property
    def digest(self) -> str:
        """What the tables depend on."""
        told = {
            "version": VERSION,
            "sizes": _sizes(),
            "parcels": [one.id for one in self.parcels],
            "flaws": {one.id: self.flaws[one.id] for one in self.parcels if one.id in self.flaws},
            "lost": list(self.lost),
            "received": self.received,
        }
        return hashlib.sha256(canonical(told)).hexdigest()


def jobs(shelf: Shelf, customers: Collection[str] | None = None, *, quick: bool = False) -> list[Job]:
    """All customer-months that there are deliveries of, by customer and month; ``quick`` as in ``Shelf.parcels``."""
    parcels = shelf.parcels(quick=quick)
    flaws = shortfalls(parcels)
    of: dict[tuple[str, str], list[Parcel]] = {}
    for one in parcels:
        for key in one.months:
            if customers is None or key[0] in customers:
                of.setdefault(key, [])
    for one in parcels:
        for key in _touched(one, of):
            of[key].append(one)
    return [Job(*key, mine, flaws) for key, mine in sorted(of.items())]


def _touched(one: Parcel, known: Mapping[tuple[str, str], object]) -> Iterator[tuple[str, str]]:
    """The customer-months of which a parcel has records, or says that there are none."""
    own = {key for key in one.months if key in known}
    first, last = one.covered_months
    if first and not one.by_record:
        own |= {key for key in known if key[0] in one.customers and first <= key[1] <= last}
    return iter(sorted(own))


def due(shelf: Shelf, job: Job) -> tuple[Job, Month | None] | None:
    """The job and what there is of it; ``None`` when that is as it should be, all its files included."""
    old = shelf.month(*job.key)
    if old is None:
        return job, None
    present = {one.id for one in job.parcels}
    lost = sorted({*old.facts["inputs"], *old.facts["lost"]} - present)
    whole = Job(job.customer_id, job.month, job.parcels, job.flaws, lost)
    if any(shelf.part(old.folder, part) is None for part in old.facts["parts"].values()):
        return whole, old
    if whole.digest == old.facts["digest"]:
        return None
    only_lost = lost and present <= set(old.facts["inputs"]) and old.facts["version"] == VERSION
    return None if only_lost else (whole, old)


@cache
def _sizes() -> str:
    told = [[str(size), *map(str, group_of(str(size)))] for size in sizes()["size"]]
    return hashlib.sha256(repr(sorted(told)).encode()).hexdigest()
