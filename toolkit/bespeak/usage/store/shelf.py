"""What is on the disk: every file is looked at before it is believed, and what is not right is listed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bespeak.usage.store import months, parcels
from bespeak.usage.store.months import Month
from bespeak.usage.store.parcels import Parcel, read_parcel
from bespeak.usage.store.sealed import BrokenFileError, check_part, root_facts

T = TypeVar("T")
_Stat = tuple[int, int, int]


@dataclass(eq=False)
class Shelf:
    """The folders of one store; ``owner`` is the world and the instance that everything must belong to.

    ``rejected`` holds a sentence for each file that is not what was written. A file is looked at again when it changes.
    """

    home: Path
    owner: Mapping[str, str]
    rejected: dict[Path, str] = field(default_factory=dict)
    _seen: dict[Path, tuple[_Stat, Any]] = field(default_factory=dict)
    _given_up: set[Path] = field(default_factory=set)
    _listed: tuple[frozenset[str], list[Parcel]] = (frozenset(), [])

    def parcels(self, *, quick: bool = False) -> list[Parcel]:
        """All deliveries, in the order in which they were received; of one that is there twice the first.

        ``quick`` looks only whether folders came or went since all were looked at.
        """
        names = _names(self.home / "deliveries")
        if not quick or names != self._listed[0]:
            self._listed = names, self._all_parcels()
        return list(self._listed[1])

    def _all_parcels(self) -> list[Parcel]:
        found: dict[str, Parcel] = {}
        for folder in _folders(self.home / "deliveries"):
            one = self._known(folder / parcels.ROOT, self._parcel)
            if one is not None and folder not in self._given_up:
                other = found.get(one.id)
                found[one.id] = one if other is None or _before(one, other) else other
        return sorted(found.values(), key=lambda one: one.order)

    def twins(self) -> list[Path]:
        """Folders of deliveries that are there twice: older editions, or from two processes at the same time.

        To be asked for while nobody adds.
        """
        kept = {one.id: one.folder for one in self.parcels()}
        known = [
            self._known(folder / parcels.ROOT, self._parcel) for folder in _folders(self.home / "deliveries")
        ]
        return [one.folder for one in known if one is not None and kept.get(one.id, one.folder) != one.folder]

    def month(self, customer_id: str, month: str) -> Month | None:
        """The customer-month as it was last made; ``None`` when it was not."""
        made = [self._made(folder) for folder in _folders(months.month_folder(self.home, customer_id, month))]
        return max((one for one in made if one is not None), key=lambda one: one.generation, default=None)

    def months(self, customer_id: str | None = None) -> list[Month]:
        """All customer-months, or those of one customer, by customer and month."""
        if customer_id is None:
            customers = list(_folders(self.home / "built"))
        else:
            customers = [self.home / "built" / months.customer_key(customer_id)]
        found = []
        for customer in customers:
            for month in _folders(customer):
                made = [one for one in map(self._made, _folders(month)) if one is not None]
                found += [max(made, key=lambda one: one.generation)] if made else []
        return sorted(found, key=lambda one: (one.customer_id, one.month))

    def part(self, folder: Path, part: Mapping[str, Any]) -> Path | None:
        """The file of a part, when it is the one that its root names; else it is listed among the rejected."""
        path = folder / str(part["name"])
        return path if self._known(path, lambda path: _checked(path, part)) else None

    def give_up(self, parcel: Parcel) -> None:
        """Leaves a delivery out whose records are not what was written."""
        self._given_up.add(parcel.folder)
        self._listed = frozenset(), []

    def reject(self, path: Path, why: str) -> None:
        """Lists a file that is not what was written."""
        self.rejected[path.relative_to(self.home)] = why

    def _made(self, folder: Path) -> Month | None:
        return self._known(folder / months.ROOT, self._month)

    def _parcel(self, root: Path) -> Parcel:
        return read_parcel(root.parent, root_facts(root, self.owner, parcels.KIND))

    def _month(self, root: Path) -> Month:
        one = Month(root.parent, root_facts(root, self.owner, months.KIND))
        if root.parent.parent != months.month_folder(self.home, one.customer_id, one.month):
            raise BrokenFileError(
                f"It belongs to another customer or month ({one.month}): somebody moved it."
            )
        return one

    def _known(self, path: Path, look: Callable[[Path], T]) -> T | None:
        """What ``look`` makes of a file, looked at once until the file changes."""
        try:
            told = path.stat()
        except OSError:
            self._missing(path)
            return None
        stat = (told.st_mtime_ns, told.st_size, told.st_ino)
        known = self._seen.get(path)
        if known is None or known[0] != stat:
            known = (stat, self._looked(path, look))
            self._seen[path] = known
        return known[1]  # type: ignore[no-any-return]  # what look gave

    def _looked(self, path: Path, look: Callable[[Path], T]) -> T | None:
        self.rejected.pop(path.relative_to(self.home), None)
        try:
            return look(path)
        except BrokenFileError as error:
            self.reject(path, str(error))
        except (KeyError, TypeError, ValueError, OSError) as error:
            self.reject(path, f"It is not what was written: {type(error).__name__}.")
        return None

    def _missing(self, path: Path) -> None:
        if path.parent.is_dir():
            self.reject(path, "It is missing.")


def _checked(path: Path, part: Mapping[str, Any]) -> bool:
    check_part(path, part)
    return True


def _before(one: Parcel, other: Parcel) -> bool:
    """Whether one of two parcels with the same id is the one that counts: the later edition, else the earlier one."""
    if one.facts["edition"] != other.facts["edition"]:
        return bool(one.facts["edition"] > other.facts["edition"])
    return (one.order, one.folder.name) < (other.order, other.folder.name)


def _names(path: Path) -> frozenset[str]:
    """The names in a folder; none where there is none."""
    try:
        return frozenset(os.listdir(path))  # noqa: PTH208 - names alone, of many thousands
    except OSError:
        return frozenset()


def _folders(path: Path) -> Iterator[Path]:
    """The folders in a folder, in the order of their names; none where there is none."""
    try:
        yield from sorted(one for one in path.iterdir() if one.is_dir())
    except OSError:
        return
