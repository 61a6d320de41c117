"""Files behind signed addresses: fetched without a token, from known hosts, streamed to a private file.

Whoever has such an address may read the file, so it is kept as a secret: it stands in no error, log or text form.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import httpx

from bespeak.clients.address import is_loopback, origin
from bespeak.clients.exchange import Trouble, opened, told_as_trouble
from bespeak.clients.retry import RULES, TRIES, Outcome, classify, pause
from bespeak.clients.secret import Secret
from bespeak.clients.waits import Waits
from bespeak.clients.wire import retry_after
from bespeak.errors import InputError, UnreachableError, UnreadableError

#: What the names of Azure's storage end with, by cloud (Azure Storage: endpoints, 2024; Azure Government and
#: 21Vianet: developer guides, 2024).
BLOB_HOSTS: Mapping[str, tuple[str, ...]] = {
    "global": (".blob.core.windows.net", ".blob.storage.azure.net"),
    "us_government": (".blob.core.usgovcloudapi.net",),
    "china": (".blob.core.chinacloudapi.cn",),
}
EVERY_BLOB_HOST = tuple(suffix for suffixes in BLOB_HOSTS.values() for suffix in suffixes)
#: No file is larger than this (bytes).
MOST = 8 * 1024**3
_PIECE = 1024 * 1024
_TRIES = 5
_READ_SECONDS = 30.0
_ENDED = "Its address may have ended: ask for the file again."


@dataclass(frozen=True, slots=True)
class Blobs:
    """Fetches files; ``origins`` are addresses of this machine that stand for the storage of a sandbox."""

    http: httpx.Client
    waits: Waits
    clock: Callable[[], float]
    rng: random.Random
    origins: frozenset[tuple[str, str, int]]
    hosts: tuple[str, ...] = EVERY_BLOB_HOST

    def fetch(
        self,
        link: Secret,
        into: Path,
        *,
        most: int = MOST,
        within: float = 3600.0,
        progress: Callable[[int], None] = lambda _count: None,
    ) -> int:
        """Writes a file as it is, without unpacking it, and gives its size.

        ``into`` must not exist; it is there only when it is whole. ``progress`` is told the bytes so far, and what it
        raises ends the fetching. Raises ``InputError`` for an address that may not be asked, ``RefusedError``,
        ``UnreadableError`` for a file that is too large, ``UnreachableError``.
        """
        address = self.checked(link)
        with _fresh(into) as part:
            ends, tries = self.clock() + within, 0
            while True:
                try:
                    return self._once(address, part, most, ends, progress)
                except Trouble as trouble:
                    tries += 1
                    self._wait_or_raise(trouble, tries, ends, into.name)

    def checked(self, link: Secret) -> str:
        """The address itself, when it may be asked; else raises ``InputError`` that shows its host only."""
        address = link.reveal()
        found = origin(address) if address.isascii() and address.isprintable() else None
        plain = found is not None and not (set(address) & set(" \\<>^`#") or "@" in urlsplit(address).netloc)
        if found is not None and plain and (found in self.origins or self._is_storage(found)):
            return address
        raise InputError(
            f"A file lies at '{found[1][:80] if found else 'no address'}', which is not a storage that is known.",
            "Nothing was fetched. Ask for the file again; if it stays so, ask Microsoft's support.",
        )

    def _is_storage(self, found: tuple[str, str, int]) -> bool:
        scheme, host, port = found
        known = any(host.endswith(suffix) and host != suffix[1:] for suffix in self.hosts)
        return scheme == "https" and known and port == 443  # noqa: PLR2004  # the port of https

    def _once(self, address: str, part: Path, most: int, ends: float, progress: Callable[[int], None]) -> int:
        request = httpx.Request(
            "GET",
            address,
            # identity: these files are gzip themselves, and must come as they are.
            headers={"Accept-Encoding": "identity", "User-Agent": "bespeak", "x-ms-version": "2021-08-06"},
            extensions={"timeout": httpx.Timeout(_READ_SECONDS, connect=5.0, pool=5.0).as_dict()},
        )
        host = urlsplit(address).hostname or ""
        with told_as_trouble(host, _READ_SECONDS), opened(self.http, request) as response:
            if response.status_code != httpx.codes.OK:
                raise _refused(response)
            return self._written(response, part, most, ends, progress)

    def _written(
        self, response: httpx.Response, part: Path, most: int, ends: float, progress: Callable[[int], None]
    ) -> int:
        size = 0
        with part.open("wb") as file:
            for piece in response.iter_raw(_PIECE):
                size += len(piece)
                if size > most:
                    raise UnreadableError(f"The file is larger than {most:,} bytes.", "Ask for a part of it.")
                if self.clock() > ends:
                    raise UnreachableError("The file did not come in time.", "Fetch it again.")
                _keep(file, piece)
                progress(size)
            os.fsync(file.fileno())
        return size

    def _wait_or_raise(self, trouble: Trouble, tries: int, ends: float, name: str) -> None:
        rule = RULES[trouble.outcome]
        wait = pause(tries, trouble.wait, self.rng)
        if tries >= min(TRIES[rule.read], _TRIES) or self.clock() + wait > ends:
            what = f"The file '{name[:80]}' was not fetched: {trouble.what}."
            raise rule.read_error(
                what, trouble.next_step, status=trouble.status, code=trouble.code
            ) from None  # what led to it knows the address
        self.waits(wait, f"the file '{name[:80]}' did not come yet: {trouble.what}")


def _keep(file: BinaryIO, piece: bytes) -> None:
    """Writes a piece; a disk that is full is no trouble of the line."""
    try:
        file.write(piece)
        file.flush()
    except OSError as error:
        said = error.strerror or type(error).__name__
        raise InputError(
            f"The file could not be written ({said}).", "Make room, then fetch it again."
        ) from error


def _refused(response: httpx.Response) -> Trouble:
    """How an answer without a file ended; what it says is not read, as it may repeat the address."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    wait = retry_after(headers)
    status = response.status_code
    outcome = classify(status, in_words=True, names_a_time=wait is not None)
    if outcome is Outcome.UNAUTHORISED:
        outcome = Outcome.REFUSED
    code = headers.get("x-ms-error-code", "")
    code = code if code.isascii() and code.isalnum() else ""
    said = f"the storage answered {status}" + (f" ({code[:60]})" if code else "")
    return Trouble(outcome, said, _ENDED, status, code[:60], wait=wait)


@contextmanager
def _fresh(into: Path) -> Iterator[Path]:
    """A private file beside ``into`` that takes its place when all went well; nothing is ever overwritten."""
    part = into.with_name(f".{into.name}.part")
    try:
        os.close(os.open(into, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError as error:
        raise InputError(f"There is a file '{into.name}' already.", "Choose another name.") from error
    try:
        part.unlink(missing_ok=True)  # of a process that died; the name is ours since the line above
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield part
        part.replace(into)
    except BaseException:
        into.unlink(missing_ok=True)
        raise
    finally:
        part.unlink(missing_ok=True)


def origins_of(bases: Iterable[str]) -> frozenset[tuple[str, str, int]]:
    """The addresses of this machine among the bases of a door."""
    found = (origin(base) for base in bases)
    return frozenset(one for one in found if one is not None and is_loopback(one[1]))
