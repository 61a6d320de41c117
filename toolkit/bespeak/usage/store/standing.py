"""Which delivery counts for an Azure subscription on a day, so that nothing counts twice whatever comes in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bespeak.usage.store.delivery import rank, words
from bespeak.usage.store.parcels import Parcel

_LATER = "A later delivery of the same source covers this day."
_EPOCH = date(1970, 1, 1)
#: Parcel, subscription, day.
Place = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """Why records do not count, by parcel, subscription and day; and what is known to be missing of those that do."""

    aside: Mapping[Place, str]
    incomplete: str


def standing(parcels: Sequence[Parcel], customer: str, month: str, flaws: Mapping[str, str]) -> Standing:
    """Who counts among these parcels (in order of arrival) for a customer in a month.

    Of whole deliveries from one source the last that covers a day; of several sources the one that knows most: hourly
    utilization before daily, before rated lines, before exports. ``flaws`` are the sentences of ``shortfalls``.
    """
    aside: dict[Place, str] = {}
    counting: dict[tuple[str, int], dict[str, list[Parcel]]] = {}
    for source in sorted({one.source for one in parcels}, key=rank):
        mine = [one for one in parcels if one.source == source]
        for place in sorted({place for one in mine for place in one.months.get((customer, month), {})}):
            kept = _of_one_source(mine, customer, month, place, aside)
            if kept:
                counting.setdefault(place, {})[source] = kept
    missing: set[str] = set()
    for (subscription, day), by_source in counting.items():
        first, *others = by_source
        if day < 0:
            first, others = "", []
        for source in others:
            for one in by_source[source]:
                aside[one.id, subscription, day] = f"This day is known from {words(first)} already."
        for source, kept in by_source.items():
            if source not in others:
                missing |= {sentence for one in kept if (sentence := _missing(one, day, flaws))}
    return Standing(aside, " ".join(sorted(missing)))


def _of_one_source(
    mine: Sequence[Parcel], customer: str, month: str, place: tuple[str, int], aside: dict[Place, str]
) -> list[Parcel]:
    """The parcels of a source whose records of a day count; the others are put aside."""
    subscription, day = place
    last = next(
        (one for one in reversed(mine) if not one.by_record and one.covers_day(customer, subscription, day)),
        None,
    )
    kept = []
    for one in mine:
        if place not in one.months.get((customer, month), {}):
            continue
        if one.by_record or one is last:
            kept.append(one)
        else:
            aside[one.id, subscription, day] = _LATER
    return kept


def _missing(one: Parcel, day: int, flaws: Mapping[str, str]) -> str:
    if one.id in flaws:
        return flaws[one.id]
    partial = {_day(text) for text in one.facts["partial"]}
    return (
        f"INCOMPLETE: {words(one.source)} says itself that days are not whole yet." if day in partial else ""
    )


def _day(text: str) -> int:
    return (date.fromisoformat(text) - _EPOCH).days


def shortfalls(parcels: Sequence[Parcel]) -> dict[str, str]:
    """What is known to be missing, for each parcel of a delivery that is not whole and was not made good since."""
    deliveries: dict[str, list[Parcel]] = {}
    for one in parcels:
        deliveries.setdefault(str(one.facts["base"]), []).append(one)
    ended = {base: _sentence(mine) for base, mine in deliveries.items()}
    good = [mine for base, mine in deliveries.items() if not ended[base]]
    found: dict[str, str] = {}
    for base, mine in deliveries.items():
        if ended[base] and not any(_makes_good(other, mine) for other in good):
            found |= {one.id: ended[base] for one in mine}
    return found


def _sentence(mine: Sequence[Parcel]) -> str:
    ends = [one for one in mine if one.facts["finished"]]
    if not ends:
        return f"INCOMPLETE: reading {words(mine[0].source)} ended before the last page."
    return str(ends[-1].facts["incomplete"])


def _makes_good(other: Sequence[Parcel], mine: Sequence[Parcel]) -> bool:
    """Whether a later whole delivery of the same stream covers all that this one was to cover."""
    if other[0].stream != mine[0].stream or other[-1].order < mine[-1].order:
        return False
    theirs, ours = other[-1].covers, mine[-1].covers
    if theirs is None or ours is None:
        return theirs is None and ours is None
    return theirs[0] <= ours[0] and theirs[1] >= ours[1]
