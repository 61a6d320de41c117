"""Files that a person drops into a folder, into the store."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
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
    work = _Folder(store, home, received, customer_id.lower())
    done = 0
    for together in _sets(paths, _manifests(home)):
        work.take(together)
        done += len(together.paths)
        if progress is not None:
            progress(done, len(paths))
    store.build()
    return Imported(tuple(work.read), tuple(work.there), tuple(work.refused), tuple(work.remarks))


def _is_ours(path: Path) -> bool:
    return not path.name.startswith(".") and path.name.lower() != _MANIFEST


@dataclass(frozen=True, slots=True)
class _Set:
    """Files that are one delivery: the parts of one export, or a file alone; ``rows`` are those that are announced."""

    paths: tuple[Path, ...]
    rows: Mapping[str, int]

    @property
    def lacking(self) -> str:
        """Which parts are announced and not there."""
        missing = sorted(set(self.rows) - {path.name for path in self.paths})
        if not missing:
            return ""
        names = ", ".join(missing)[:200]
        return f"INCOMPLETE: of the {len(self.rows):,} files that the manifest names, these are not there: {names}."


def _sets(paths: Sequence[Path], manifests: Mapping[Path, Mapping[str, int]]) -> list[_Set]:
    """The files of each manifest together, in the order of their names; a large export comes in parts."""
    parts: dict[Path, list[Path]] = {}
    alone: list[_Set] = []
    for path in paths:
        place = next((one for one in path.parents if path.name in manifests.get(one, {})), None)
        if place is None:
            alone.append(_Set((path,), {}))
        else:
            parts.setdefault(place, []).append(path)
    return [*(_Set(tuple(mine), manifests[place]) for place, mine in sorted(parts.items())), *alone]


def _manifests(home: Path) -> dict[Path, dict[str, int]]:
    """The rows that manifests announce, by folder and name of the file; one that cannot be read announces nothing."""
    found: dict[Path, dict[str, int]] = {}
    for path in sorted(home.rglob(_MANIFEST)):
        try:
            told = json.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError):
            continue
        blobs = told.get("blobs") if isinstance(told, dict) else None
        for blob in blobs if isinstance(blobs, list) else []:
            if isinstance(blob, dict) and isinstance(blob.get("dataRowCount"), int):
                name = str(blob.get("blobName", "")).rsplit("/", 1)[-1]
                found.setdefault(path.parent, {})[name] = blob["dataRowCount"]
    return found


@dataclass(eq=False)
class _Folder:
    """A folder while its files are taken in, one after the other."""

    store: UsageStore
    home: Path
    received: datetime
    customer_id: str
    read: list[tuple[str, int]] = field(default_factory=list)
    there: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)

    def take(self, together: _Set) -> None:
        """Adds the files of a set, or notes why not."""
        found = [one for path in together.paths if (one := self._found(path, together)) is not None]
        if found:
            self._add(found, together.lacking)

    def _found(self, path: Path, together: _Set) -> tuple[str, FileRecords] | None:
        """What a file holds; nothing for one that cannot be read, or whose rows are there already."""
        name = path.relative_to(self.home).as_posix()
        rows = together.rows.get(path.name)
        try:
            found = file_records(path, control=None if rows is None else Control(rows=rows))
        except BespeakError as error:
            self.refused.append((name, str(error)))
            return None
        self.remarks += [(name, remark) for remark in found.facts.remarks]
        if found.facts.incomplete:
            self.remarks.append((name, found.facts.incomplete))
        twin = self.known.setdefault(found.facts.rows_sha256, name)
        if twin == name:
            return name, found
        self.there.append(name)
        self.remarks.append((name, f"It has the same rows as '{twin}', which count once."))
        return None

    def _add(self, found: Sequence[tuple[str, FileRecords]], lacking: str) -> None:
        facts = [one.facts for _, one in found]
        digest = hashlib.sha256(" ".join(one.rows_sha256 for one in facts).encode()).hexdigest()
        added = self.store.add(
            Delivery(
                source=facts[0].source,
                customer_id="" if any(one.customers for one in facts) else self.customer_id,
                by_record=facts[0].source.startswith("utilization"),
                pages=(page for _, one in found for page in one.pages()),
                received=self.received,
                subscription=digest[:16],
                incomplete=" ".join(one for one in (lacking, *(fact.incomplete for fact in facts)) if one),
            )
        )
        if added.pages:
            self.read += [(name, one.facts.rows) for name, one in found]
        else:
            self.there += [name for name, _ in found]
