"""When a call is tried again, and what its failure means: one table, for reads and for writes.

A write is never sent twice from here. Whether it may go on is decided by what the journal knows, not by the sender.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from bespeak.errors import AnswerLostError, RefusedError, ServiceError, UnreachableError, UnreadableError

#: What to do with a read: try again after a pause, once more, once more with a new token, or stop.
Step = Literal["again", "once", "refresh", "stop"]


class Outcome(Enum):
    """How one try ended, when it did not end well."""

    NOT_SENT = "no connection: not a byte was sent"
    UNTRUSTED = "the service's certificate is not trusted: not a byte was sent"
    NO_ANSWER = "sent, and no whole answer came"
    THROTTLED = "429: asked too often, nothing was done"
    BUSY = "408 or 503 that names a time to come back"
    FAILED = "500, 502, 503 or 504"
    UNAUTHORISED = "401"
    REFUSED = "a refusal in words: an error object"
    REFUSED_DUMBLY = "a refusal without an error object, such as a page of a gateway"
    REDIRECTED = "3xx"
    UNREADABLE = "2xx whose body is not in the documented shape"
    FALSE_SUCCESS = "2xx whose body is an error object"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: what a read does next, and which error a read and a write end in."""

    read: Step
    read_error: type[ServiceError]
    write_error: type[ServiceError]


#: Partner Center counts repeated tries against the limit (Partner Center API throttling guidance, 2021-03), and a
#: checkout is safe to look at but not to repeat blindly; so only reads go on by themselves.
RULES: dict[Outcome, Rule] = {
    Outcome.NOT_SENT: Rule("again", UnreachableError, UnreachableError),
    Outcome.UNTRUSTED: Rule("once", UnreachableError, UnreachableError),
    Outcome.NO_ANSWER: Rule("again", UnreachableError, AnswerLostError),
    Outcome.THROTTLED: Rule("again", RefusedError, RefusedError),
    Outcome.BUSY: Rule("again", RefusedError, AnswerLostError),
    Outcome.FAILED: Rule("again", RefusedError, AnswerLostError),
    Outcome.UNAUTHORISED: Rule("refresh", RefusedError, RefusedError),
    Outcome.REFUSED: Rule("stop", RefusedError, RefusedError),
    Outcome.REFUSED_DUMBLY: Rule("stop", RefusedError, AnswerLostError),
    Outcome.REDIRECTED: Rule("stop", UnreadableError, AnswerLostError),
    Outcome.UNREADABLE: Rule("once", UnreadableError, AnswerLostError),
    Outcome.FALSE_SUCCESS: Rule("stop", RefusedError, AnswerLostError),
}

#: How often a read is tried at most for each step, the first try included.
TRIES: dict[Step, int] = {"again": 5, "once": 2, "refresh": 2, "stop": 1}

#: A longer wait than this is not waited out (seconds).
LONGEST_WAIT = 120.0
_FIRST_WAIT = 0.5
_WAIT_CAP = 20.0

_BY_STATUS = {401: Outcome.UNAUTHORISED, 429: Outcome.THROTTLED}
_FAILED = frozenset({500, 502, 503, 504})
_BUSY = frozenset({408, 503})


def classify(status: int, *, in_words: bool, names_a_time: bool) -> Outcome:
    """How a whole answer ended whose status is not 2xx.

    ``in_words`` says that the body is an error object, ``names_a_time`` that there is a ``Retry-After``.
    """
    if 300 <= status < 400:  # noqa: PLR2004  # the HTTP status class
        return Outcome.REDIRECTED
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status in _BUSY and (names_a_time or status not in _FAILED):
        return Outcome.BUSY
    if status in _FAILED:
        return Outcome.FAILED
    return Outcome.REFUSED if in_words else Outcome.REFUSED_DUMBLY


def pause(tries: int, retry_after: float | None, rng: random.Random) -> float:
    """Seconds to wait after this many tries: full jitter below a growing bound, on top of what the service asked for.

    The first wait that a service asks for is kept to the letter; asked again, jitter keeps threads apart.
    """
    jitter = rng.random() * min(_WAIT_CAP, _FIRST_WAIT * 2.0**tries)
    if retry_after is None:
        return jitter
    return retry_after if tries == 1 else retry_after + jitter


class RetryBudget:
    """How many repeats the process may still afford, so that an outage is not multiplied.

    A repeat costs 14, a throttled one 5, an untroubled success gives 1 back (the figures of botocore's standard mode).
    """

    CAPACITY = 500

    def __init__(self) -> None:
        self._left = self.CAPACITY
        self._lock = threading.Lock()

    def take(self, outcome: Outcome) -> bool:
        """Whether there was enough for one more try; then it is taken."""
        cost = 5 if outcome is Outcome.THROTTLED else 14
        with self._lock:
            if self._left < cost:
                return False
            self._left -= cost
            return True

    def reward(self) -> None:
        """Gives one back after a success."""
        with self._lock:
            self._left = min(self.CAPACITY, self._left + 1)
