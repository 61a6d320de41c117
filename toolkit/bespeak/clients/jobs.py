"""Work that a service does on its own time: begun by one call, looked at until it is done.

Azure says where to look in ``Azure-AsyncOperation``, ``Operation-Location`` or ``Location``; a reservation order is
looked at by its own address and answers 200 while its purchase still runs (Azure REST API: asynchronous operations,
2024; Reservation Order - Purchase, 2022-11-01).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeVar, get_args

from bespeak.clients.address import Target, checked_target, first_target, local
from bespeak.clients.call import Answer, Call, Service
from bespeak.clients.said import NAMES, not_done
from bespeak.clients.waits import Waits
from bespeak.clients.wire import ShapeError, correlation_id, parse, problem, retry_after
from bespeak.errors import InputError, NotReadyError, RefusedError, UnreadableError

T = TypeVar("T")

_WHERE = ("azure-asyncoperation", "operation-location", "location")
_DONE = frozenset({"succeeded", "completed", "complete", "nodatafound"})
_FAILED = frozenset({"failed", "canceled", "cancelled", "billingfailed", "expired"})
_ACCEPTED = 202
_NOT_THERE = 404
_AGAIN = 10.0
_LONGEST = 120.0
#: A resource that was just begun may not be found for a moment.
_NOT_THERE_YET = 3


@dataclass(frozen=True, slots=True)
class Job:
    """Work that runs at a service, as a plain value: what it is, and where one looks how far it is."""

    name: str
    service: Service
    path: str
    query: str = field(repr=False)
    tenant: str = ""

    def to_json(self) -> str:
        """The job as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Job:
        """The job that was written as JSON; raises ``InputError`` for anything else."""
        try:
            told = parse(text.encode())
            if not (isinstance(told, dict) and set(told) == {field.name for field in fields(cls)}):
                raise ShapeError("has other members.")
            if not all(isinstance(value, str) for value in told.values()):
                raise ShapeError("has members that are no texts.")
            if told["service"] not in get_args(Service):
                raise ShapeError("names no service.")
            checked_target(told["path"], told["query"], {})
        except ValueError as error:
            raise InputError("What is kept of the job cannot be read.", "Begin it again.") from error
        return cls(**told)


def job_of(call: Call[Any], answer: Answer, base: str, look: Call[Any] | None) -> Job | None:
    """The job that a call began; ``None`` when its answer is the end already.

    ``look`` is where to look when the answer does not say it. Raises ``UnreadableError`` when neither is known, or the
    address leads elsewhere.
    """
    named = next((answer.headers[name] for name in _WHERE if answer.headers.get(name)), "")
    runs = answer.status == _ACCEPTED or "azure-asyncoperation" in answer.headers
    if not runs:
        return None
    if not named and look is not None:
        target = first_target(look)
        return Job(call.name, look.service, target.path, target.query, look.tenant)
    try:
        path, query = local(call.service, named, base)
    except ShapeError as error:
        said = f"the answer {str(error).rstrip('.')}" if named else "the answer does not say where to look"
        raise UnreadableError(*not_done(call, said, _LOOK)) from error
    return Job(call.name, call.service, path, query, call.tenant)


_LOOK = "It may have begun all the same: look before you repeat it."


def watch(  # what a job needs, each by its name
    job: Job,
    read: Callable[[Answer], T],
    ask: Callable[[Call[Answer], Target], tuple[Answer, Answer]],
    *,
    waits: Waits,
    clock: Callable[[], float],
    within: float,
    first_wait: float | None = None,
    progress: Callable[[str], None] = lambda _state: None,
) -> T:
    """What ``read`` makes of the last answer, after as many looks as it takes.

    ``progress`` is told the service's own word for the state after each look; what it raises ends the watching, and the
    work goes on without it. Raises ``RefusedError`` when the work failed, and ``NotReadyError`` when it still runs
    after ``within`` seconds: that is never called failed.
    """
    call = _look_at(job)
    ends, missing = clock() + within, 0
    wait = _AGAIN if first_wait is None else first_wait
    state = "accepted"
    while True:
        progress(state)
        if clock() + wait > ends:
            raise NotReadyError(
                f"{NAMES[job.service]} still works at '{job.name}' ({state}).",
                "Look again later; do not begin it again.",
                retry_after=wait,
            )
        waits(wait, f"{NAMES[job.service]} works at '{job.name}' ({state})")
        try:
            answer, _ = ask(call, Target(job.path, job.query))
        except RefusedError as error:
            missing += 1
            if error.status != _NOT_THERE or missing > _NOT_THERE_YET:
                raise
            continue
        asked = retry_after(answer.headers)
        wait = wait if asked is None else min(asked, _LONGEST)
        state = state_of(answer)
        if _is_over(job, answer, state):
            progress(state)
            return read(answer)


def _look_at(job: Job) -> Call[Answer]:
    return Call(
        name=f"look how far '{job.name}' is",
        service=job.service,
        method="GET",
        path=job.path,
        read=lambda answer: answer,
        tenant=job.tenant,
    )


def state_of(answer: Answer) -> str:
    """The service's word for how far the work is; "" when it has none."""
    told = answer.json
    if not isinstance(told, dict):
        return ""
    properties = told.get("properties")
    inner = properties.get("provisioningState") if isinstance(properties, dict) else None
    found = told.get("status") or inner or ""
    return found if isinstance(found, str) else ""


def _is_over(job: Job, answer: Answer, state: str) -> bool:
    """Whether the work is done; a word that nobody knows means that it still runs. Raises when it failed."""
    word = state.lower()
    if word in _FAILED:
        told = problem(answer.body)
        why = f': "{told.words}"' if told.words else ""
        raise RefusedError(
            f"{NAMES[job.service]} did not do '{job.name}': it ended as {state}{why}.",
            "Begin it again when the cause is gone.",
            status=answer.status,
            code=told.code,
            correlation_id=correlation_id(answer.headers, ""),
        )
    return answer.status != _ACCEPTED and (word in _DONE or not word)
