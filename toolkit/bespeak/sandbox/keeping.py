"""A world as text, and as a file that is written whole or not at all and that one server at a time may hold."""

from __future__ import annotations

import hashlib
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from bespeak.sandbox.clock import END
from bespeak.sandbox.presets import set_all
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.state import State
from bespeak.sandbox.switches import Switches
from bespeak.sandbox.utilization import RECORDS_FROM
from bespeak.sandbox.world import World

_LOG = logging.getLogger(__name__)
#: Changes when older snapshots cannot be read any more.
FORMAT = 1


class KeptError(Exception):
    """A snapshot or a file that cannot be used: what is wrong, and what to do."""


@dataclass(slots=True)
class Kept:
    """A snapshot: on which base it stands, the first name of the world, and all that changed."""

    bespeak_world: int
    seed: int
    base: str
    first_instance: str
    state: State


def pack(world: World) -> bytes:
    """The snapshot of a world as JSON."""
    with world.lock:
        kept = Kept(FORMAT, world.seed, world.base.mark, world.first_instance, world.state)
        return msgspec.json.encode(kept, order="deterministic")


def unpack(text: bytes, world: World) -> Kept:
    """A snapshot that fits the base of this world; ``KeptError`` says in words why another does not."""
    try:
        kept = msgspec.json.decode(text, type=Kept)
    except msgspec.ValidationError as error:
        raise KeptError(f"it is no snapshot of a world: {error}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise KeptError(f"it is damaged: {error}.") from error
    _check(kept, world)
    return kept


def _check(kept: Kept, world: World) -> None:
    if kept.bespeak_world != FORMAT:
        raise KeptError(f"it has format {kept.bespeak_world}; this sandbox reads format {FORMAT}.")
    if kept.seed != world.seed:
        raise KeptError(f"it is of a world with seed {kept.seed}, this one has seed {world.seed}.")
    if kept.base != world.base.mark:
        theirs, ours = (name or "the demo world" for name in (kept.base, world.base.mark))
        raise KeptError(f"it is of another world ({theirs}) than this one ({ours}).")
    try:
        set_all(Switches(), vars(kept.state.switches))
    except RefusalError as error:
        raise KeptError(f"its switches cannot be set: {error.description}") from error
    now = kept.state.now
    if now.tzinfo is None or not RECORDS_FROM <= now <= END:
        raise KeptError(f"its date {now.isoformat()} lies outside the years of this world.")


def go_on(world: World, kept: Kept) -> None:
    """Takes a world up where its file left it: the same life under the same instance id."""
    with world.lock:
        world.first_instance = kept.first_instance
        world.take_over(kept.state)


def fork(world: World, kept: Kept) -> None:
    """Goes back to a snapshot as another life: its instance id was never used before, for journals key on it."""
    with world.lock:
        kept.state.resets = max(world.state.resets, kept.state.resets) + 1
        kept.state.instance = f"{world.first_instance}-r{kept.state.resets}"
        world.take_over(kept.state)


class WorldFile:
    """The file of a served world: a line with the sum of the rest, and the snapshot."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._last = b""
        self._lock: IO[bytes] | None = None

    def take(self) -> bool:
        """Holds the file for this process until it ends; whether nobody else holds it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = self._beside(".lock").open("ab")
        if not _locked(lock.fileno()):
            lock.close()
            return False
        self._lock = lock
        return True

    def put_aside(self) -> Path | None:
        """Moves what is there out of the way, under a name that is free; where it is now."""
        if not self.path.exists():
            return None
        number = next(n for n in range(1, 10**6) if not self._beside(f".before-{n}").exists())
        return self.path.rename(self._beside(f".before-{number}"))

    def read(self, world: World) -> bool:
        """Lets the world go on from the file; whether there was one. ``KeptError`` when it cannot be used."""
        try:
            whole = self.path.read_bytes()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise KeptError(f"it cannot be read ({error.strerror}).") from error
        total, _, text = whole.partition(b"\n")
        if hashlib.sha256(text).hexdigest().encode() != total:
            raise KeptError("it is damaged: its contents do not fit the sum in its first line.")
        go_on(world, unpack(text, world))
        self._last = text
        return True

    def write(self, world: World) -> None:
        """Writes the world when it changed since: to a file beside it, which then takes its place."""
        with world.lock:
            text = pack(world)
            if text == self._last:
                return
            draft = self._beside(".new")
            with draft.open("wb") as file:
                file.write(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path)
            self._last = text

    def keeps(self, world: World) -> Callable[[], None]:
        """What the world calls after a change; it goes on when the disk does not."""

        def keep() -> None:
            try:
                self.write(world)
            except OSError as error:
                _LOG.error("The world could not be written to %s (%s).", self.path, error.strerror)

        return keep

    def _beside(self, ending: str) -> Path:
        return self.path.with_name(self.path.name + ending)


if sys.platform == "win32":
    import msvcrt

    def _locked(handle: int) -> bool:
        """Whether the lock is ours now; it goes with the process."""
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(handle: int) -> bool:
        """Whether the lock is ours now; it goes with the process."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
