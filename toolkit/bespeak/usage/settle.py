"""From records to the usage table: each record is either counted or set aside with its reason."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime
from itertools import repeat
from typing import Any

from bespeak.errors import InputError
from bespeak.usage.control import Control
from bespeak.usage.judged import Judged, set_aside_table, usage_table
from bespeak.usage.judging import Kind, Verdict, judge
from bespeak.usage.reading import UsageReading
from bespeak.usage.records import InfoFacts, Records, info_facts
from bespeak.usage.repeats import replaced, taken_back
from bespeak.usage.resources import Resource, resources
from bespeak.usage.spans import Span, hours_since_epoch, moment_of, span

_NO_MACHINE = "The record names neither a resource nor a machine."
_NO_NUMBER = "The quantity is not a number."


def settle(
    records: Records,
    *,
    start: datetime | None,
    end: datetime | None,
    source: str,
    once: bool = False,
    control: Control | None = None,
) -> UsageReading:
    """The reading of these records; without ``start`` and ``end`` its window is theirs.

    With ``once`` a record is known by what identifies it, and of several reports of it the last one counts. Hours that
    are taken back lower those of their window; where more is taken back than was used, nothing counts. What the source
    declares in ``control`` decides whether the reading is complete.
    """
    info, found = info_facts(records), resources(records.resource)
    verdicts = _verdicts(records, info, found)
    spans = _spans(records, start, end)
    quantities = _numbers(records.quantity)
    left = replaced(records, info, found, spans, quantities) if once else {}
    reasons = _reasons(records, info, verdicts, spans, quantities, left)
    for place, reason in taken_back(reasons, records, info, found, verdicts, spans, quantities).items():
        reasons[place] = reason
    judged = Judged(
        records=records,
        info=info,
        resources=found,
        verdicts=verdicts,
        spans=spans,
        hours=[_vm_hours(verdict, number) for verdict, number in zip(verdicts, quantities, strict=True)],
        reasons=reasons,
    )
    begins, ends = _window(judged, start, end)
    return UsageReading(
        usage=usage_table(judged),
        set_aside=set_aside_table(judged),
        rows_in=len(records),
        hours_in=math.fsum(judged.hours),
        start=begins,
        end=ends,
        source=source,
        licensed=_licensed(records, verdicts, found),
        incomplete=control.shortfall(records.quantity) if control else "",
    )


def _licensed(records: Records, verdicts: list[Verdict], found: dict[str, Resource]) -> frozenset[str]:
    """The resources of which any record speaks of licensed software."""
    uris = {uri for uri, verdict in zip(records.resource, verdicts, strict=True) if verdict.licensed}
    return frozenset(found[uri].id for uri in uris)


def _verdicts(records: Records, info: InfoFacts, found: dict[str, Resource]) -> list[Verdict]:
    providers = [
        found[uri].provider or own for uri, own in zip(records.resource, records.service, strict=True)
    ]
    kinds = list(
        zip(
            records.category,
            records.subcategory,
            records.meter,
            records.unit,
            info.usage_type,
            records.charge,
            records.pricing,
            providers,
            info.size,
            records.region,
            strict=True,
        )
    )
    judged = {kind: judge(Kind(*kind)) for kind in set(kinds)}
    return [judged[kind] for kind in kinds]


def _spans(records: Records, start: datetime | None, end: datetime | None) -> list[Span]:
    low = -math.inf if start is None else hours_since_epoch(start)
    high = math.inf if end is None else hours_since_epoch(end)
    pairs = list(zip(records.start, records.end, strict=True))
    read = {pair: _inside(span(*pair), low, high) for pair in set(pairs)}
    return [read[pair] for pair in pairs]


def _inside(one: Span, low: float, high: float) -> Span:
    """The span, with a reason when it lies outside the window that was asked for."""
    if one.hours and one.first + one.hours <= low:
        return replace(one, reason="Used before the window that is looked at.")
    if one.hours and one.first >= high:
        return replace(one, reason="Used after the window that is looked at.")
    return one


def _numbers(quantities: list[Any]) -> list[float]:
    try:
        return [float(quantity) for quantity in quantities]
    except (TypeError, ValueError):
        return [_number(quantity) for quantity in quantities]


def _number(quantity: object) -> float:
    try:
        return float(quantity)  # type: ignore[arg-type]  # what float() refuses is caught
    except (TypeError, ValueError):
        return math.nan


def _vm_hours(verdict: Verdict, quantity: float) -> float:
    """The hours that a record brings in, counted or not; what is no number of hours brings none."""
    return quantity if verdict.in_hours and math.isfinite(quantity) else 0.0


def _reasons(
    records: Records,
    info: InfoFacts,
    verdicts: list[Verdict],
    spans: list[Span],
    quantities: list[float],
    left: dict[int, str],
) -> list[str]:
    """Why each record does not count, "" where it does; what is wrong with the record itself comes first."""
    reasons = [
        flaw or verdict.reason or one.reason or ("" if math.isfinite(quantity) else _NO_NUMBER)
        for flaw, verdict, one, quantity in zip(
            records.flaw or repeat(""), verdicts, spans, quantities, strict=False
        )
    ]
    for place, reason in (_nameless(records, info) | left).items():
        reasons[place] = reasons[place] or reason
    return reasons


def _nameless(records: Records, info: InfoFacts) -> dict[int, str]:
    """The places of records of which nobody can tell the machine."""
    pairs = enumerate(zip(records.resource, info.vm, strict=True))
    return {place: _NO_MACHINE for place, (uri, name) in pairs if not uri and not name}


def _window(judged: Judged, start: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
    """The window asked for, or else that of the counted records, or else that of all."""
    if start is not None and end is not None:
        return start, end
    counted = {one for one, reason in zip(judged.spans, judged.reasons, strict=True) if not reason}
    known = counted or {one for one in judged.spans if one.hours}
    if not known:
        raise InputError("There is no usage record with a date.", "Give the window, or read another period.")
    first, last = min(one.first for one in known), max(one.first + one.hours for one in known)
    return start or moment_of(first), end or moment_of(last)
