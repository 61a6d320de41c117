"""The files of a folder, the parts of one export together, and what the manifests beside them announce."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bespeak.errors import InputError
from bespeak.usage.control import Control
from bespeak.usage.headers import View
from bespeak.usage.readers.files import FileRecords, file_records

#: What Azure lays beside the files of an export (*Cost Management exports: manifest*, 2024).
_MANIFEST = "manifest.json"
_PACKED = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Announced:
    """What a manifest says of a file: how many rows and how many bytes it has; ``None`` where it does not say."""

    rows: int | None = None
    size: int | None = None

    def shortfall(self, raw: bytes) -> str:
        """A sentence that begins with INCOMPLETE when the file has fewer bytes; a packed file tells so itself."""
        if self.size is None or len(raw) >= self.size or raw.startswith(_PACKED):
            return ""
        return (
            f"INCOMPLETE: the manifest says that the file has {self.size:,} bytes, and it has {len(raw):,}."
        )


@dataclass(frozen=True, slots=True)
class FileSet:
    """Files that are one delivery: the parts of one export, or a file alone; ``announced`` is by name of the file."""

    paths: tuple[Path, ...]
    announced: Mapping[str, Announced]

    @property
    def lacking(self) -> str:
        """Which parts are announced and not there; "" when all are."""
        missing = sorted(set(self.announced) - {path.name for path in self.paths})
        if not missing:
            return ""
        names = ", ".join(missing)[:200]
        files = f"{len(self.announced):,} files that the manifest names"
        return f"INCOMPLETE: of the {files}, these are not there: {names}."


def file_sets(folder: Path | str) -> list[FileSet]:
    """Every file of a folder and of the folders in it; raises ``InputError`` for what is no folder."""
    home = Path(folder)
    if not home.is_dir():
        raise InputError(f"'{home.name}' is no folder.", "Give the folder that the files are in.")
    paths = sorted(path for path in home.rglob("*") if path.is_file() and _is_ours(path))
    return _sets(paths, _manifests(home))


def announced_records(path: Path, together: FileSet, view: View = "actual") -> FileRecords:
    """The records of a file of a set; ``incomplete`` also says what the manifest announces and the file lacks."""
    announced = together.announced.get(path.name, Announced())
    found = file_records(path, view=view, control=Control(rows=announced.rows))
    short = announced.shortfall(found.raw)
    if not short:
        return found
    told = " ".join(one for one in (found.facts.incomplete, short) if one)
    return replace(found, facts=replace(found.facts, incomplete=told))


def _is_ours(path: Path) -> bool:
    return not path.name.startswith(".") and path.name.lower() != _MANIFEST


def _sets(paths: Sequence[Path], manifests: Mapping[Path, Mapping[str, Announced]]) -> list[FileSet]:
    """The files of each manifest together, in the order of their names; a large export comes in parts."""
    parts: dict[Path, list[Path]] = {}
    alone: list[FileSet] = []
    for path in paths:
        place = next((one for one in path.parents if path.name in manifests.get(one, {})), None)
        if place is None:
            alone.append(FileSet((path,), {}))
        else:
            parts.setdefault(place, []).append(path)
    return [*(FileSet(tuple(mine), manifests[place]) for place, mine in sorted(parts.items())), *alone]


def _manifests(home: Path) -> dict[Path, dict[str, Announced]]:
    """What manifests announce, by folder and name of the file; one that cannot be read announces nothing."""
    found: dict[Path, dict[str, Announced]] = {}
    for path in sorted(home.rglob("*.json")):
        if path.name.lower() != _MANIFEST:
            continue
        try:
            told = json.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError):
            continue
        for blob in _blobs(told):
            name = _name(blob)
            if name:
                found.setdefault(path.parent, {})[name] = Announced(
                    rows=_count(blob, "dataRowCount", "itemCount"),
                    size=_count(blob, "byteCount", "sizeInBytes"),
                )
    return found


def _blobs(told: Any) -> list[Mapping[str, Any]]:  # noqa: ANN401 - whatever stands in the file
    """The list of files in a manifest; that of a cost details report lies one level deeper."""
    inner = told.get("manifest", told) if isinstance(told, dict) else None
    blobs = inner.get("blobs") if isinstance(inner, dict) else None
    return [one for one in blobs if isinstance(one, dict)] if isinstance(blobs, list) else []


def _name(blob: Mapping[str, Any]) -> str:
    """The file's name in an export (blobName), a billing export (name) or a report (blobLink with a signature)."""
    told = next((blob[one] for one in ("blobName", "name", "blobLink") if isinstance(blob.get(one), str)), "")
    return str(told).split("?", 1)[0].rsplit("/", 1)[-1]


def _count(blob: Mapping[str, Any], *names: str) -> int | None:
    found = (blob.get(name) for name in names)
    return next((one for one in found if isinstance(one, int) and not isinstance(one, bool)), None)
