"""The one place that calls leave from: single answers, lists page by page, long-running jobs, files."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

import httpx

from bespeak.clients.address import Target, checked_base, first_target, next_target
from bespeak.clients.call import Answer, Call, Service
from bespeak.clients.cursor import Cursor
from bespeak.clients.exchange import Exchange
from bespeak.clients.limiter import Limiter, OwnLimiter
from bespeak.clients.logs import guard_logs
from bespeak.clients.pages import Listed, Page, all_of, read_pages
from bespeak.clients.reach import Reached, reach
from bespeak.clients.said import not_done
from bespeak.clients.server_clock import ServerClock
from bespeak.clients.tries import Habits, TokenSource, Tries
from bespeak.clients.waits import Waiting, Waits
from bespeak.clients.wire import ShapeError
from bespeak.errors import UnreadableError

__all__ = ["TokenSource", "Transport"]

T = TypeVar("T")


class Transport:
    """Sends calls to the services at ``bases``; safe to use from several threads.

    ``sleep`` waits seconds, ``clock`` counts them (monotonic), ``rng`` spreads repeats, ``new_id`` makes GUIDs.
    ``when_away`` is the next step that an error names when there is no connection. ``may_write`` says why nothing
    that changes anything may leave now, "" when it may; it is asked right before each such request. ``limiter`` is
    shared with other kernels of the same partner, ``waiting`` is told of pauses, ``wall`` is the time of day.
    """

    def __init__(  # noqa: PLR0913  # what a sender needs of the world outside, each by its name
        self,
        bases: Mapping[Service, str],
        tokens: TokenSource,
        http: httpx.Client,
        *,
        sleep: Callable[[float], None],
        clock: Callable[[], float],
        rng: random.Random,
        new_id: Callable[[], str],
        when_away: str = "Check the network, then try again.",
        may_write: Callable[[], str] = lambda: "",
        limiter: Limiter | None = None,
        waiting: Waiting | None = None,
        wall: Callable[[], float] | None = None,
    ) -> None:
        guard_logs()
        self._bases = {service: checked_base(base) for service, base in bases.items()}
        self._tokens = tokens
        self._http = http
        self._times = ServerClock(wall)
        self._exchange = Exchange(http, clock, self._times)
        habits = Habits(Waits(sleep, waiting), clock, rng, new_id, when_away, may_write)
        self._tries = Tries(self._bases, tokens, self._exchange, limiter or OwnLimiter(clock), habits)

    def __repr__(self) -> str:
        return f"Transport({', '.join(sorted(self._bases))})"

    @property
    def clock_skew(self) -> float | None:
        """The seconds by which the services' clock is ahead of this machine's; ``None`` while that is not known."""
        return self._times.skew

    def send(self, call: Call[T]) -> T:
        """The answer to one call, read; raises a ``ServiceError`` whose class says what is known."""
        return self._ask(call, first_target(call))[1]

    def collect(self, call: Call[list[T]], progress: Callable[[int], None] | None = None) -> list[T]:
        """The items of all pages of a list call, in order, each once.

        ``progress`` is told after each page how many there are so far; what it raises ends the reading. Raises like
        ``send``, and when the pages do not end, or are fewer than the service says.
        """
        listed = self.listed(call, progress)
        if not listed.report.is_complete:
            raise UnreadableError(
                *not_done(call, f"{listed.report.came} of {listed.report.declared} items came")
            )
        return listed.items

    def listed(self, call: Call[list[T]], progress: Callable[[int], None] | None = None) -> Listed[T]:
        """Like ``collect``, with what was noticed; a list that is not complete says so in the report."""
        return all_of(self.pages(call), progress)

    def pages(self, call: Call[list[T]], after: Cursor | None = None) -> Iterator[Page[T]]:
        """The pages of a list call one by one, from its start, or on from a cursor that was kept."""
        return read_pages(call, after, partial(self._ask, call), partial(self._next, call))

    def reach(self) -> dict[Service, Reached]:
        """How far a request without a token gets to each service, by the very way that calls take."""
        return {service: reach(base, self._http) for service, base in self._bases.items()}

    def close(self) -> None:
        """Closes the connections."""
        self._exchange.close()

    def _ask(self, call: Call[T], target: Target) -> tuple[Answer, T]:
        return self._tries.ask(call, target, self)

    def _next(self, call: Call[Any], answer: Answer) -> Target | None:
        try:
            return next_target(call, answer.json, self._bases[call.service])
        except ShapeError as error:
            raise UnreadableError(*not_done(call, f"the answer {str(error).rstrip('.')}")) from error
