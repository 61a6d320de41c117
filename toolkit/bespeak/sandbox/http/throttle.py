"""How many requests Partner Center takes in a minute (Microsoft, *API throttling guidance for partners*).

The counts are no part of the state of a world: a refused request changes no snapshot.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from bespeak.sandbox.http.exchange import Answer, Ask, dumps
from bespeak.sandbox.world import World

_MINUTE = 60
#: The listed operations: a customer, its orders, carts, subscriptions and what is below them, upgrades, transfers.
_LISTED = re.compile(
    r"/v1/(?:customers/(?P<customer>[^/]+)(?:/(?:orders|carts|subscriptions|transfers|upgrades)(?:/.*)?)?"
    r"|productupgrades(?:/.*)?)"
)
_ELSEWHERE = re.compile(
    r"/(?:utilizations|usagerecords|usagesummary|meterusagerecords|resourceusagerecords)\b"
)


class Throttle:
    """The requests of this minute of each world, refused ones included."""

    def __init__(self, wall: Callable[[], float]) -> None:
        self._wall = wall
        self._counts: dict[str, tuple[int, Counter[str]]] = {}

    def refused(self, ask: Ask, world: World) -> Answer | None:
        """429 when this request is one too many of its partner, or of its partner and customer."""
        path = ask.path.lower()
        listed = _LISTED.fullmatch(path)
        if world.switches.throttle == "off" or not listed or _ELSEWHERE.search(path):
            return None
        seconds = world.now.timestamp() if world.switches.throttle == "sandbox_time" else self._wall()
        counts = self._of(ask.seat.key, int(seconds) // _MINUTE)
        by_customer = world.switches.throttle_by == "customer"
        key = f"{ask.tenant}/{listed['customer']}" if by_customer else ask.tenant
        counts[key] += 1
        if counts[key] <= world.switches.throttle_per_minute:
            return None
        wait = {"Retry-After": str(_MINUTE - int(seconds) % _MINUTE)}
        sentence = "Too many requests of this partner in a minute. Wait and send fewer at once."
        return Answer(dumps({"statusCode": 429, "message": sentence}), 429, wait)

    def _of(self, world: str, minute: int) -> Counter[str]:
        since, counts = self._counts.get(world, (minute, Counter()))
        if since != minute:
            counts = Counter()
        self._counts[world] = (minute, counts)
        return counts
