"""From when to when the usage of a source is known, so that who reads on knows where to begin."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bespeak.usage.store.parcels import Parcel
from bespeak.usage.store.standing import shortfalls

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def streams(parcels: Sequence[Parcel], customer_id: str, subscription: str, source: str) -> list[Parcel]:
    """The parcels about a customer; of one subscription and one source where they are given."""
    return [
        one
        for one in parcels
        if customer_id in one.customers
        and source in ("", one.source)
        and (subscription in ("", one.stream[2]) or (customer_id, subscription) in one.owned)
    ]


def known_span(mine: Sequence[Parcel]) -> tuple[datetime, datetime] | None:
    """The time without a gap that whole deliveries cover, up to the end of the last of them."""
    spans = sorted(span for one in mine if (span := _span(one)) is not None)
    if not spans:
        return None
    since, until = spans[0]
    for start, end in spans[1:]:
        since = start if start > until else since
        until = max(until, end)
    return since, until


def cut_since(mine: Sequence[Parcel]) -> datetime | None:
    """From when on a delivery was to tell that was cut off, or not whole, and was not made good since."""
    cut = shortfalls(mine)
    starts = [one.covers[0] for one in mine if one.id in cut and one.covers]
    return min(starts, default=None)


def _span(one: Parcel) -> tuple[datetime, datetime] | None:
    if not one.facts["finished"] or one.facts["incomplete"]:
        return None
    if one.covers is not None:
        return one.covers
    days = [day for _, _, day in one.index if day >= 0]
    return (_EPOCH + timedelta(days=min(days)), _EPOCH + timedelta(days=max(days) + 1)) if days else None
