"""Records with their verdicts, as the two tables of a reading: what counts, and what is set aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bespeak.tables import SET_ASIDE
from bespeak.usage.judging import Verdict
from bespeak.usage.records import InfoFacts, Records
from bespeak.usage.resources import Resource
from bespeak.usage.spans import Span

_HOUR_US = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Judged:
    """Records beside all that was found out about them; the lists have one entry a record.

    ``reasons`` is empty where a record counts; ``hours`` is what it brings in either way.
    """

    records: Records
    info: InfoFacts
    resources: dict[str, Resource]
    verdicts: list[Verdict]
    spans: list[Span]
    hours: list[float]
    reasons: list[str]


def usage_table(judged: Judged) -> pd.DataFrame:
    """USAGE: the records that count."""
    counted = [place for place, reason in enumerate(judged.reasons) if not reason]
    records, info, verdicts, spans = judged.records, judged.info, judged.verdicts, judged.spans
    sources = [judged.resources[records.resource[place]] for place in counted]
    firsts = np.array([spans[place].first for place in counted], dtype="int64") * _HOUR_US
    subscriptions = [
        one.subscription or records.subscription[place].lower()
        for one, place in zip(sources, counted, strict=True)
    ]
    return pd.DataFrame(
        {
            "start": pd.DatetimeIndex(firsts.view("datetime64[us]"), tz="UTC"),
            "hours_in_window": np.array([spans[place].hours for place in counted], dtype="int64"),
            "azure_subscription_id": _texts(subscriptions),
            "vm": _texts(_machines(info, sources, counted)),
            "resource": _texts([one.id for one in sources]),
            "size": _texts([verdicts[place].size for place in counted]),
            "region": _texts([verdicts[place].region for place in counted]),
            "hours": np.array([judged.hours[place] for place in counted], dtype="float64"),
            "meter_id": _texts([info.meter_id[place] for place in counted]),
            "reservation_id": _texts([info.reservation_id[place] or None for place in counted]),
        },
        copy=False,
    )


def _machines(info: InfoFacts, sources: Sequence[Resource], counted: Sequence[int]) -> list[str]:
    """The name of each record's machine; of several spellings in large and small letters one, so that it stays one."""
    names = [info.vm[place] or one.name for one, place in zip(sources, counted, strict=True)]
    keys = [(one.id, name.lower()) for one, name in zip(sources, names, strict=True)]
    spelling: dict[tuple[str, str], str] = {}
    for key, name in sorted(set(zip(keys, names, strict=True))):
        spelling.setdefault(key, name)
    return [spelling[key] for key in keys]


def set_aside_table(judged: Judged) -> pd.DataFrame:
    """SET_ASIDE: the other records, one line a reason; where the machine matters, one a reason and machine."""
    sums: dict[_Key, tuple[float, int]] = {}
    for place, reason in enumerate(judged.reasons):
        if reason:
            key = _key(judged, place)
            hours, rows = sums.get(key, (0.0, 0))
            sums[key] = hours + judged.hours[place], rows + 1
    return SET_ASIDE.frame(
        {
            "reason": reason,
            "resource": resource or None,
            "size": size or None,
            "region": region or None,
            "hours": hours,
            "rows": rows,
        }
        for (reason, resource, size, region), (hours, rows) in sorted(sums.items())
    )


_Key = tuple[str, str, str, str]


def _key(judged: Judged, place: int) -> _Key:
    verdict, span, reason = judged.verdicts[place], judged.spans[place], judged.reasons[place]
    outside = bool(span.hours and span.reason)
    flawed = any(judged.records.flaw[place : place + 1])
    if not flawed and (outside or not verdict.by_resource):
        return reason, "", "", ""
    return reason, judged.records.resource[place].lower(), verdict.size, verdict.region


def _texts(values: Sequence[str | None]) -> pd.Categorical:
    """Texts that repeat a lot, kept once each: the table stays small and groups fast."""
    codes, known = pd.factorize(np.array(values, dtype=object), sort=True)
    return pd.Categorical.from_codes(codes, categories=pd.Index(known, dtype="str"))
