"""Columns of texts as small numbers: what repeats a million times is looked at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
_ROOM = 2**62


@dataclass(frozen=True, eq=False)
class Coded:
    """A column as codes and the texts that they stand for; equal texts may have several codes until ``merged``."""

    codes: npt.NDArray[Any]  # of the smallest kind of whole number that holds them
    texts: tuple[str, ...]

    @classmethod
    def of(cls, column: pd.Series[Any]) -> Coded:
        """The codes of a column of texts without empty cells."""
        kept = column if isinstance(column.dtype, pd.CategoricalDtype) else column.astype("category")
        return cls(kept.array.codes, tuple(map(str, kept.cat.categories)))

    def mapped(self, change: Callable[[str], str]) -> Coded:
        """The column with every text changed; texts that become the same get one code."""
        changed = tuple(map(change, self.texts))
        known = tuple(sorted(set(changed)))
        if changed == known:
            return Coded(self.codes, known)
        place = {text: number for number, text in enumerate(known)}
        moved = np.array([place[text] for text in changed] or [0], dtype=np.int32)
        return Coded(moved[self.codes], known)

    @classmethod
    def of_values(cls, values: Sequence[Any]) -> Coded:
        """The codes of a list of values of any kind: objects as JSON, nothing as ""."""
        texts = [one if isinstance(one, str) else _as_text(one) for one in values]
        codes, known = pd.factorize(np.array(texts, dtype=object))
        return cls(codes, tuple(known))

    def flags(self, test: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
        """Whether the text of each row passes."""
        found: npt.NDArray[np.bool_] = np.array([test(text) for text in self.texts] or [False])[self.codes]
        return found

    def column(self, rows: Any = slice(None)) -> pd.Categorical:  # noqa: ANN401 - any index of numpy
        """The chosen rows as a categorical of sorted texts; "" stays a text."""
        one = self if self.is_sorted else self.mapped(lambda text: text)
        used = one.codes[rows]
        present = np.zeros(len(one.texts) + 1, dtype=bool)
        present[used] = True
        place = np.cumsum(present) - 1
        texts = [text for text, there in zip(one.texts, present, strict=False) if there]
        return pd.Categorical.from_codes(
            place[used].astype(np.int32), categories=pd.Index(texts, dtype="str")
        )

    @property
    def is_sorted(self) -> bool:
        """Whether the texts are in order and each there once."""
        return all(one < other for one, other in zip(self.texts, self.texts[1:], strict=False))


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return json.dumps(value, default=str) if isinstance(value, (dict, list)) else str(value)


def picked(texts: Sequence[str], codes: npt.NDArray[Any]) -> Coded:
    """A column from texts that may repeat, and the place of each row's text."""
    return Coded(codes, tuple(texts)).mapped(lambda text: text)


def filled(first: Coded, *others: Coded) -> Coded:
    """Each row's first text that is not empty."""
    texts = list(first.texts)
    codes = first.codes
    for other in others:
        if all(texts):
            break
        empty = np.array([not text for text in texts] or [True], dtype=bool)[codes]
        codes = np.where(empty, other.codes.astype(np.int32) + np.int32(len(texts)), codes)
        texts += other.texts
    return picked(texts, codes)


def joint(*columns: Coded | Ints) -> tuple[Ints, Ints]:
    """One number for each combination that occurs, from 0, and for each number the first row that has it."""
    codes = [column.codes if isinstance(column, Coded) else column for column in columns]
    mixed: Ints = np.zeros(len(codes[0]), dtype=np.int64)
    width = 1
    for code in codes:
        low = int(code.min()) if code.size else 0
        span = int(code.max()) - low + 1 if code.size else 1
        if span == 1:
            continue  # the same in all rows
        if width * span > _ROOM:
            mixed, uniques = pd.factorize(mixed)
            width = len(uniques)
        mixed = mixed * span + (code.astype(np.int64) - low)
        width *= span
    which, uniques = pd.factorize(mixed)
    first = np.zeros(len(uniques), dtype=np.int64)
    first[which[::-1]] = np.arange(len(which), dtype=np.int64)[::-1]
    return which.astype(np.int64), first
