"""The one place that calls leave from: whose token, which page next, whether once more, which error in the end."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn, Protocol, TypeVar

import httpx

from bespeak.clients.address import Target, checked_base, first_target, next_target
from bespeak.clients.call import Answer, Call, Door, Service
from bespeak.clients.exchange import Exchange, Request, Trouble
from bespeak.clients.reach import Reached, reach
from bespeak.clients.retry import LONGEST_WAIT, RULES, TRIES, Outcome, RetryBudget, pause
from bespeak.clients.secret import Secret
from bespeak.clients.wire import ShapeError, correlation_id, retry_after
from bespeak.errors import AnswerLostError, LockedError, NotReadyError, RefusedError, UnreadableError

T = TypeVar("T")

_NAMES: Mapping[Service, str] = {
    "login": "The sign-in service",
    "partner_center": "Partner Center",
    "price_sheets": "The price sheet service",
    "arm": "Azure",
    "graph": "Microsoft Graph",
    "control": "The sandbox",
}
_NO_CONTENT = 204
_TOO_MANY = 429
#: One call, all its tries and waits together, takes no longer than this (seconds).
_DEADLINE = 180.0
_TRIES_IN_ALL = 5
_NOT_READY_TRIES = 3
_NOT_READY_WAIT = 5.0
_PARALLEL = 8
#: A sign-in buys nothing, and the sandbox's control has no money behind it.
_NEVER_LOCKED: frozenset[Service] = frozenset({"login", "control"})
_LOOK_FIRST = "It is not known whether it was done: do not repeat it, look first."


class TokenSource(Protocol):
    """Where the bearer token of a service comes from."""

    def token(self, service: Service, door: Door, tenant: str = "") -> Secret | None:
        """The token for a service, or ``None`` when it takes none; ``door`` can ask the sign-in service.

        ``tenant`` is the directory that the token is for, "" for the partner's own.
        """
        ...

    def forget(self, service: Service, token: Secret) -> None:
        """Drops a token that was not accepted, unless a newer one is there already."""
        ...


@dataclass(slots=True)
class _Work:
    """One call for one page with all its tries: the same ids and the same deadline."""

    request: Request
    seen: Counter[Outcome] = field(default_factory=Counter)
    not_ready: int = 0

    @property
    def call(self) -> Call[Any]:
        return self.request.call


class Transport:
    """Sends calls to the services at ``bases``; safe to use from several threads.

    ``sleep`` waits seconds, ``clock`` counts them (monotonic), ``rng`` spreads repeats, ``new_id`` makes GUIDs.
    ``when_away`` is the next step that an error names when there is no connection. ``may_write`` says why nothing
    that changes anything may leave now, "" when it may; it is asked right before each such request.
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
    ) -> None:
        self._bases = {service: checked_base(base) for service, base in bases.items()}
        self._tokens = tokens
        self._http = http
        self._exchange = Exchange(http, clock)
        self._sleep = sleep
        self._clock = clock
        self._rng = rng
        self._new_id = new_id
        self._when_away = when_away
        self._may_write = may_write
        self._budget = RetryBudget()
        self._gate = threading.BoundedSemaphore(_PARALLEL)
        self._quiet_lock = threading.Lock()
        self._quiet_until = 0.0

    def __repr__(self) -> str:
        return f"Transport({', '.join(sorted(self._bases))})"

    def send(self, call: Call[T]) -> T:
        """The answer to one call, read; raises a ``ServiceError`` whose class says what is known."""
        return self._ask(call, first_target(call))[1]

    def collect(self, call: Call[list[T]], progress: Callable[[int], None] | None = None) -> list[T]:
        """The items of all pages of a list call, in order; raises like ``send``, and when pages repeat.

        ``progress`` is told after each page how many there are so far; what it raises ends the reading.
        """
        found: list[T] = []
        seen = set()
        target: Target | None = first_target(call)
        while target is not None:
            if target.key in seen:
                raise UnreadableError(*_said(call, "the pages of the answer go round in a circle"))
            seen.add(target.key)
            answer, page = self._ask(call, target)
            found += page
            if progress is not None:
                progress(len(found))
            target = self._next(call, answer)
        return found

    def reach(self) -> dict[Service, Reached]:
        """How far a request without a token gets to each service, by the very way that calls take."""
        return {service: reach(base, self._http) for service, base in self._bases.items()}

    def close(self) -> None:
        """Closes the connections."""
        self._exchange.close()

    def _next(self, call: Call[Any], answer: Answer) -> Target | None:
        try:
            return next_target(call, answer.json, self._bases[call.service])
        except ShapeError as error:
            raise UnreadableError(*_said(call, f"the answer {str(error).rstrip('.')}")) from error

    def _ask(self, call: Call[T], target: Target) -> tuple[Answer, T]:
        ends = self._clock() + _DEADLINE
        work = _Work(
            Request(
                call,
                self._bases[call.service],
                target,
                call.request_id or self._new_id(),
                self._new_id(),
                ends,
            )
        )
        while True:
            try:
                answer = self._try(work)
                if answer.status == _NO_CONTENT and call.is_safe:
                    self._wait_until_ready(work, answer)
                    continue
                value = _read(call, answer, work.request.correlation)
            except Trouble as trouble:
                self._wait_or_raise(work, trouble)
            else:
                self._budget.reward()
                return answer, value

    def _try(self, work: _Work) -> Answer:
        """One exchange with the token of the moment; raises ``Trouble`` when it does not end well."""
        self._refuse_if_locked(work.call)
        self._wait_turn(work)
        service = work.call.service
        token = self._tokens.token(service, self, work.call.tenant)
        try:
            with self._gate:
                self._refuse_if_locked(work.call)
                return self._exchange(replace(work.request, token=token))
        except Trouble as trouble:
            if trouble.outcome is Outcome.UNAUTHORISED and token is not None:
                self._tokens.forget(service, token)
            if trouble.outcome is Outcome.THROTTLED:
                self._keep_quiet(trouble.wait or 0.0)
            raise

    def _refuse_if_locked(self, call: Call[Any]) -> None:
        """Raises ``LockedError`` before a call that changes something leaves a world that is locked."""
        if call.is_safe or call.service in _NEVER_LOCKED:
            return
        reason = self._may_write()
        if reason:
            raise LockedError(f"'{call.name}' was not sent, and nothing was changed.", reason)

    def _keep_quiet(self, seconds: float) -> None:
        """No call of any thread leaves before so many seconds have passed."""
        with self._quiet_lock:
            self._quiet_until = max(self._quiet_until, self._clock() + min(seconds, LONGEST_WAIT))

    def _wait_turn(self, work: _Work) -> None:
        quiet = self._quiet_until - self._clock()
        if quiet <= 0:
            return
        if self._clock() + quiet > work.request.ends:
            raise RefusedError(*_said(work.call, "it was asked too often"), status=_TOO_MANY)
        self._sleep(quiet)

    def _wait_until_ready(self, work: _Work, answer: Answer) -> None:
        """Waits as the service asks, a few times; then raises ``NotReadyError``."""
        work.not_ready += 1
        asked = retry_after(answer.headers)
        wait = _NOT_READY_WAIT if asked is None else asked
        if work.not_ready >= _NOT_READY_TRIES or self._clock() + wait > work.request.ends:
            raise NotReadyError(
                f"{_NAMES[work.call.service]} has no answer to '{work.call.name}' yet.",
                f"Ask again in {wait:g} seconds.",
                retry_after=wait,
                correlation_id=correlation_id(answer.headers, work.request.correlation),
            )
        self._sleep(wait)

    def _wait_or_raise(self, work: _Work, trouble: Trouble) -> None:
        """Waits when the table allows one more try of a read; else raises the error that the table names."""
        step = RULES[trouble.outcome].read
        work.seen[trouble.outcome] += 1
        tries = work.seen.total()
        wait = 0.0 if step == "refresh" else pause(tries, trouble.wait, self._rng)
        may = work.call.is_safe and work.seen[trouble.outcome] < TRIES[step] and tries < _TRIES_IN_ALL
        in_time = wait <= LONGEST_WAIT and self._clock() + wait < work.request.ends
        if not (may and in_time and self._budget.take(trouble.outcome)):
            self._give_up(work, trouble)
        self._sleep(wait)

    def _give_up(self, work: _Work, trouble: Trouble) -> NoReturn:
        rule = RULES[trouble.outcome]
        kind = rule.read_error if work.call.is_safe else rule.write_error
        step = self._when_away if trouble.outcome is Outcome.NOT_SENT else trouble.next_step
        what, step = _said(work.call, trouble.what, step)
        if kind is AnswerLostError:
            what, step = f"No usable answer came to '{work.call.name}': {trouble.what}.", _LOOK_FIRST
        correlation = trouble.correlation or work.request.correlation
        cause = trouble.__cause__
        raise kind(
            what, step, status=trouble.status, code=trouble.code, correlation_id=correlation
        ) from cause


def _read(call: Call[T], answer: Answer, sent_correlation: str) -> T:
    """What the call makes of the answer; an answer that it cannot read is a trouble like any other."""
    try:
        return call.read(answer)
    except UnreadableError as error:
        correlation = correlation_id(answer.headers, sent_correlation)
        said = error.what.rstrip(".")
        raise Trouble(Outcome.UNREADABLE, said, error.next_step, answer.status, "", correlation) from error


def _said(call: Call[Any], cause: str, next_step: str = "Try again later.") -> tuple[str, str]:
    return f"{_NAMES[call.service]} did not do '{call.name}': {cause}.", next_step
