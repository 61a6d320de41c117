"""The usage in all files of a folder, each by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from bespeak.errors import BespeakError
from bespeak.usage.headers import View
from bespeak.usage.readers.facts import SourceFacts
from bespeak.usage.readers.files import FileRecords
from bespeak.usage.readers.parts import FileSet, announced_records, file_sets
from bespeak.usage.reading import UsageReading
from bespeak.usage.settle import settle

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, eq=False)
class FolderReading:
    """What the files of a folder tell: a reading for each export, by the name of its first file.

    The readings are not added up: two of them may tell of the same days, which ``remarks`` says. The usage store counts
    each day once (``import_folder``). ``same`` names the files whose rows another file has, ``refused`` those that
    cannot be read, with the reason.
    """

    readings: Mapping[str, UsageReading]
    facts: tuple[SourceFacts, ...]
    same: tuple[tuple[str, str], ...]
    refused: tuple[tuple[str, str], ...]
    remarks: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        return (
            f"FolderReading({sum(one.rows for one in self.facts):,} records of {len(self.facts):,} files in "
            f"{len(self.readings):,} readings, {len(self.same):,} have the rows of another, "
            f"{len(self.refused):,} refused)"
        )


def read_folder(
    folder: Path | str, *, view: View = "actual", progress: Progress | None = None
) -> FolderReading:
    """The usage in every file of a folder and of the folders in it, whatever the files are called.

    A file that cannot be read is refused with its sentence, and the others go on; a file with the same rows as another,
    in any order and encoding, is set aside. What a ``manifest.json`` beside the files announces is held to.
    ``progress`` is told how many files are done. Raises ``InputError`` for what is no folder.
    """
    sets = file_sets(folder)
    work = _Work(Path(folder), view)
    total, done = sum(len(one.paths) for one in sets), 0
    for together in sets:
        work.take(together)
        done += len(together.paths)
        if progress is not None:
            progress(done, total)
    return FolderReading(
        work.readings,
        tuple(work.facts),
        tuple(work.same),
        tuple(work.refused),
        (*work.remarks, *_told_twice(work.readings)),
    )


@dataclass(eq=False)
class _Work:
    """A folder while its files are read, one set after the other."""

    home: Path
    view: View
    readings: dict[str, UsageReading] = field(default_factory=dict)
    facts: list[SourceFacts] = field(default_factory=list)
    same: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)

    def take(self, together: FileSet) -> None:
        """Settles the files of a set as one reading, or notes why not."""
        found: list[tuple[str, FileRecords]] = []
        lacking = [together.lacking]
        for path in together.paths:
            name = path.relative_to(self.home).as_posix()
            one = self._found(path, name, together)
            if one is not None:
                found.append((name, one))
                lacking.append(one.facts.incomplete)
        if found:
            self._settle(found, " ".join(dict.fromkeys(one for one in lacking if one)))

    def _found(self, path: Path, name: str, together: FileSet) -> FileRecords | None:
        try:
            found = announced_records(path, together, self.view)
        except BespeakError as error:
            self.refused.append((name, str(error)))
            return None
        twin = self.known.setdefault(found.facts.rows_sha256, name)
        if twin != name:
            self.same.append((name, twin))
            return None
        self.facts.append(found.facts)
        self.remarks += [(name, remark) for remark in found.facts.remarks]
        return found

    def _settle(self, found: list[tuple[str, FileRecords]], lacking: str) -> None:
        first, one = found[0]
        pages = [other.records.assign(page=page) for page, (_, other) in enumerate(found)]
        try:
            self.readings[first] = settle(
                pages[0] if len(pages) == 1 else pd.concat(pages, ignore_index=True),
                start=None,
                end=None,
                source=first,
                once=one.facts.schema == "utilization records",
                incomplete=lacking,
            )
        except BespeakError as error:
            self.refused.append((first, str(error)))


def _told_twice(readings: Mapping[str, UsageReading]) -> list[tuple[str, str]]:
    """Which reading tells of machine days that an earlier one tells of too."""
    seen: dict[tuple[str, pd.Timestamp], str] = {}
    made = []
    for name, reading in readings.items():
        days = zip(reading.usage["resource"].astype("str"), reading.usage["start"].dt.floor("D"), strict=True)
        mine = set(days)
        others = sorted({seen[one] for one in mine if one in seen})
        if others:
            twice = sum(one in seen for one in mine)
            told = f"{twice:,} of its {len(mine):,} machine days are told by {', '.join(others)[:200]} too"
            made.append((name, f"{told}; the usage store counts each once."))
        seen |= {one: name for one in mine if one not in seen}
    return made
