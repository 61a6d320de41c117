"""Where the sample data are, and how a table of them is read: ``reference/`` and ``demo/``, csv in UTF-8."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path


def sample_folder() -> Path:
    """The folder of the sample data: inside the installed package, else beside a checkout."""
    shipped = Path(__file__).resolve().parents[1] / "sample_data"
    checkout = Path(__file__).resolve().parents[3] / "sample_data"
    for folder in (shipped, checkout):
        if (folder / "demo" / "customers.csv").is_file():
            return folder
    raise FileNotFoundError(f"There is no sample data at {shipped} or {checkout}. Install the package again.")


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of one csv table, each a dictionary of text."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
