"""Parquet files that say what they are and notice when they are no longer that.

A *root* file stands for a folder: the facts in its footer name the other files of the folder with their digests, and
are themselves sealed, together with the digest of the root's own data.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bespeak.usage.store import files

_KEY = b"bespeak"
#: Grows with what the files mean; a file of another format is not read.
FORMAT = 1
_CHUNK = 1 << 20


class BrokenFileError(Exception):
    """A file that is not what was written; the sentence says how. Never seen outside of the store."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file as its root knows it."""

    name: str
    sha256: str
    rows: int
    size: int

    def told(self) -> dict[str, Any]:
        """The part as facts of a footer."""
        return {"name": self.name, "sha256": self.sha256, "rows": self.rows, "size": self.size}


class _Hashed:
    """A new file that knows the digest of what was written to it; the parts of a file object that pyarrow uses."""

    def __init__(self, path: Path) -> None:
        self.handle = files.create(path)
        self.digest = hashlib.sha256()
        self.size = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        files.put(self.handle, data)
        self.digest.update(data)
        self.size += len(data)
        return len(data)

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Only ``SealedWriter.finish`` closes the file."""

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False


class SealedWriter:
    """Writes one Parquet file; ``facts`` stand in its footer."""

    def __init__(
        self, path: Path, schema: pa.Schema, facts: Mapping[str, Any], options: Mapping[str, Any]
    ) -> None:
        self.path = path
        self.facts = dict(facts) | {"format": FORMAT}
        self.rows = 0
        self._done = False
        self._file = _Hashed(path)
        settings = {"compression": "zstd", "compression_level": 1, **options}
        self._writer = pq.ParquetWriter(self._file, schema, **settings)

    def write(self, table: pa.Table, row_group: int | None = None) -> None:
        """Adds the rows of a table."""
        self._writer.write_table(table, row_group_size=row_group)
        self.rows += table.num_rows

    def abandon(self) -> None:
        """Lets go of a file that is not finished."""
        with suppress(Exception):
            self._writer.close()
        if not self._done:
            self._done = True
            with suppress(OSError):
                os.close(self._file.handle)

    def finish(self, more: Mapping[str, Any] | None = None) -> Part:
        """The file as a part, its bytes on the disk; ``more`` are facts that were not known before."""
        facts = self.facts | dict(more or {}) | {"rows": self.rows}
        facts |= {"data_size": self._file.size, "data_sha256": self._file.digest.hexdigest()}
        self._writer.add_key_value_metadata({_KEY: canonical(facts | {"seal": seal(facts)})})
        self._writer.close()
        self._done = True
        files.settle_file(self._file.handle)
        return Part(self.path.name, self._file.digest.hexdigest(), self.rows, self._file.size)


@contextmanager
def writing(
    path: Path, schema: pa.Schema, facts: Mapping[str, Any], options: Mapping[str, Any] | None = None
) -> Iterator[SealedWriter]:
    """A writer whose file is let go of when the work inside fails."""
    writer = SealedWriter(path, schema, facts, options or {})
    try:
        yield writer
    except BaseException:
        writer.abandon()
        raise


def canonical(facts: Mapping[str, Any]) -> bytes:
    """The facts as JSON, always the same bytes for the same facts."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def seal(facts: Mapping[str, Any]) -> str:
    """The digest of all facts but the seal itself."""
    return hashlib.sha256(
        canonical({name: value for name, value in facts.items() if name != "seal"})
    ).hexdigest()


def root_facts(path: Path, owner: Mapping[str, str], kind: str) -> dict[str, Any]:
    """The facts of a root file; raises ``BrokenFileError`` when it is not what was written for this owner."""
    facts = _footer(path)
    if facts.get("seal") != seal(facts):
        raise BrokenFileError("Its description is not what was written: somebody changed it.")
    foreign = [name for name in owner if facts.get(name) != owner[name]]
    if foreign:
        raise BrokenFileError(
            f"It belongs to the {facts.get('world')} world '{facts.get('instance')}', and this is the store of the "
            f"{owner['world']} world '{owner['instance']}'."
        )
    if facts.get("kind") != kind or facts.get("format") != FORMAT:
        raise BrokenFileError(
            f"It is a file of the kind '{facts.get('kind')}', format {facts.get('format')}, in the place of one of the "
            f"kind '{kind}', format {FORMAT}."
        )
    if file_digest(path, int(facts["data_size"])) != facts["data_sha256"]:
        raise BrokenFileError("Its data are not what was written: the digest is another one.")
    return facts


def _footer(path: Path) -> dict[str, Any]:
    try:
        told = pq.read_metadata(path)
        text = (told.metadata or {}).get(_KEY)
    except FileNotFoundError:
        raise BrokenFileError("It is missing.") from None
    except (OSError, pa.ArrowException) as error:
        raise BrokenFileError("It cannot be read as Parquet: it is cut off, or something else.") from error
    if text is None:
        raise BrokenFileError("It was not written by the usage store: it does not say what it is.")
    try:
        facts = json.loads(text)
    except ValueError:
        raise BrokenFileError("Its description cannot be read.") from None
    if not isinstance(facts, dict) or facts.get("rows") != told.num_rows:
        raise BrokenFileError("It does not hold as many rows as it says.")
    return facts


def check_part(path: Path, part: Mapping[str, Any]) -> None:
    """Raises ``BrokenFileError`` when the file is not the one that its root names."""
    try:
        same = path.stat().st_size == part["size"] and file_digest(path) == part["sha256"]
    except FileNotFoundError:
        raise BrokenFileError("It is missing.") from None
    except OSError as error:
        raise BrokenFileError(f"It cannot be read: {error.strerror}.") from error
    if not same:
        raise BrokenFileError("It is not the file that was written: its digest is another one.")


def file_digest(path: Path, size: int | None = None) -> str:
    """The SHA-256 of a file, or of its first bytes."""
    digest, left = hashlib.sha256(), size
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK if left is None else min(_CHUNK, left)):
            digest.update(chunk)
            left = None if left is None else left - len(chunk)
    return digest.hexdigest()
