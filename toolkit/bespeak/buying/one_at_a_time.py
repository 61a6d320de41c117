"""Two clicks in one kernel: the second waits until the first has its outcome. Other kernels meet in the journal."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_GUARD = threading.Lock()
#: One lock an intent that somebody works on, with how many hold or want it.
_LOCKS: dict[tuple[Path, str], tuple[threading.Lock, int]] = {}


@contextmanager
def one_at_a_time(journal: Path, intent_id: str) -> Iterator[None]:
    """Lets one thread of this process at a time work on an intent."""
    key = (journal, intent_id)
    with _GUARD:
        lock, users = _LOCKS.get(key, (threading.Lock(), 0))
        _LOCKS[key] = (lock, users + 1)
    try:
        with lock:
            yield
    finally:
        _leave(key)


def _leave(key: tuple[Path, str]) -> None:
    """Forgets the lock when nobody wants it any more."""
    with _GUARD:
        lock, users = _LOCKS.pop(key)
        if users > 1:
            _LOCKS[key] = (lock, users - 1)
