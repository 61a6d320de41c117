"""Where the reading of a list stands: a plain value that is kept as JSON, never as a pickle, and checked when read.

A stored cursor that runs code when it is read was CVE-2026-21226.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from bespeak.clients.address import Target, checked_target, first_target
from bespeak.clients.call import Call
from bespeak.clients.wire import ShapeError, parse
from bespeak.errors import InputError

_VERSION = 1
_DIGEST = re.compile(r"[0-9a-f]{16}")
_WHOLE_OF_A_LIST = re.compile(r"[0-9a-f]{64}")
_AGAIN = "Read the list from its start."


@dataclass(frozen=True, slots=True)
class PagingReport:
    """What was noticed while a list was read, for the person who has to trust it.

    ``doubles`` items came a second time and were left out, ``repeats`` pages did so as a whole; ``restarts`` is how
    often the list was read again from its start; ``declared`` is how many items the service says that there are, where
    the call knows of such a number; ``came`` is how many there are without the doubles.
    """

    doubles: int = 0
    repeats: int = 0
    restarts: int = 0
    declared: int | None = None
    came: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether nothing is known to be missing."""
        return self.declared is None or self.came >= self.declared

    @property
    def remarks(self) -> tuple[str, ...]:
        """One sentence for each thing that was out of the ordinary."""
        said = []
        if self.restarts:
            said.append(
                f"The list was read again from its start {_times(self.restarts)}, as its place was lost."
            )
        if self.repeats:
            said.append(f"A page came that had come before, {_times(self.repeats)}; it counts once.")
        if self.doubles:
            said.append(f"{self.doubles} items came a second time and count once.")
        if not self.is_complete:
            said.append(
                f"INCOMPLETE: the service says that there are {self.declared} items, and {self.came} came."
            )
        return tuple(said)


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


@dataclass(frozen=True, slots=True)
class Cursor:
    """The page that comes next, and what is known of those before it.

    ``of`` is a digest of the call; ``followed`` are those of the addresses that were asked, ``pages`` of the pages that
    came, ``last`` of the keys of the last one; ``number`` is how many pages there were.
    """

    of: str
    path: str
    query: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    number: int
    followed: tuple[str, ...]
    pages: tuple[str, ...]
    last: tuple[str, ...]
    report: PagingReport

    @property
    def count(self) -> int:
        """How many items came so far."""
        return self.report.came

    @property
    def target(self) -> Target:
        """Where the next page is."""
        return Target(self.path, self.query, dict(self.headers))

    def to_json(self) -> str:
        """The cursor as JSON."""
        return json.dumps({"version": _VERSION, **asdict(self)}, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Cursor:
        """The cursor that was written as JSON; raises ``InputError`` for anything else."""
        try:
            told = parse(text.encode())
        except ShapeError as error:
            raise InputError(f"What is kept of the reading {error}", _AGAIN) from error
        names = {field.name for field in fields(cls)}
        if not (isinstance(told, dict) and told.pop("version", None) == _VERSION and set(told) == names):
            raise InputError("What is kept of the reading is not a cursor of this version.", _AGAIN)
        return _checked(told)

    def belongs_to(self, call: Call[Any]) -> None:
        """Raises ``InputError`` when the cursor is of another call, or leads anywhere else."""
        if self.of != list_digest(call) or self.path.rstrip("/").lower() != call.path.rstrip("/").lower():
            raise InputError(f"What is kept of a reading does not belong to '{call.name}'.", _AGAIN)

    def moved(self, target: Target) -> Cursor:
        """The same reading, about to ask for this page."""
        headers = tuple(sorted(target.headers.items()))
        return replace(self, path=target.path, query=target.query, headers=headers)


def first_cursor(call: Call[Any], restarts: int = 0) -> Cursor:
    """The start of a list."""
    target = first_target(call)
    return Cursor(
        of=list_digest(call),
        path=target.path,
        query=target.query,
        headers=(),
        number=0,
        followed=(),
        pages=(),
        last=(),
        report=PagingReport(restarts=restarts),
    )


def list_digest(call: Call[Any]) -> str:
    """What makes two calls ask for the same list."""
    asked = [
        call.service,
        call.method,
        call.path.lower(),
        sorted(call.params.items()),
        call.body,
        call.tenant.lower(),
    ]
    return hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()


def digest(value: object) -> str:
    """A short digest, to know again an address, a page or a key."""
    return hashlib.blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _checked(told: dict[str, Any]) -> Cursor:
    named = isinstance(told["of"], str) and _WHOLE_OF_A_LIST.fullmatch(told["of"])
    if not (
        _is_count(told["number"])
        and named
        and all(_are_digests(told[name]) for name in ("followed", "pages", "last"))
    ):
        raise InputError("What is kept of the reading has a member that cannot be.", _AGAIN)
    target = _target(told)
    return Cursor(
        of=told["of"],
        path=target.path,
        query=target.query,
        headers=tuple(sorted(target.headers.items())),
        number=told["number"],
        followed=tuple(told["followed"]),
        pages=tuple(told["pages"]),
        last=tuple(told["last"]),
        report=_report(told["report"]),
    )


def _target(told: dict[str, Any]) -> Target:
    try:
        headers = {str(name): str(value) for name, value in told["headers"]}
        return checked_target(str(told["path"]), str(told["query"]), headers)
    except (TypeError, ValueError) as error:
        raise InputError("What is kept of the reading leads to no page.", _AGAIN) from error


def _report(told: object) -> PagingReport:
    names = {field.name for field in fields(PagingReport)}
    if not (isinstance(told, dict) and set(told) == names):
        raise InputError("What is kept of the reading has no report.", _AGAIN)
    numbers = [value for name, value in told.items() if not (name == "declared" and value is None)]
    if not all(_is_count(number) for number in numbers):
        raise InputError("What is kept of the reading has a report that cannot be.", _AGAIN)
    return PagingReport(**told)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _are_digests(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and _DIGEST.fullmatch(one) for one in value)
