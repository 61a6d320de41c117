"""Faults that a test or a class asks for: an answer that gets lost, a throttled call, a page that is no JSON."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bespeak.sandbox.refusals import RefusalError

#: What each kind does. The answer of the others is that of the service, changed on its way out.
KINDS: Mapping[str, str] = {
    "lose_answer": "the work is done, no answer comes",
    "lose_request": "nothing is done, no answer comes",
    "fail_after": "the work is done, the answer is the error 'status'",
    "refuse": "an error of the service with 'status' and 'code'; nothing is done",
    "throttle": "429 with Retry-After",
    "not_ready": "204 with Retry-After",
    "not_json": "the page of a gateway, with 'status'",
    "empty": "200 without a body",
    "expired_token": "401 as if the access token had ended",
    "insufficient_token": "403 as if the token lacked a right",
    "redirect": "'status' and a Location of 'value', by default the same address",
    "slow": "the work begins after 'seconds'",
    "slow_answer": "the work is done at once, the answer comes after 'seconds'",
    "slow_bytes": "the body comes byte by byte, 'seconds' apart, and blanks without end after it",
    "half": "the connection closes in the middle of the body",
    "reset": "the same, by a reset instead of an end",
    "longer": "Content-Length says more than comes",
    "shorter": "Content-Length says less than the body has",
    "cut_json": "the JSON breaks off, in an answer that is whole",
    "odd_json": "a body of 'value': nan, infinity, twice, deep or long_number",
    "wrong_gzip": "Content-Encoding gzip over bytes that are damaged",
    "plain_gzip": "Content-Encoding gzip over bytes that are not packed",
    "gzip_bomb": "200 MB of blanks in about 200 kB",
    "foreign_link": "the next link leads to another host",
    "downgraded_link": "the next link leads to http, or to another port of this machine",
    "malformed_link": "the next link has a second question mark",
    "self_link": "the next link leads to the same page again",
    "drop_link": "a page that is not the last has no next link",
    "empty_page": "a page without items that has a next link all the same",
    "lose_list": "a list that seems to be empty",
    "double_items": "the items of the page come twice",
    "set_field": "the first member 'field' of the answer is 'value' (JSON)",
    "drop_field": "the first member 'field' is missing",
    "add_fields": "objects have a member that nobody knows",
    "wrong_date": "the header Date is off by 'value' seconds, which may be negative",
    "move_price": "before the work, reservation prices move by 'value' per cent",
    "time_passes": "before the work, the clock moves by 'value' minutes: item ids rotate, carts end",
}
#: So many faults at most wait in a world.
MOST = 100
_NUMBER = (int, float)
_MEMBERS: Mapping[str, tuple[type, ...]] = {
    "match": (str,),
    "kind": (str,),
    "times": (int,),
    "status": (int,),
    "code": (int, str),
    "seconds": _NUMBER,
    "retry_after": (str,),
    "after": (int,),
    "every": (int,),
    "probability": _NUMBER,
    "field": (str,),
    "value": (str,),
}
_RANGES: Mapping[str, tuple[float, float]] = {
    "times": (0, 10**6),
    "status": (200, 599),
    "seconds": (0, 3600),
    "after": (0, 10**6),
    "every": (1, 10**6),
    "probability": (0, 1),
}


@dataclass
class Fault:
    """One fault: it strikes requests whose method and path contain ``match``.

    Of these it lets the first ``after`` pass, then strikes each ``every``-th with this ``probability``, ``times`` times
    in all (0: until it is removed). ``retry_after``: the text of that header, ``date`` for an HTTP date ``seconds``
    ahead, ``none`` for no header.
    """

    match: str
    kind: str
    times: int = 1
    status: int = 0
    code: int | str = 800003
    seconds: float = 1.0
    retry_after: str = ""
    after: int = 0
    every: int = 1
    probability: float = 1.0
    field: str = ""
    value: str = ""
    number: int = 0
    seen: int = 0
    struck: int = 0


class Faults:
    """The faults that are waiting, in the order in which they were asked for; ``salt`` makes chance repeatable."""

    def __init__(self, waiting: list[Fault], salt: str = "") -> None:
        self.waiting = waiting
        self._salt = salt

    def add(self, wish: Mapping[str, Any]) -> Fault:
        """A new fault from its JSON; refuses an unknown kind or member, or a value that is not allowed."""
        given = {name: value for name, value in wish.items() if value is not None}
        for name, value in given.items():
            _check(name, value)
        kind = given.get("kind")
        if kind is None:
            raise RefusalError(400, "BadRequest", f"Member 'kind' is missing. There are {', '.join(KINDS)}.")
        if kind not in KINDS:
            raise RefusalError(400, "BadRequest", f"A fault has no kind {kind!r}.{_near(str(kind), KINDS)}")
        if len(self.waiting) >= MOST:
            raise RefusalError(409, "LimitExceeded", f"{MOST} faults wait already. Remove them first.")
        number = max((fault.number for fault in self.waiting), default=0) + 1
        fault = Fault(**{"match": "", **given, "number": number})
        self.waiting.append(fault)
        return fault

    def strike(self, method: str, path: str) -> Fault | None:
        """The fault that this request meets, used up by one; None when it meets none."""
        target = f"{method} {path}".lower()
        seeing = [fault for fault in self.waiting if fault.match.lower() in target]
        met = [fault for fault in seeing if self._meets(fault)]
        if not met:
            return None
        met[0].struck += 1
        if met[0].struck == met[0].times:
            self.waiting.remove(met[0])
        return met[0]

    def _meets(self, fault: Fault) -> bool:
        fault.seen += 1
        turn = fault.seen - fault.after
        if turn <= 0 or (turn - 1) % fault.every:
            return False
        text = f"{self._salt}|{fault.number}|{fault.seen}".encode()
        drawn = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest()) / 2**64
        return drawn < fault.probability


def shown(fault: Fault) -> dict[str, Any]:
    """A fault as JSON."""
    return asdict(fault)


def _check(name: str, value: object) -> None:
    if name not in _MEMBERS:
        raise RefusalError(400, "BadRequest", f"A fault has no member '{name}'.{_near(name, _MEMBERS)}")
    if not isinstance(value, _MEMBERS[name]) or isinstance(value, bool):
        raise RefusalError(400, "BadRequest", f"Member '{name}' of a fault cannot be {value!r:.60}.")
    low, high = _RANGES.get(name, (0, 0))
    if isinstance(value, _NUMBER) and name in _RANGES and not low <= value <= high:
        raise RefusalError(
            400,
            "BadRequest",
            f"Member '{name}' of a fault lies between {low:g} and {high:g}, not at {value}.",
        )


def _near(name: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    return f" Did you mean '{near[0]}'?" if near else f" There are {', '.join(known)}."
