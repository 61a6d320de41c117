"""Customer-months: what the store has made of the records. Each is a folder that is replaced as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = "hourly.parquet"
KIND = "customer-month"
ROWS = "rows.parquet"
ASIDE = "aside.parquet"


@dataclass(frozen=True, eq=False)
class Month:
    """What is known of one customer in one month, as the root of its folder tells it."""

    folder: Path
    facts: Mapping[str, Any]

    @property
    def customer_id(self) -> str:
        """Whose it is; "" for records that do not say whose they are."""
        return str(self.facts["customer_id"])

    @property
    def month(self) -> str:
        """The month, "2026-10"; "unknown" for records that do not say when."""
        return str(self.facts["month"])

    @property
    def generation(self) -> int:
        """How often it has been made; the highest is what counts."""
        return int(self.facts["generation"])

    @property
    def root(self) -> Path:
        """The file of the hourly aggregate."""
        return self.folder / ROOT

    @property
    def incomplete(self) -> str:
        """A sentence that begins with INCOMPLETE when something is known to be missing."""
        return str(self.facts["incomplete"])


def customer_key(customer_id: str) -> str:
    """The name of a customer's folder: an id comes from outside and is no path."""
    return hashlib.sha256(customer_id.encode()).hexdigest()[:24]


def month_folder(home: Path, customer_id: str, month: str) -> Path:
    """Where the generations of a customer-month are."""
    return home / "built" / customer_key(customer_id) / month
