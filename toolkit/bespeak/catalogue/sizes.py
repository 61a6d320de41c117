"""VM sizes: their names in all spellings, their flexibility group and ratio, and the meters that bill them."""

from __future__ import annotations

import re
from functools import cache

import pandas as pd

from bespeak.catalogue.files import Row, reference_rows
from bespeak.errors import MissingError
from bespeak.tables import SIZES


def sizes() -> pd.DataFrame:
    """All known VM sizes (contract ``SIZES``), with quota family, processor architecture and where the ratio is from.

    ``group`` and ``ratio`` are empty where no size flexibility is known; that does not mean ratio 1.
    """
    return _table().copy(deep=False)


def canonical_size(name: str) -> str | None:
    """The ARM name of a size in any usual spelling, or None when no such size is known.

    >>> canonical_size("d2s v5"), canonical_size("Standard_d2S_V5"), canonical_size("D2x v5")
    ('Standard_D2s_v5', 'Standard_D2s_v5', None)
    """
    return _names().get(_key(name))


def group_of(size: str) -> tuple[str, float]:
    """The flexibility group of a size and its ratio; ``("size:<name>", 1.0)`` when it covers only itself.

    Raises ``MissingError`` for a size that no table knows: its group must not be guessed.

    >>> group_of("Standard_D4s_v5")
    ('Dsv5 Series', 2.0)
    """
    name = canonical_size(size)
    if name is None:
        raise MissingError(
            f"The VM size '{size}' is in no table, so its flexibility group is not known.",
            "Check the name, for example Standard_D2s_v5.",
        )
    row = _rows()[name]
    return (row["group"], float(row["ratio"])) if row["group"] else (f"size:{name}", 1.0)


@cache
def sizes_of_meter(meter_name: str) -> tuple[str, ...]:
    """The sizes that a compute meter bills: each size it names, and after them their constrained-core variants.

    >>> sizes_of_meter("D2 v3/D2s v3")
    ('Standard_D2_v3', 'Standard_D2s_v3')
    >>> sizes_of_meter("E4as v5")
    ('Standard_E4as_v5', 'Standard_E4-2as_v5')
    """
    named = [canonical_size(part) for part in meter_name.split("/")]
    found = [size for size in named if size is not None]
    return tuple(dict.fromkeys(found + [variant for size in found for variant in _variants().get(size, ())]))


def _key(name: str) -> str:
    return re.sub(r"[\s_]+", "", name.lower()).removeprefix("standard")


@cache
def _rows() -> dict[str, Row]:
    return {row["size"]: row for row in reference_rows("sizes.csv")}


@cache
def _names() -> dict[str, str]:
    return {_key(size): size for size in _rows()}


@cache
def _variants() -> dict[str, list[str]]:
    """Full size to the sizes of the same machine with fewer active cores."""
    variants: dict[str, list[str]] = {}
    for size in _rows():
        full = re.sub(r"-\d+", "", size)
        if full != size:
            variants.setdefault(full, []).append(size)
    return variants


@cache
def _table() -> pd.DataFrame:
    rows = list(_rows().values())
    table = SIZES.frame(_typed(row) for row in rows)
    for extra in ("quota_family", "cpu_architecture", "ratio_source", "as_of"):
        table[extra] = pd.Series([row[extra] or None for row in rows], dtype="str")
    return table


def _typed(row: Row) -> dict[str, object]:
    return {
        "size": row["size"],
        "series": row["series"],
        "vcpus": int(row["vcpus"]),
        "memory_gib": float(row["memory_gib"]),
        "group": row["group"] or None,
        "ratio": float(row["ratio"]) if row["ratio"] else None,
    }
