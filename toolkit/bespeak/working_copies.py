"""The notebooks that a person works in: copies in a folder of their own. What the person changed is never overwritten.

A manifest in ``.bespeak/copies.json`` of the folder remembers what was delivered, so that a changed copy is told
from an untouched one. Nothing here starts anything.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bespeak.errors import InputError, MissingError

#: What is copied: notebooks, and the pictures and tables they show.
_KINDS = frozenset({".ipynb", ".png", ".svg", ".csv", ".md"})


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a refresh did: files written under their own name, and newer ones written beside a changed copy."""

    written: tuple[str, ...]
    beside: tuple[str, ...]


@dataclass(slots=True)
class _Manifest:
    """For each shipped file the version that was delivered last; for each file in the folder what we wrote."""

    delivered: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


def shipped_notebooks() -> Path:
    """The folder of the notebooks that come with the toolkit: in the wheel, or in the checkout."""
    here = Path(__file__).resolve()
    for folder in (here.parent / "notebooks", here.parents[2] / "notebooks"):
        if folder.is_dir():
            return folder
    raise MissingError("The toolkit's notebooks are not there.", "Install bespeak again.")


def refresh(source: Path, folder: Path) -> Delivery:
    """Brings the folder up to date with the shipped files; a file that the person changed stays as it is."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        manifest = _read(folder)
        names = [path.relative_to(source).as_posix() for path in _shipped(source)]
        targets = [(name, _deliver(source, folder, name, manifest)) for name in names]
        _write(folder, manifest)
    except OSError as error:
        raise InputError(
            f"The folder {folder} cannot be used ({error.strerror}).", "Name another one with --folder."
        ) from error
    return Delivery(
        written=tuple(name for name, target in targets if target == name),
        beside=tuple(target for name, target in targets if target and target != name),
    )


def _shipped(source: Path) -> Iterator[Path]:
    for path in sorted(source.rglob("*")):
        hidden = any(part.startswith((".", "_")) for part in path.relative_to(source).parts)
        if path.suffix in _KINDS and path.is_file() and not hidden:
            yield path


def _deliver(source: Path, folder: Path, name: str, manifest: _Manifest) -> str | None:
    """The name under which the shipped file was written, or None when the person has this version already."""
    body = (source / name).read_bytes()
    version = _hash(body)
    current = _hash_of(folder / name)
    if current == version:
        manifest.delivered[name] = manifest.files[name] = version
        return None
    if current is not None and manifest.delivered.get(name) == version:
        return None
    target = next(candidate for candidate in _names(name) if _is_free(folder, candidate, manifest))
    _replace(folder / target, body)
    manifest.delivered[name] = manifest.files[target] = version
    return target


def _names(name: str) -> Iterator[str]:
    """The shipped name, then names beside it: ``x.ipynb``, ``x.new.ipynb``, ``x.new-2.ipynb`` ..."""
    stem, _, suffix = name.rpartition(".")
    yield name
    yield f"{stem}.new.{suffix}"
    yield from (f"{stem}.new-{number}.{suffix}" for number in itertools.count(2))


def _is_free(folder: Path, name: str, manifest: _Manifest) -> bool:
    """Whether the file may be written: it is not there, or it is as we wrote it."""
    current = _hash_of(folder / name)
    return current is None or current == manifest.files.get(name)


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _hash_of(path: Path) -> str | None:
    return _hash(path.read_bytes()) if path.exists() else None


def _replace(path: Path, body: bytes) -> None:
    """Writes a file in one go, so that a stop in between leaves the old one whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_bytes(body)
    draft.replace(path)


def _read(folder: Path) -> _Manifest:
    """The manifest; without a readable one every file counts as changed by the person."""
    try:
        told = json.loads((folder / ".bespeak" / "copies.json").read_text(encoding="utf8"))
        return _Manifest(dict(told["delivered"]), dict(told["files"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return _Manifest()


def _write(folder: Path, manifest: _Manifest) -> None:
    told = {"delivered": manifest.delivered, "files": manifest.files}
    _replace(folder / ".bespeak" / "copies.json", json.dumps(told, indent=1, sort_keys=True).encode())
