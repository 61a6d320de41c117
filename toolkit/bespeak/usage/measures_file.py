"""Measures of machines from a CSV that somebody made of their own monitoring."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from bespeak.errors import InputError
from bespeak.tables import MEASURES

#: Our columns, and what else they may be called; letters, digits and underscores count, case does not.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "resource": ("resource", "resourceid", "resource_id", "resourceuri"),
    "cpu_average": ("cpu_average", "cpu_avg", "cpu_mean", "averagecpu"),
    "cpu_p95": ("cpu_p95", "p95_cpu", "cpup95"),
    "cpu_max": ("cpu_max", "max_cpu", "cpumax"),
    "free_memory": ("free_memory_gib", "min_free_memory_gib", "free_memory"),
    "hours": ("hours", "hours_measured"),
}
_NEEDED = ("resource", "cpu_p95")
_LAYOUT = "resource,cpu_average,cpu_p95,cpu_max,free_memory_gib,hours"
_WEEK = 168.0
_MOST_PERCENT = 100.0


def read_measures_file(path_or_bytes: Path | str | bytes) -> pd.DataFrame:
    """MEASURES from a CSV with one line a machine: its ARM id and per cent of CPU, as ``resource,cpu_p95`` and more.

    ``free_memory_gib`` is the least memory that was free. Raises ``InputError`` for a file in another layout, for CPU
    outside of 0 to 100 (a share of one core, or of one), and for a machine that stands in it twice.
    """
    raw = path_or_bytes if isinstance(path_or_bytes, bytes) else _content(Path(path_or_bytes))
    try:
        frame = pd.read_csv(io.BytesIO(raw), sep=None, engine="python", dtype=str, encoding="utf-8-sig")
    except (csv.Error, ValueError) as error:  # what pandas raises for a broken table is a ValueError
        raise InputError(
            "The file is not a CSV table in UTF-8.", f"Save it as CSV with {_LAYOUT}."
        ) from error
    columns = {name.strip().lower().replace(" ", "_"): name for name in map(str, frame.columns)}
    found = {ours: _first(columns, names) for ours, names in _NAMES.items()}
    missing = [name for name in _NEEDED if found[name] is None]
    if missing:
        raise InputError(
            f"The measures lack {' and '.join(missing)}; there are {', '.join(map(str, frame.columns))}.",
            f"Give the columns {_LAYOUT}.",
        )
    return _checked(frame, found)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"'{path.name}' cannot be read: {error.strerror}.", "Check the path.") from error


def _first(columns: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((columns[name] for name in names if name in columns), None)


def _checked(frame: pd.DataFrame, found: Mapping[str, str | None]) -> pd.DataFrame:
    table = pd.DataFrame({"resource": frame[found["resource"]].fillna("").str.strip().str.lower()})
    for name in ("cpu_average", "cpu_p95", "cpu_max", "free_memory", "hours"):
        source = found[name]
        table[name] = _numbers(frame[source], source) if source else float("nan")
    table["hours"] = table["hours"].fillna(_WEEK)
    table["source"] = "CSV"
    twice = table.loc[table["resource"].duplicated(), "resource"]
    if not twice.empty:
        raise InputError(
            f"The machine '{twice.iloc[0][:120]}' stands in the measures twice.", "Keep one line of it."
        )
    _check_shares(frame, found, table)
    for name in ("cpu_average", "cpu_p95", "cpu_max"):
        wrong = table[(table[name] < 0) | (table[name] > _MOST_PERCENT)]
        if not wrong.empty:
            raise InputError(
                f"{name} of '{wrong['resource'].iloc[0][:120]}' is {wrong[name].iloc[0]:g}, not a share in per cent.",
                "Give per cent of all cores together, from 0 to 100.",
            )
    plain = table.astype(object).where(table.notna(), None)
    names = [column.name for column in MEASURES.columns]
    return MEASURES.frame(dict(zip(names, row, strict=True)) for row in plain[names].to_numpy().tolist())


def _check_shares(frame: pd.DataFrame, found: Mapping[str, str | None], table: pd.DataFrame) -> None:
    """Raises ``InputError`` for CPU that may be a share of one, and for memory or hours that cannot be."""
    source = found["cpu_p95"]
    said = source is not None and frame[source].fillna("").str.contains("%").any()
    highest = table["cpu_p95"].max()
    if 0 < highest <= 1 and not said:
        raise InputError(
            f"No CPU in the file is higher than {highest:g}, so it may be a share of one and not per cent.",
            "Give per cent: 45 for 45 %. If it is per cent, write the sign: 0.8%.",
        )
    for name in ("free_memory", "hours"):
        wrong = table[(table[name] < 0) | (table[name] == float("inf"))]
        if not wrong.empty:
            raise InputError(
                f"{name} of '{wrong['resource'].iloc[0][:120]}' is {wrong[name].iloc[0]:g}.",
                "Give 0 or more.",
            )


def _numbers(texts: pd.Series[str], name: str) -> pd.Series[float]:
    numbers = pd.to_numeric(texts.str.rstrip("% "), errors="coerce")
    wrong = texts[numbers.isna() & texts.notna() & (texts.str.strip() != "")]
    if not wrong.empty:
        raise InputError(
            f"'{wrong.iloc[0][:40]}' in the column '{name}' is not a number.", "Write 12.5 for 12.5 %."
        )
    return numbers.astype("float64")
