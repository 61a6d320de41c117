"""The same question about many customers: what one refuses does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from bespeak.clients.call import Call, Door
from bespeak.clients.limiter import PARALLEL
from bespeak.errors import RefusedError

T = TypeVar("T")

#: A customer that has gone since it was listed, or that one may not see.
_SKIPPED = frozenset({403, 404})


@dataclass(frozen=True, slots=True)
class Skipped:
    """What was left out, and why."""

    name: str
    status: int
    code: str
    said: str


@dataclass(frozen=True, slots=True)
class Many(Generic[T]):
    """The answers by name, and what was left out; together they are all that was asked."""

    found: Mapping[str, T]
    skipped: tuple[Skipped, ...]

    @property
    def summary(self) -> str:
        """One sentence that counts the answers and names what was left out."""
        told = f"{len(self.found)} of {len(self.found) + len(self.skipped)} answered."
        if not self.skipped:
            return told
        return f"{told} Left out: {'; '.join(f'{one.name} ({one.status})' for one in self.skipped)}."


def ask_each(
    door: Door, calls: Mapping[str, Call[T]], progress: Callable[[int], None] | None = None
) -> Many[T]:
    """The answers to many reads, a few at once, in the order of ``calls``.

    A refusal with 403 or 404 leaves one out; any other error is raised, and nothing more is asked. ``progress`` is told
    how many are done; what it raises ends the asking.
    """
    found: dict[str, T] = {}
    skipped: list[Skipped] = []
    with ThreadPoolExecutor(PARALLEL) as pool:
        asked = {name: pool.submit(door.send, call) for name, call in calls.items()}
        try:
            for number, (name, answer) in enumerate(asked.items(), 1):
                try:
                    found[name] = answer.result()
                except RefusedError as error:
                    if error.status not in _SKIPPED:
                        raise
                    skipped.append(Skipped(name, error.status, error.code, error.what))
                if progress is not None:
                    progress(number)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return Many(found, tuple(skipped))
