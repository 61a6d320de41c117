"""What was read of customers, kept beside the usage in the private folder of the world, with the time of reading."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from bespeak.portfolio.facts import Facts, facts_of
from bespeak.portfolio.worked import Worked, worked_of
from bespeak.tables import CUSTOMERS

_BROKEN = (OSError, ValueError, KeyError, TypeError)


class Kept:
    """The private folder of a portfolio. A file that is missing, torn or of another version counts as not read.

    Each file takes the place of the one before it as a whole, so that several kernels may write at once.
    """

    def __init__(self, home: Path) -> None:
        self._home = home

    def facts(self, customer_id: str) -> Facts | None:
        """What was read of a customer, ``None`` when nothing was."""
        try:
            found = facts_of(self._read(_name(customer_id)))
        except _BROKEN:
            return None
        return found if found.customer_id == customer_id else None  # a file's name proves nothing

    def keep(self, facts: Facts) -> None:
        """Keeps what was read in the place of what was read before."""
        self._write(_name(facts.customer_id), facts.as_json())

    def customers(self, since: datetime) -> pd.DataFrame | None:
        """The list of customers, when it was read since then."""
        try:
            told = self._read("customers.json")
            return CUSTOMERS.frame(told["rows"]) if datetime.fromisoformat(told["read"]) >= since else None
        except _BROKEN:
            return None

    def keep_customers(self, table: pd.DataFrame, read: datetime) -> None:
        """Keeps the list of customers."""
        names = [column.name for column in CUSTOMERS.columns]
        self._write("customers.json", {"read": read.isoformat(), "rows": table[names].to_dict("records")})

    def worked(self) -> dict[str, Worked]:
        """What was worked out, by customer."""
        try:
            return {one: worked_of(told) for one, told in self._read("worked.json").items()}
        except _BROKEN:
            return {}

    def keep_worked(self, worked: Mapping[str, Worked]) -> None:
        """Keeps what was worked out."""
        self._write("worked.json", {one: found.as_json() for one, found in worked.items()})

    def price_marks(self) -> dict[str, list[str]]:
        """Of each market and kind of customer the day on which its prices were read, and a word that tells them."""
        try:
            return {str(key): [str(day), str(mark)] for key, (day, mark) in self._read("prices.json").items()}
        except _BROKEN:
            return {}

    def keep_price_marks(self, marks: Mapping[str, list[str]]) -> None:
        """Keeps those words."""
        self._write("prices.json", marks)

    def _read(self, name: str) -> Any:  # noqa: ANN401  whatever a file holds
        return json.loads((self._home / name).read_text(encoding="utf8"))

    def _write(self, name: str, told: object) -> None:
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, path = tempfile.mkstemp(dir=self._home, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf8") as file:
                json.dump(told, file)
            Path(path).replace(self._home / name)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(path).unlink()
            raise


def _name(customer_id: str) -> str:
    """A file name that no id can break out of."""
    return f"{hashlib.blake2b(customer_id.encode(), digest_size=16).hexdigest()}.json"
