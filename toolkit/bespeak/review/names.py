"""Names of files: they tell the world and the customer, and are safe on every system."""

from __future__ import annotations

import contextlib
import filecmp
import os
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path
from typing import IO

from bespeak.errors import InputError


def file_name(world: str, customer: str, as_of: date, what: str, ending: str) -> str:
    """The name of a file, in lower-case letters, digits and hyphens.

    >>> file_name("sandbox", "Woodgrove Bank", date(2026, 11, 16), "review", "html")
    'sandbox-woodgrove-bank-2026-11-16-review.html'
    """
    return f"{_plain(world)}-{_plain(customer)}-{as_of.isoformat()}-{_plain(what)}.{ending}"


def write(path: Path, fill: Callable[[IO[str]], object], *, encoding: str = "utf-8") -> Path:
    """Writes a file of text as a whole or not at all, its folder included; the folder must be one to write to.

    Another file of that name stays as it is: the new one gets the next free number, and the answer is where it is.
    A half of a pair of UTF-16, which no file in UTF-8 can hold, is written as its number after a backslash.
    """

    def fill_text(half: Path) -> None:
        with half.open("w", encoding=encoding, newline="", errors="backslashreplace") as out:
            fill(out)

    return _replace(path, fill_text)


def write_bytes(path: Path, content: bytes) -> Path:
    """Writes a file of bytes as ``write`` does one of text."""
    return _replace(path, lambda half: half.write_bytes(content))


def _replace(path: Path, fill: Callable[[Path], object]) -> Path:
    half = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fill(half)
        return _put(half, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            half.unlink()
        reason = error.strerror or type(error).__name__
        raise InputError(f"'{path.name}' cannot be written ({reason}).", "Choose another folder.") from error


def _put(half: Path, path: Path) -> Path:
    """The written file under its name; where something else stands already, under the next free number."""
    for number in count(1):
        name = path if number == 1 else path.with_stem(f"{path.stem}-{number}")
        if not name.exists():
            os.replace(half, name)  # noqa: PTH105 - Path.replace says nothing of being atomic, os.replace does
            return name
        if name.is_file() and filecmp.cmp(half, name, shallow=False):
            half.unlink()
            return name
    raise AssertionError("There is always a next number.")


def _plain(text: str) -> str:
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")[:60] or "unnamed"
