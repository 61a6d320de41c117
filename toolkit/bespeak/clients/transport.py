"""The one place that calls leave from: single answers, lists page by page, long-running jobs, files."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import httpx

from bespeak.clients.address import Target, checked_base, first_target, next_target
from bespeak.clients.blobs import MOST, Blobs, origins_of
from bespeak.clients.call import Answer, Call, Service
from bespeak.clients.cursor import Cursor
from bespeak.clients.exchange import Exchange
from bespeak.clients.forgetting import without_locals
from bespeak.clients.jobs import Job, job_of, watch
from bespeak.clients.limiter import Limiter, OwnLimiter
from bespeak.clients.logs import guard_logs
from bespeak.clients.pages import Listed, Page, all_of, read_pages
from bespeak.clients.reach import Reached, reach
from bespeak.clients.said import not_done
from bespeak.clients.secret import Secret
from bespeak.clients.server_clock import ServerClock
from bespeak.clients.tries import Habits, TokenSource, Tries
from bespeak.clients.waits import Waiting, Waits
from bespeak.clients.wire import ShapeError, retry_after
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
        self._habits = habits
        self._blobs = Blobs(http, habits.waits, clock, rng, origins_of(self._bases.values()))
        self._tries = Tries(self._bases, tokens, self._exchange, limiter or OwnLimiter(clock), habits)

    def __repr__(self) -> str:
        return f"Transport({', '.join(sorted(self._bases))})"

    @property
    def clock_skew(self) -> float | None:
        """The seconds by which the services' clock is ahead of this machine's; ``None`` while that is not known."""
        return self._times.skew

    @without_locals()
    def send(self, call: Call[T]) -> T:
        """The answer to one call, read; raises a ``ServiceError`` whose class says what is known."""
        return self._ask(call, first_target(call))[1]

    @without_locals()
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

    @without_locals()
    def listed(self, call: Call[list[T]], progress: Callable[[int], None] | None = None) -> Listed[T]:
        """Like ``collect``, with what was noticed; a list that is not complete says so in the report."""
        return all_of(self.pages(call), progress)

    def pages(self, call: Call[list[T]], after: Cursor | None = None) -> Iterator[Page[T]]:
        """The pages of a list call one by one, from its start, or on from a cursor that was kept."""
        with without_locals():
            yield from read_pages(call, after, partial(self._ask, call), partial(self._next, call))

    @without_locals()
    def finish(  # what a job needs, each by its name
        self,
        call: Call[Any],
        read: Callable[[Answer], T],
        *,
        started: Job | None = None,
        look: Call[Any] | None = None,
        kept: Callable[[Job], None] = lambda _job: None,
        progress: Callable[[str], None] = lambda _state: None,
        within: float = 3600.0,
    ) -> T:
        """What ``read`` makes of the last answer of a long-running job, which ``call`` begins.

        ``kept`` is told the job as soon as it runs, to write it down; with ``started`` one that runs already is only
        watched. ``look`` is where to look when the service does not say it. ``progress`` is told the service's word for
        the state; what it raises ends the watching. Raises ``NotReadyError`` when it runs longer than ``within``.
        """
        job, first_wait = started, None
        if job is None:
            answer, _ = self._ask(replace(call, read=lambda told: told), first_target(call))
            job = job_of(call, answer, self._bases[call.service], look)
            if job is None:
                return read(answer)
            first_wait = retry_after(answer.headers)
            kept(job)
        is_ = self._habits
        return watch(
            job,
            read,
            self._ask,
            waits=is_.waits,
            clock=is_.clock,
            within=within,
            first_wait=first_wait,
            progress=progress,
        )

    @without_locals()
    def download(
        self,
        link: Secret | str,
        into: Path,
        *,
        most: int = MOST,
        progress: Callable[[int], None] = lambda _count: None,
    ) -> int:
        """Fetches the file behind a signed address into a new file, as it is and without a token; gives its size.

        Raises ``InputError`` for an address outside Azure's storage, or a file that is there already.
        """
        secret = link if isinstance(link, Secret) else Secret(link)
        return self._blobs.fetch(secret, into, most=most, progress=progress)

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
