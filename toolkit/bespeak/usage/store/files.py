"""Files that are there whole or not at all, private to the user, and locks that a dying process lets go of."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from bespeak.errors import StoreError

#: Windows refuses to rename what another program, such as a scanner, has open just then.
_TRIES = 20
_PAUSE = 0.05
_FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}


def private_folder(path: Path) -> Path:
    """The folder, made when it is missing; only its owner may look inside."""
    for missing in reversed([one for one in (path, *path.parents) if not one.is_dir()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    return path


def create(path: Path) -> int:
    """A descriptor of a new private file; raises ``OSError``."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.open(path, flags, 0o600)


def put(handle: int, data: bytes | memoryview) -> None:
    """Writes all of the data; raises ``OSError``."""
    rest = memoryview(data).cast("B")
    while rest:
        rest = rest[os.write(handle, rest) :]


def settle_file(handle: int) -> None:
    """Closes a file whose bytes are on the disk."""
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def commit(staged: Path, place: Path) -> None:
    """Gives a finished folder its name: from here on it is there, whole."""
    private_folder(place.parent)
    sync(staged)
    _rename(staged, place)
    sync(place.parent)


def _rename(old: Path, new: Path) -> None:
    for _ in range(_TRIES - 1):
        try:
            os.rename(old, new)  # noqa: PTH104 - the one call that a test can stop at
        except PermissionError:
            if sys.platform != "win32":
                raise
            threading.Event().wait(_PAUSE)
        else:
            return
    os.rename(old, new)  # noqa: PTH104 - as above


def sync(folder: Path) -> None:
    """Makes the names in a folder last; not every system can open a folder."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove(folder: Path) -> None:
    """Takes a folder away; what another process has open stays for the next time."""
    shutil.rmtree(folder, ignore_errors=True)


def discard(folder: Path, staged: Path) -> None:
    """Takes a finished folder away: at once it is no longer in its place, then its files go.

    On Windows a folder that somebody reads stays until the next time.
    """
    with suppress(FileNotFoundError, PermissionError):
        gone = private_folder(staged / "gone") / folder.name
        _rename(folder, gone)
        remove(gone)


def lock(path: Path) -> FileLock:
    """A lock of one file that works between processes and between threads."""
    private_folder(path.parent)
    return FileLock(path, mode=0o600)


@contextmanager
def staging(home: Path) -> Iterator[Path]:
    """A private folder for what is not finished; it goes at the end, or is swept when its process died."""
    with told_of_writes(), lock(home / "locks" / "staging.lock"):
        private_folder(home / "staging")
        folder = Path(tempfile.mkdtemp(dir=home / "staging"))
        own = lock(_lock_of(home, folder))
        own.acquire()
    try:
        yield folder
    finally:
        remove(folder)
        own.release()
        with suppress(OSError):
            _lock_of(home, folder).unlink()


def sweep(home: Path) -> int:
    """Takes away what processes left that died; how many folders that were."""
    if not (home / "staging").is_dir():
        return 0
    swept = 0
    with lock(home / "locks" / "staging.lock"):
        for folder in sorted((home / "staging").iterdir()):
            own = lock(_lock_of(home, folder))
            try:
                own.acquire(timeout=0)
            except Timeout:
                continue
            remove(folder)
            own.release()
            with suppress(OSError):
                _lock_of(home, folder).unlink()
            swept += 1
    return swept


def _lock_of(home: Path, folder: Path) -> Path:
    return home / "locks" / f"staging-{folder.name}.lock"


@contextmanager
def told_of_writes() -> Iterator[None]:
    """Says in a sentence that the disk refused a write; what was there is there still."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StoreError(
                "The disk is full, so the usage store wrote nothing of this step; what it held is as it was.",
                "Free some space, then do it again.",
            ) from error
        raise StoreError(
            f"The usage store was not written ({error.strerror or type(error).__name__}); what it held is as it was.",
            "See to the disk and to the rights on the folder of bespeak, then do it again.",
        ) from error


def bytes_in(folder: Path) -> int:
    """How many bytes the files under a folder hold."""
    total = 0
    for base, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += (Path(base) / name).stat().st_size
    return total
