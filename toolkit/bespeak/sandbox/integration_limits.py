"""The figures of Microsoft's integration sandbox, from ``rules.toml``."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bespeak.sandbox.rules import rule


def limit(name: str) -> Any:  # noqa: ANN401  (a value of the rules)
    """One limit of the integration sandbox."""
    return rule("integration")[name]


def regions() -> Sequence[str]:
    """Where its one reservation is sold, spelt as the catalogue spells it: in several casings."""
    return tuple(str(limit("regions")).split())


def price() -> Decimal:
    """The invented price of its one reservation: nothing is payable there."""
    return Decimal(limit("price"))
