"""Who changed what when, as Partner Center keeps it (Microsoft, *Get a record of Partner Center activity*)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the user (empty for an application alone), the application, the correlation id of the request."""

    user: str = ""
    application: str = ""
    correlation: str = ""


#: Who acts in this thread; nobody, when something happens by itself as a renewal does.
_ACTOR: ContextVar[Actor | None] = ContextVar("actor", default=None)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """What is changed inside of this block, and in this thread, is changed by the actor."""
    token = _ACTOR.set(actor)
    try:
        yield
    finally:
        _ACTOR.reset(token)


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One change. ``value`` and ``old`` are the resource as JSON text with capital members and explicit nulls."""

    number: int
    at: datetime
    resource_type: str
    operation: str
    customer_id: str
    value: str
    user: str = ""
    request_id: str = ""
    succeeded: bool = True
    application: str = ""
    old: str = ""


class Audit:
    """The list of changes of one world, newest last."""

    def __init__(self, records: list[AuditRecord]) -> None:
        self.records = records

    def add(
        self, at: datetime, resource_type: str, operation: str, customer_id: str, value: str, *, old: str = ""
    ) -> None:
        """Writes down a change that succeeded."""
        number, actor = len(self.records) + 1, _ACTOR.get() or Actor()
        self.records.append(
            AuditRecord(
                number,
                at,
                resource_type,
                operation,
                customer_id,
                value,
                actor.user,
                actor.correlation,
                application=actor.application,
                old=old,
            )
        )


def audit_text(resource: Mapping[str, object]) -> str:
    """A resource with members in camel case as the audit keeps it: capital members, compact, in a text."""
    return json.dumps(_capital(resource), ensure_ascii=False, separators=(",", ":"))


def _capital(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key)[:1].upper() + str(key)[1:]: _capital(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_capital(inner) for inner in value]
    return value
