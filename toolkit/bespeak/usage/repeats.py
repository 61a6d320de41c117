"""Records that are reported more than once, and records that take back what others reported."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from bespeak.usage.judging import Verdict
from bespeak.usage.records import InfoFacts, Records
from bespeak.usage.resources import Resource
from bespeak.usage.spans import Span

_REPEATED = "The same record came a second time."
_REPLACED = "A later report of the same record says another quantity, and counts instead."
_CREDIT = "A negative quantity corrects an earlier record; it is no demand."
_TAKEN_BACK = "More hours were taken back than this record says, so it is no demand."

#: Hours closer than this are the same: they are printed with six digits.
_SAME = 1e-6


def replaced(
    records: Records,
    info: InfoFacts,
    found: dict[str, Resource],
    spans: Sequence[Span],
    quantities: Sequence[float],
) -> dict[int, str]:
    """The places of records that a later one repeats or corrects, each with the reason why it does not count.

    One record is one resource, meter, size, reservation and window; its last report counts. What takes hours back is a
    record of its own.
    """
    keys = zip(
        (found[uri].id for uri in records.resource),
        info.meter_id,
        (meter.lower() for meter in records.meter_id),
        (name.lower() for name in info.vm),
        (size.lower() for size in info.size),
        (kind.lower() for kind in info.usage_type),
        info.reservation_id,
        _windows(records, spans),
        (math.copysign(1, quantity) if math.isfinite(quantity) else None for quantity in quantities),
        strict=True,
    )
    last: dict[tuple[object, ...], int] = {}
    left: dict[int, str] = {}
    for place, key in enumerate(keys):
        before = last.get(key)
        if before is not None:
            left[before] = _REPEATED
        last[key] = place
        if before is not None and quantities[before] != quantities[place]:
            left[before] = _REPLACED
    return left


def _windows(records: Records, spans: Sequence[Span]) -> Iterable[tuple[object, object]]:
    """What tells one window from another: when it is, or its words where they say no time."""
    for one, start, end in zip(spans, records.start, records.end, strict=True):
        yield (one.first, one.hours) if one.hours else (start, end)


def taken_back(
    reasons: Sequence[str],
    records: Records,
    info: InfoFacts,
    found: dict[str, Resource],
    verdicts: Sequence[Verdict],
    spans: Sequence[Span],
    quantities: Sequence[float],
) -> dict[int, str]:
    """The places of records of machines that had more hours taken back in a window than they used in it.

    Where the sum is not negative, the negative record counts and lowers it. A negative sum is no demand; it stays
    what it is among what is set aside.
    """
    negative = [place for place, quantity in enumerate(quantities) if quantity < 0 and not reasons[place]]
    if not negative:
        return {}

    def key(place: int) -> tuple[object, ...]:
        verdict, uri = verdicts[place], records.resource[place]
        machine = found[uri].id, info.vm[place].lower(), info.reservation_id[place]
        return *machine, verdict.size, verdict.region, spans[place].first, spans[place].hours

    wanted = {key(place) for place in negative}
    groups: dict[tuple[object, ...], list[int]] = {}
    for place, reason in enumerate(reasons):
        if not reason and (group := key(place)) in wanted:
            groups.setdefault(group, []).append(place)
    return {
        place: _CREDIT if quantities[place] < 0 else _TAKEN_BACK
        for places in groups.values()
        if math.fsum(quantities[place] for place in places) < -_SAME
        for place in places
    }
