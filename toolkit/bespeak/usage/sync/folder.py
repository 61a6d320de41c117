"""Files that a person drops into a folder, into the store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bespeak.errors import BespeakError
from bespeak.usage.readers import FileRecords
from bespeak.usage.readers.parts import FileSet, announced_records, file_sets
from bespeak.usage.store import Delivery, UsageStore

Progress = Callable[[int, int | None], None]


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
    sets = file_sets(folder)
    work = _Folder(store, Path(folder), received, customer_id.lower())
    total, done = sum(len(one.paths) for one in sets), 0
    for together in sets:
        work.take(together)
        done += len(together.paths)
        if progress is not None:
            progress(done, total)
    store.build()
    return Imported(tuple(work.read), tuple(work.there), tuple(work.refused), tuple(work.remarks))


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

    def take(self, together: FileSet) -> None:
        """Adds the files of a set, or notes why not."""
        found = [one for path in together.paths if (one := self._found(path, together)) is not None]
        if found:
            self._add(found, together.lacking)

    def _found(self, path: Path, together: FileSet) -> tuple[str, FileRecords] | None:
        """What a file holds; nothing for one that cannot be read, or whose rows are there already."""
        name = path.relative_to(self.home).as_posix()
        try:
            found = announced_records(path, together)
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
