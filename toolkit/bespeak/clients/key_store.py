"""Where tokens and secrets rest: encrypted by the system for this user, or nowhere but in memory.

Windows encrypts by DPAPI, macOS keeps them in the Keychain, Linux in the Secret Service (libsecret). Without one of
them nothing is written: a file in plain text is no fallback.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, Protocol

from msal import SerializableTokenCache  # type: ignore[import-untyped]  # it has no types
from msal_extensions import (  # type: ignore[import-untyped]  # it has no types
    PersistedTokenCache,
    build_encrypted_persistence,
)

from bespeak.clients.secret import Secret
from bespeak.errors import InputError, MissingError

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PROBE = "bespeak"


class Persistence(Protocol):
    """One place that the system encrypts, as ``msal_extensions`` gives it."""

    is_encrypted: bool

    def save(self, content: str) -> None:
        """Keeps a text in the place of the one before."""
        ...

    def load(self) -> str:
        """The text that is kept; raises ``OSError`` when there is none."""
        ...


class KeyStore:
    """The tokens and secrets of one user below ``folder``; ``build`` gives the encrypted place for a file's name.

    Raises ``InputError`` when the folder is a link, or open to other users of the machine.
    """

    def __init__(self, folder: Path, build: Callable[[str], Any] = build_encrypted_persistence) -> None:
        self._folder = folder
        self._build = build
        self._lock = threading.RLock()
        self._memory: dict[str, Secret] = {}
        self._caches: dict[str, SerializableTokenCache] = {}
        self._why = self._tried()

    def __repr__(self) -> str:
        return f"KeyStore({'encrypted by the system' if self.is_kept else 'in memory only'})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A store of secrets is never pickled or copied.")

    @property
    def is_kept(self) -> bool:
        """Whether what is stored outlives this kernel."""
        return not self._why

    @property
    def note(self) -> str:
        """Where things rest, as a sentence."""
        if self.is_kept:
            return "Sign-ins and secrets are kept encrypted by the system for your user only."
        return (
            f"This computer offers no encrypted store ({self._why}), so sign-ins and secrets stay in memory and are "
            "gone with the kernel; nothing is written in plain text."
        )

    def token_cache(self, name: str) -> SerializableTokenCache:
        """The token cache of this name: MSAL's, encrypted on disk, or in memory where there is no store."""
        with self._lock:
            if name not in self._caches:
                self._caches[name] = self._cache(f"tokens-{_checked(name)}")
            return self._caches[name]

    def forget_tokens(self, name: str) -> None:
        """Empties a token cache, also one that cannot be read any more."""
        with self._lock:
            self._caches.pop(name, None)
            if self.is_kept:
                self._place(f"tokens-{_checked(name)}").save("{}")

    def store_secret(self, name: str, secret: Secret) -> None:
        """Keeps a secret in the place of the one before; a crash half-way leaves the one before."""
        with self._lock:
            self._memory[_checked(name)] = secret
            if not self.is_kept:
                return
            number, _ = self._newest(name)
            # Two places take turns: the system's own writing cuts a file off before it fills it.
            told = json.dumps({"number": number + 1, "value": secret.reveal()})
            self._place(_slot(name, number + 1)).save(told)

    def read_secret(self, name: str) -> Secret:
        """The secret of this name; raises ``MissingError`` when there is none."""
        with self._lock:
            kept = self._newest(_checked(name))[1] if self.is_kept else None
            found = kept or self._memory.get(name)
        if found is None:
            raise MissingError(
                f"No secret is stored under '{name}'.",
                f"Keep it once with 'bespeak keys set {name}', which shows nothing.",
            )
        return found

    def forget_secret(self, name: str) -> None:
        """Overwrites a secret with nothing; also one that is not there."""
        with self._lock:
            self._memory.pop(_checked(name), None)
            if self.is_kept:
                for number in (0, 1):
                    self._place(_slot(name, number)).save("{}")  # not "": DPAPI encrypts no empty text

    def _newest(self, name: str) -> tuple[int, Secret | None]:
        read = [self._read(_slot(name, number)) for number in (0, 1)]
        return max(read, key=lambda one: one[0])

    def _read(self, file: str) -> tuple[int, Secret | None]:
        """Number and value of one of the two places; one that is empty or cut off counts as none."""
        try:
            told = json.loads(self._place(file).load())
            return int(told["number"]), Secret(str(told["value"]))
        except (OSError, ValueError, KeyError, TypeError):
            return 0, None

    def _cache(self, file: str) -> SerializableTokenCache:
        return PersistedTokenCache(self._place(file)) if self.is_kept else SerializableTokenCache()

    def _tried(self) -> str:
        """Why the system's store cannot be used, "" when it can: something was kept and read back."""
        make_private(self._folder)
        try:
            place = self._place("probe")
            place.save(_PROBE)
            kept = place.load()
        except InputError:
            raise
        except Exception as error:  # noqa: BLE001  # each system fails in its own way, and all mean the same
            return type(error).__name__
        return "" if kept == _PROBE else "what was kept did not come back"

    def _place(self, file: str) -> Persistence:
        where = self._folder / f"{file}.bin"
        _touch(where)
        place: Persistence = self._build(str(where))
        if not place.is_encrypted:
            raise ValueError("The store does not encrypt.")
        return place


def cache_name(*parts: str) -> str:
    """A name for the token cache of a cloud, a tenant and an application, which says nothing of them."""
    return hashlib.sha256("|".join(parts).lower().encode()).hexdigest()[:32]


def make_private(folder: Path) -> None:
    """Makes a folder that only this user may enter; raises ``InputError`` for a link, or one that others may enter."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not folder.exists() and not folder.is_symlink():
        folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise InputError(
            f"The folder for sign-ins, {folder.name}, is a link or a file.",
            "Remove it; a new one will be made.",
        )
    if os.name == "posix" and (found.st_mode & _OTHERS or found.st_uid != os.getuid()):
        raise InputError(
            f"The folder for sign-ins, {folder.name}, is open to other users of this computer.",
            "Remove it and sign in again; what was in it may have been read.",
        )


def _touch(file: Path) -> None:
    """Makes a file that only this user may read, before anything writes to it; a link is refused.

    On Windows the folder of the user protects it, and DPAPI takes an empty file for a damaged one: none is made.
    """
    if os.name == "posix" and not (file.exists() or file.is_symlink()):
        with contextlib.suppress(FileExistsError):  # another kernel has just made it
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    if not (file.exists() or file.is_symlink()):
        return
    found = file.lstat()
    if not stat.S_ISREG(found.st_mode) or (os.name == "posix" and found.st_mode & _OTHERS):
        raise InputError(
            f"The file {file.name} of the sign-ins is a link, or open to other users of this computer.",
            "Remove it and sign in again.",
        )


def _slot(name: str, number: int) -> str:
    return f"secret-{name}-{number % 2}"


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise InputError(f"A secret cannot be called '{name}'.", "Use small letters, digits and hyphens.")
    return name
