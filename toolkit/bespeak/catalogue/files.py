"""Finds and reads the tables that come with the package: ``reference/`` for every world, ``demo/`` for the sandbox."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

from bespeak.errors import InputError, MissingError

Row = dict[str, str]


def sample_data() -> Path:
    """The folder of the tables: inside an installed package, or beside ``toolkit/`` in a checkout."""
    packaged = Path(__file__).parents[1] / "sample_data"
    checkout = Path(__file__).parents[3] / "sample_data"
    return packaged if packaged.is_dir() else checkout


def reference_rows(name: str) -> list[Row]:
    """The rows of a reference table such as ``sizes.csv``, all values as text."""
    return _rows(sample_data() / "reference" / name)


def demo_rows(name: str, world: str) -> list[Row]:
    """The rows of a demo table such as ``prices.csv``; raises ``InputError`` in any world but the sandbox."""
    if world != "sandbox":
        raise InputError(
            f"The demo table '{name}' belongs to the sandbox and must not be used in the world '{world}'.",
            "Read prices and usage from the service.",
        )
    return _rows(sample_data() / "demo" / name)


def _rows(path: Path) -> list[Row]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise MissingError(
            f"The table {path.parent.name}/{path.name} is not there.", "Install the package again."
        ) from error
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    return list(csv.DictReader(io.StringIO(text)))
