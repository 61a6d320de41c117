"""Files that a person drops into a folder, into the store."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bespeak.errors import BespeakError, InputError
from bespeak.usage.control import Control
from bespeak.usage.readers import FileRecords, file_records
from bespeak.usage.store import Delivery, UsageStore

Progress = Callable[[int, int | None], None]

#: What Azure lays beside the files of an export (*Cost Management exports: manifest*, 2024).
_MANIFEST = "manifest.json"


@dataclass(frozen=True, eq=False)
class Imported:
    """What became of each file: its records, or why it was not read."""

    read: tuple[tuple[str, int], ...]
    already_there: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    remarks: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return (
            f"Imported({sum(rows for _, rows in self.read):,} records of {len(self.read):,} files, "
            f"{len(self.already_there):,} were there already, {len(self.refused):,} refused)"
        )


def import_folder(
    store: UsageStore,
    folder: Path | str,
    *,
    received: datetime,
    customer_id: str = "",
    progress: Progress | None = None,
) -> Imported:
    """Adds every usage file of a folder, and of folders in it, to the store and makes its tables.

    A file that cannot be read is refused with its sentence, and the others go on; two files with the same rows count
    once. Row counts of a ``manifest.json`` beside the files are held to. ``customer_id`` is whose usage it is where the
    files do not say so. ``progress`` is told how many files are done; what it raises ends the work, and what was added
    is kept. Raises ``InputError`` for what is no folder.
    """
    home = Path(folder)
    if not home.is_dir():
        raise InputError(f"'{home.name}' is no folder.", "Give the folder that the files are in.")
    paths = sorted(path for path in home.rglob("*") if path.is_file() and _is_ours(path))
    work = _Folder(store, home, received, customer_id.lower(), _manifests(home))
    for number, path in enumerate(paths, 1):
        work.take(path)
        if progress is not None:
            progress(number, len(paths))
    store.build()
    return Imported(tuple(work.read), tuple(work.there), tuple(work.refused), tuple(work.remarks))


def _is_ours(path: Path) -> bool:
    return not path.name.startswith(".") and path.name.lower() != _MANIFEST


def _manifests(home: Path) -> dict[str, int]:
    """The rows that manifests announce, by the name of the file; a manifest that cannot be read announces nothing."""
    found: dict[str, int] = {}
    for path in sorted(home.rglob(_MANIFEST)):
        try:
            told = json.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError):
            continue
        blobs = told.get("blobs") if isinstance(told, dict) else None
        for blob in blobs if isinstance(blobs, list) else []:
            if isinstance(blob, dict) and isinstance(blob.get("dataRowCount"), int):
                found[str(blob.get("blobName", "")).rsplit("/", 1)[-1]] = blob["dataRowCount"]
    return found


@dataclass(eq=False)
class _Folder:
    """A folder while its files are taken in, one after the other."""

    store: UsageStore
    home: Path
    received: datetime
    customer_id: str
    announced: Mapping[str, int]
    read: list[tuple[str, int]] = field(default_factory=list)
    there: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)

    def take(self, path: Path) -> None:
        """Adds one file, or notes why not."""
        name = path.relative_to(self.home).as_posix()
        rows = self.announced.get(path.name)
        try:
            found = file_records(path, control=None if rows is None else Control(rows=rows))
        except BespeakError as error:
            self.refused.append((name, str(error)))
            return
        self.remarks += [(name, remark) for remark in found.facts.remarks]
        if found.facts.incomplete:
            self.remarks.append((name, found.facts.incomplete))
        twin = self.known.setdefault(found.facts.rows_sha256, name)
        if twin != name:
            self.there.append(name)
            self.remarks.append((name, f"It has the same rows as '{twin}', which count once."))
            return
        self._add(name, found, rows)

    def _add(self, name: str, found: FileRecords, rows: int | None) -> None:
        added = self.store.add(
            Delivery(
                source=found.facts.source,
                customer_id="" if found.facts.customers else self.customer_id,
                by_record=found.facts.source.startswith("utilization"),
                pages=found.pages(),
                received=self.received,
                subscription=found.facts.rows_sha256[:16],
                control=_control(found, rows),
            )
        )
        if added.pages:
            self.read.append((name, added.records))
        else:
            self.there.append(name)


def _control(found: FileRecords, rows: int | None) -> Control | None:
    """What the store holds a file to: a file that breaks off has fewer rows than it has, whatever its manifest says."""
    if rows is not None:
        return Control(rows=rows)
    return Control(rows=found.facts.rows + 1) if found.facts.incomplete else None
