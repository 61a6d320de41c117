"""Usage records of any source as plain columns (RECORDS): what every reader makes and ``settled`` takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bespeak.errors import TableError
from bespeak.tables import RECORDS
from bespeak.usage.info import FACTS, facts, info_bags

_MICRO = Decimal("0.000001")
#: What fits into 64 bits of millionths; nobody uses that much, so it is a broken number.
_MOST = Decimal(9_000_000_000_000)


def records_frame(columns: Mapping[str, Any]) -> pd.DataFrame:
    """RECORDS of these columns: lists, arrays, Series, or one text for all rows; what is not given is empty.

    The kinds are right by construction; whether a cell is missing is checked where records are settled.

    ``row`` counts from 0 when it is not given. Raises ``TableError`` for columns of different lengths.
    """
    sizes = {len(values) for values in columns.values() if not isinstance(values, (str, int, float))}
    if len(sizes) > 1:
        raise TableError("records", "row", f"has columns of different lengths: {sorted(sizes)}.")
    size = sizes.pop() if sizes else 0
    made: dict[str, Any] = {}
    for column in RECORDS.columns:
        given = columns.get(column.name)
        if column.kind == "text":
            made[column.name] = _texts("" if given is None else given, size)
        elif column.kind == "number":
            made[column.name] = numbers(given if given is not None else [None] * size)
        else:
            made[column.name] = _counts(column.name, given, size)
    more = {name: values for name, values in columns.items() if name not in made}
    return pd.DataFrame(made | more, copy=False)  # ``settled`` checks what it takes


def with_info(columns: Mapping[str, Any], info: Sequence[Any]) -> dict[str, Any]:
    """The columns of records together with what their bags of extra facts say (D-325, D-340 to D-342).

    A covered record of a legacy subscription carries a reservation meter; the machine's real meter is its
    ConsumptionMeter (azure-usage.md, 2021-07-08). In modern data both are the same.
    """
    bags = info_bags(info)
    found = {name: facts(bags, *spellings) for name, spellings in FACTS.items()}
    own_meters = [str(one).lower() for one in columns["meter_id"]]
    return {
        **columns,
        "size": found["size"],
        "usage_type": found["usage_type"],
        "vm": found["vm"],
        "own_meter_id": own_meters,
        "meter_id": own_or_named(own_meters, found["meter"], named_first=True),
        "reservation_id": own_or_named(
            [str(one).lower() for one in columns["reservation_id"]], found["reservation"]
        ),
    }


def own_or_named(own: Sequence[str], named: Sequence[str], *, named_first: bool = False) -> list[str]:
    """Each record's own id, or where it has none the one that its facts name, or the other way round; lower case."""
    if named_first:
        return [other.lower() or one for one, other in zip(own, named, strict=True)]
    return [one or other.lower() for one, other in zip(own, named, strict=True)]


def numbers(values: Sequence[Any]) -> npt.NDArray[np.float64]:
    """The values as numbers, NaN for what is none; infinities stay."""
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        return np.array([_number(value) for value in values], dtype=np.float64)


def micros(values: Sequence[Any]) -> npt.NDArray[np.int64]:
    """Amounts in whole millionths, rounded half to even; exact for Decimal and text. What is no amount is 0."""
    known: dict[Any, int] = {}
    made = np.zeros(len(values), dtype=np.int64)
    for place, value in enumerate(values):
        try:
            made[place] = known[value]
        except (KeyError, TypeError):
            made[place] = known[value] = _micro(value)
    return made


def _micro(value: object) -> int:
    if value is None or value == "":
        return 0
    try:
        amount = value if isinstance(value, Decimal) else Decimal(str(value))
        if not amount.is_finite() or abs(amount) > _MOST:
            return 0
        return int(amount.quantize(_MICRO, ROUND_HALF_EVEN) * 1_000_000)
    except InvalidOperation:
        return 0


def _number(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]  # what float() refuses is caught
    except (TypeError, ValueError):
        return np.nan


def _texts(values: Any, size: int) -> Any:  # noqa: ANN401 - anything that holds texts, to a categorical
    if isinstance(values, str):
        return pd.Categorical.from_codes(np.zeros(size, dtype=np.int8), dtype=_one(values), validate=False)
    if isinstance(values, pd.Categorical):
        return values
    if isinstance(values, pd.Series) and isinstance(values.dtype, pd.CategoricalDtype):
        return values.array
    codes, known = pd.factorize(np.asarray(values, dtype=object))
    return pd.Categorical.from_codes(
        codes, dtype=pd.CategoricalDtype(pd.Index(known, dtype="str")), validate=False
    )


@cache
def _one(text: str) -> pd.CategoricalDtype:
    """The kind of a column that says the same in every row."""
    return pd.CategoricalDtype(pd.Index([text], dtype="str"))


def _counts(name: str, given: Any, size: int) -> npt.NDArray[np.int64]:  # noqa: ANN401 - anything that holds numbers
    if given is None:
        return np.arange(size, dtype=np.int64) if name == "row" else np.zeros(size, dtype=np.int64)
    if isinstance(given, int):
        return np.full(size, given, dtype=np.int64)
    return np.asarray(given, dtype=np.int64)
