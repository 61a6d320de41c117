"""Streams: what has come before from the same source for the same customer and subscription."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bespeak.usage.store import parcels
from bespeak.usage.store.delivery import Delivery
from bespeak.usage.store.parcels import Parcel
from bespeak.usage.store.sealed import canonical
from bespeak.usage.store.shelf import Shelf


@dataclass(eq=False)
class Stream:
    """The parcels of one stream before this delivery, and where it stands."""

    shelf: Shelf
    before: list[Parcel]
    base: str = ""
    serials: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, shelf: Shelf, delivery: Delivery) -> Stream:
        """The stream that a delivery belongs to."""
        mine = (delivery.source, delivery.customer_id.lower(), delivery.subscription.lower())
        return cls(shelf, [one for one in shelf.parcels() if one.stream == mine])

    @property
    def last(self) -> list[Parcel]:
        """The parcels of the delivery that came last."""
        newest = max(self.before, key=lambda one: one.order, default=None)
        return (
            []
            if newest is None
            else [one for one in self.before if one.facts["base"] == newest.facts["base"]]
        )

    def has(self, digest: str) -> bool:
        """Whether a page came in the last delivery of this stream, so that its records are still the latest."""
        return any(digest in one.pages for one in self.last)

    def is_the_latest(self, digests: Sequence[str], delivery: Delivery) -> bool:
        """Whether the last delivery held exactly these pages, about the same time."""
        last = self.last
        return (
            len(last) == 1
            and list(last[0].facts["pages"]) == list(digests)
            and last[0].facts["covers"] == _covers(delivery)
            and not last[0].facts["incomplete"]
        )

    def wants_a_mark(self, delivery: Delivery, incomplete: str) -> bool:
        """Whether a delivery without anything new says something: that its source was read to the end."""
        last = self.last
        ended = [one for one in last if one.facts["finished"]]
        same = bool(ended) and all(one.facts["covers"] == _covers(delivery) for one in ended)
        return not same or any(one.facts["incomplete"] for one in last) or bool(incomplete)

    def facts(
        self,
        delivery: Delivery,
        *,
        digests: Sequence[str],
        also: Sequence[str],
        finished: bool,
        incomplete: str,
    ) -> Mapping[str, Any]:
        """What the root of the next parcel says; asked for while nobody else adds."""
        content = {
            **self.shelf.owner,
            "source": delivery.source,
            "customer_id": delivery.customer_id.lower(),
            "subscription": delivery.subscription.lower(),
            "covers": _covers(delivery),
            "pages": list(digests),
        }
        known = self.shelf.parcels()
        same = hashlib.sha256(canonical(content)).hexdigest()[:20]
        serial = 1 + max((int(one.facts["serial"]) for one in known), default=0)
        often = sum(one.id.startswith(same) for one in known)
        self.base = self.base or f"{same}-{serial}"
        return content | {
            "kind": parcels.KIND,
            "id": f"{same}-{often}" if often else same,
            "base": self.base,
            "edition": 0,
            "serial": serial,
            "by_record": delivery.by_record,
            "received": delivery.received.isoformat(),
            "partial": [f"{day:%Y-%m-%d}" for day in delivery.partial],
            "also": list(also),
            "finished": finished,
            "incomplete": incomplete,
        }


def _covers(delivery: Delivery) -> list[str] | None:
    return None if delivery.covers is None else [moment.isoformat() for moment in delivery.covers]
