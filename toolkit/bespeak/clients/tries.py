"""One call with all its tries: whose token, when, whether once more, which error in the end."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn, Protocol, TypeVar

from bespeak.clients.address import Target, local
from bespeak.clients.call import Answer, Call, Door, Service
from bespeak.clients.exchange import Exchange, Request, Trouble
from bespeak.clients.limiter import CrowdedError, Limiter
from bespeak.clients.retry import LONGEST_WAIT, RULES, TRIES, Outcome, RetryBudget, pause
from bespeak.clients.said import NAMES, not_done
from bespeak.clients.secret import Secret
from bespeak.clients.waits import Waits
from bespeak.clients.wire import ShapeError, correlation_id, retry_after
from bespeak.errors import (
    AnswerLostError,
    LockedError,
    NotReadyError,
    RefusedError,
    SignInError,
    UnreadableError,
)

T = TypeVar("T")

#: A sign-in buys nothing, and the sandbox's control has no money behind it.
_NEVER_LOCKED: frozenset[Service] = frozenset({"login", "control"})
_NO_CONTENT = 204
_TOO_MANY = 429
#: One call, all its tries and waits together, takes no longer than this (seconds).
_DEADLINE = 180.0
_TRIES_IN_ALL = 5
_NOT_READY_TRIES = 3
_NOT_READY_WAIT = 5.0
_REDIRECTS = 3
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
    redirects: int = 0

    @property
    def call(self) -> Call[Any]:
        return self.request.call


@dataclass(frozen=True, slots=True)
class Habits:
    """What the sender takes from the world outside: pauses, seconds, chance, ids, and what it may do."""

    waits: Waits
    clock: Callable[[], float]
    rng: random.Random
    new_id: Callable[[], str]
    when_away: str
    may_write: Callable[[], str]


class Tries:
    """Asks until an answer ends well, or until the table says stop; safe to use from several threads."""

    def __init__(
        self,
        bases: Mapping[Service, str],
        tokens: TokenSource,
        exchange: Exchange,
        limiter: Limiter,
        habits: Habits,
    ) -> None:
        self._bases = bases
        self._tokens = tokens
        self._exchange = exchange
        self._limiter = limiter
        self._is = habits
        self._budget = RetryBudget()

    def __repr__(self) -> str:
        return "Tries()"

    def ask(self, call: Call[T], target: Target, door: Door) -> tuple[Answer, T]:
        """The answer to a call at this address, and what the call reads from it; raises a ``ServiceError``."""
        work = self._begun(call, target)
        while True:
            try:
                answer = self._try(work, door)
                if answer.status == _NO_CONTENT and call.is_safe:
                    self._wait_until_ready(work, answer)
                    continue
                value = _read(call, answer, work.request.correlation)
            except Trouble as trouble:
                if not self._redirected(work, trouble):
                    self._wait_or_raise(work, trouble)
            else:
                self._budget.reward()
                return answer, value

    def _begun(self, call: Call[Any], target: Target) -> _Work:
        new_id = self._is.new_id
        ends = self._is.clock() + _DEADLINE
        return _Work(
            Request(call, self._bases[call.service], target, call.request_id or new_id(), new_id(), ends)
        )

    def _try(self, work: _Work, door: Door) -> Answer:
        """One exchange with the token of the moment; raises ``Trouble`` when it does not end well."""
        call = work.call
        self._refuse_if_locked(call)
        self._wait_turn(work)
        token = self._tokens.token(call.service, door, call.tenant)
        try:
            with self._limiter.place(work.request.ends - self._is.clock()):
                self._refuse_if_locked(call)
                return self._exchange(replace(work.request, token=token))
        except CrowdedError as error:
            raise RefusedError(*not_done(call, "too much is asked at once"), status=_TOO_MANY) from error
        except Trouble as trouble:
            if trouble.outcome is Outcome.UNAUTHORISED and token is not None:
                self._tokens.forget(call.service, token)
            if trouble.outcome is Outcome.THROTTLED:
                self._limiter.keep_quiet(min(trouble.wait or 0.0, LONGEST_WAIT))
            raise

    def _refuse_if_locked(self, call: Call[Any]) -> None:
        """Raises ``LockedError`` before a call that changes something leaves a world that is locked."""
        if call.is_safe or call.service in _NEVER_LOCKED:
            return
        reason = self._is.may_write()
        if reason:
            raise LockedError(f"'{call.name}' was not sent, and nothing was changed.", reason)

    def _wait_turn(self, work: _Work) -> None:
        """Waits while all are quiet; somebody else may make that longer meanwhile."""
        while quiet := self._limiter.quiet_for():
            if self._is.clock() + quiet > work.request.ends:
                raise RefusedError(*not_done(work.call, "it was asked too often"), status=_TOO_MANY)
            self._is.waits(quiet, f"{NAMES[work.call.service]} was asked too often")

    def _wait_until_ready(self, work: _Work, answer: Answer) -> None:
        """Waits as the service asks, a few times; then raises ``NotReadyError``."""
        work.not_ready += 1
        asked = retry_after(answer.headers)
        wait = _NOT_READY_WAIT if asked is None else asked
        said = f"{NAMES[work.call.service]} has no answer to '{work.call.name}' yet"
        if work.not_ready >= _NOT_READY_TRIES or self._is.clock() + wait > work.request.ends:
            raise NotReadyError(
                f"{said}.",
                f"Ask again in {wait:g} seconds.",
                retry_after=wait,
                correlation_id=correlation_id(answer.headers, work.request.correlation),
            )
        self._is.waits(wait, said)

    def _redirected(self, work: _Work, trouble: Trouble) -> bool:
        """Goes on at another address of the same service, for a GET and a few times; else leaves all as it is."""
        call = work.call
        if trouble.outcome is not Outcome.REDIRECTED or call.method != "GET" or not trouble.location:
            return False
        try:
            target = Target(*local(call.service, trouble.location, self._bases[call.service]))
        except ShapeError as error:
            trouble.what = f"its answer {str(error).rstrip('.')}, which is not followed"
            return False
        if work.redirects >= _REDIRECTS:
            trouble.what = f"it sent the call elsewhere {_REDIRECTS + 1} times"
            return False
        work.redirects += 1
        work.request = replace(work.request, target=target)
        return True

    def _wait_or_raise(self, work: _Work, trouble: Trouble) -> None:
        """Waits when the table allows one more try of a read; else raises the error that the table names."""
        step = RULES[trouble.outcome].read
        work.seen[trouble.outcome] += 1
        tries = work.seen.total()
        wait = 0.0 if step == "refresh" else pause(tries, trouble.wait, self._is.rng)
        may = work.call.is_safe and work.seen[trouble.outcome] < TRIES[step] and tries < _TRIES_IN_ALL
        in_time = wait <= LONGEST_WAIT and self._is.clock() + wait < work.request.ends
        if trouble.claims or not (may and in_time and self._budget.take(trouble.outcome)):
            self._give_up(work, trouble)
        self._is.waits(wait, f"{NAMES[work.call.service]} did not do '{work.call.name}' yet: {trouble.what}")

    def _give_up(self, work: _Work, trouble: Trouble) -> NoReturn:
        rule = RULES[trouble.outcome]
        kind = rule.read_error if work.call.is_safe else rule.write_error
        step = self._is.when_away if trouble.outcome is Outcome.NOT_SENT else trouble.next_step
        what, step = not_done(work.call, trouble.what, step)
        if kind is AnswerLostError:
            what, step = f"No usable answer came to '{work.call.name}': {trouble.what}.", _LOOK_FIRST
        correlation = trouble.correlation or work.request.correlation
        cause = trouble.__cause__
        if trouble.claims:
            raise _must_sign_in(work.call, trouble, correlation) from cause
        raise kind(
            what, step, status=trouble.status, code=trouble.code, correlation_id=correlation
        ) from cause


def _must_sign_in(call: Call[Any], trouble: Trouble, correlation: str) -> SignInError:
    return SignInError(
        f"{NAMES[call.service]} did not do '{call.name}': your organisation wants a new sign-in first.",
        "Sign in again, then repeat this; nothing was done.",
        code=trouble.code,
        claims=trouble.claims,
        correlation_id=correlation,
    )


def _read(call: Call[T], answer: Answer, sent_correlation: str) -> T:
    """What the call makes of the answer; an answer that it cannot read is a trouble like any other."""
    try:
        return call.read(answer)
    except UnreadableError as error:
        correlation = correlation_id(answer.headers, sent_correlation)
        said = error.what.rstrip(".")
        raise Trouble(Outcome.UNREADABLE, said, error.next_step, answer.status, "", correlation) from error
