"""Streams: what has come before from the same source for the same customer and subscription."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bespeak.usage.store import parcels
from bespeak.usage.store.delivery import Delivery
from bespeak.usage.store.parcels import Parcel
from bespeak.usage.store.sealed import canonical
from bespeak.usage.store.shelf import Shelf


@dataclass(eq=False)
class Stream:
    """The parcels of one stream that were received before a delivery, or with it, and those received after it."""

    shelf: Shelf
    before: list[Parcel]
    after: list[Parcel]
    base: str = ""

    @classmethod
    def of(cls, shelf: Shelf, delivery: Delivery) -> Stream:
        """The stream that a delivery belongs to."""
        mine = (delivery.source, delivery.customer_id.lower(), delivery.subscription.lower())
        parcels = [one for one in shelf.parcels(quick=True) if one.stream == mine]
        until = moment(delivery.received)
        return cls(
            shelf,
            [one for one in parcels if one.order[0] <= until],
            [one for one in parcels if one.order[0] > until],
        )

    @property
    def last(self) -> list[Parcel]:
        """The parcels of the delivery that came last before this one."""
        newest = max(self.before, key=lambda one: one.order, default=None)
        return (
            []
            if newest is None
            else [one for one in self.before if one.facts["base"] == newest.facts["base"]]
        )

    def has(self, digest: str) -> bool:
        """Whether a page changes nothing: it came last, or it comes again after what is delivered now."""
        return any(digest in one.pages for one in (*self.last, *self.after))

    def is_the_latest(self, digests: Sequence[str], delivery: Delivery) -> bool:
        """Whether a whole delivery changes nothing: the one before it, or one after it, held exactly these pages."""
        return any(
            list(one.facts["pages"]) == list(digests)
            and one.facts["covers"] == _covers(delivery)
            and not one.facts["incomplete"]
            for one in (*self.last, *self.after)
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
        known = self.shelf.parcels(quick=True)
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
            "received": moment(delivery.received),
            "partial": [f"{day:%Y-%m-%d}" for day in delivery.partial],
            "also": list(also),
            "finished": finished,
            "incomplete": incomplete,
        }


def moment(when: datetime) -> str:
    """A moment as a text that sorts in the order of time."""
    return when.astimezone(UTC).isoformat(timespec="microseconds")


def _covers(delivery: Delivery) -> list[str] | None:
    return None if delivery.covers is None else [moment(one) for one in delivery.covers]
