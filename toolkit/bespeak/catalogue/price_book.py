"""A price book: what sizes cost by the hour and what their reservations cost, in one currency on one date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

import pandas as pd

from bespeak.errors import InputError, MissingError
from bespeak.money import Money
from bespeak.tables import PAYG_PRICES, RESERVATION_PRICES, Contract


@dataclass(frozen=True, eq=False)
class PriceBook:
    """Prices of one source and date (contracts ``PAYG_PRICES`` and ``RESERVATION_PRICES``).

    Pay-as-you-go is the compute part by the hour, without software; a reservation's price is for the whole term.
    ``set_aside`` counts the rows of the source that were not used, by reason.
    """

    payg: pd.DataFrame
    reservations: pd.DataFrame
    currency: str
    as_of: date
    source: str
    set_aside: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._check(self.payg, PAYG_PRICES, ["region", "size"])
        self._check(self.reservations, RESERVATION_PRICES, ["region", "size", "term"])

    def payg_per_hour(self, region: str, size: str) -> Money:
        """What one hour of a size costs at pay-as-you-go; raises ``MissingError`` when there is no price."""
        return self._found(self._hourly.get((region, size)), f"pay-as-you-go price for {size} in {region}")

    def reservation_total(self, region: str, size: str, term: str) -> Money:
        """What one instance costs for the whole term; raises ``MissingError`` when there is no price."""
        amount = self._totals.get((region, size, term))
        return self._found(amount, f"reservation price for {size} in {region} with term {term}")

    def __repr__(self) -> str:
        return (
            f"PriceBook({len(self.payg)} pay-as-you-go and {len(self.reservations)} reservation prices in "
            f"{self.currency}, {self.as_of}, {self.source})"
        )

    @cached_property
    def _hourly(self) -> dict[tuple[str, str], Decimal]:
        table = self.payg
        return dict(zip(zip(table["region"], table["size"], strict=True), table["per_hour"], strict=True))

    @cached_property
    def _totals(self) -> dict[tuple[str, str, str], Decimal]:
        table = self.reservations
        keys = zip(table["region"], table["size"], table["term"], strict=True)
        return dict(zip(keys, table["total"], strict=True))

    def _found(self, amount: Decimal | None, what: str) -> Money:
        if amount is None:
            raise MissingError(
                f"There is no {what} in {self.source} of {self.as_of}.",
                "Choose another size, region or term, or read the prices again.",
            )
        return Money(amount, self.currency)

    def _check(self, table: pd.DataFrame, contract: Contract, key: list[str]) -> None:
        contract.check(table)
        others = sorted(set(table["currency"]) - {self.currency})
        if others:
            raise InputError(
                f"The {contract.name} are in {', '.join(others)}, the price book is in {self.currency}.",
                "Read the prices of one market in one currency.",
            )
        twice = table[table.duplicated(key)]
        if len(twice):
            first = " ".join(str(twice.iloc[0][name]) for name in key)
            raise InputError(f"The {contract.name} have two rows for {first}.", "Keep one of them.")
