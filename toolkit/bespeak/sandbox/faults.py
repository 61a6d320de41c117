"""Faults that a test or a class asks for: an answer that gets lost, a throttled call, a page that is no JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bespeak.sandbox.refusals import RefusalError

#: lose_answer: the work is done, no answer comes. lose_request: nothing is done, no answer comes. refuse: an error
#: of the service. throttle: 429. slow: the answer takes ``seconds``. not_json: a gateway page. not_ready: 204.
KINDS = ("lose_answer", "lose_request", "refuse", "throttle", "slow", "not_json", "not_ready")
_MEMBERS = {
    "match": (str,),
    "kind": (str,),
    "times": (int,),
    "status": (int,),
    "code": (int,),
    "seconds": (int, float),
}


@dataclass
class Fault:
    """One fault: it strikes the next ``times`` requests whose method and path contain ``match``."""

    match: str
    kind: str
    times: int = 1
    status: int = 500
    code: int = 800003
    seconds: float = 1.0


class Faults:
    """The faults that are waiting, in the order in which they were asked for."""

    def __init__(self, waiting: list[Fault]) -> None:
        self.waiting = waiting

    def add(self, wish: dict[str, Any]) -> Fault:
        """A new fault from its JSON; refuses an unknown kind or member, or a value of the wrong type."""
        if wish.get("kind") not in KINDS:
            raise RefusalError(400, "BadRequest", f"A fault has a kind of {', '.join(KINDS)}.")
        given = {name: value for name, value in wish.items() if value is not None}
        for name, value in given.items():
            if not isinstance(value, _MEMBERS.get(name, ())) or isinstance(value, bool):
                raise RefusalError(
                    400, "BadRequest", f"Member '{name}' of a fault is unknown or of the wrong type."
                )
        fault = Fault(**{"match": "", **given})
        self.waiting.append(fault)
        return fault

    def strike(self, method: str, path: str) -> Fault | None:
        """The fault that this request meets, used up by one; None when it meets none."""
        target = f"{method} {path}".lower()
        for fault in self.waiting:
            if fault.match.lower() in target:
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None
