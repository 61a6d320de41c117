"""What things cost at an instant: the list prices of the sample data, moved by the price changes of a world.

Reservations have their own list, in the currency of the market and net of the partner's discount; consumption is
priced in US dollars (Microsoft, *Azure plan price list*, *Get a price sheet*).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from bespeak.sandbox.catalogue import Catalogue, Sku
from bespeak.sandbox.facts import Facts, Price
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.rules import partner_discount

USD = "USD"
_CENT = Decimal("0.01")
_MICRO = Decimal("0.000001")

What = Literal["reservation", "consumption"]


@dataclass(frozen=True, slots=True)
class PriceChange:
    """From ``since`` on some list prices are multiplied by ``factor``; an empty ``size`` or ``term`` means all."""

    since: datetime
    what: What
    factor: Decimal
    size: str = ""
    term: str = ""

    def meets(self, what: What, size: str, term: str, at: datetime) -> bool:
        """Whether it holds for this price at this instant."""
        return (
            self.what == what
            and self.since <= at
            and self.size.lower() in ("", size.lower())
            and self.term.upper() in ("", term)
        )


@dataclass(slots=True)
class PriceState:
    """All price changes of a world, announced ones too, in the order in which they were made known."""

    changes: list[PriceChange] = field(default_factory=list)


class PriceList:
    """The prices of one world."""

    def __init__(self, state: PriceState, facts: Facts, catalogue: Catalogue) -> None:
        self._state = state
        self._facts = facts
        self._catalogue = catalogue

    def announce(self, change: PriceChange) -> None:
        """Adds a change of prices, now or later."""
        if change.factor <= 0:
            raise RefusalError(400, "BadRequest", f"A price factor must be above 0, not {change.factor}.")
        self._state.changes.append(change)

    def key(self, at: datetime) -> int:
        """How many changes hold at this instant: the same key, the same prices."""
        return sum(1 for one in self._state.changes if one.since <= at)

    def reservation(self, sku: Sku, at: datetime, currency: str = USD) -> Decimal:
        """What the partner pays for one instance for the whole term, in cents of the currency."""
        listed = sku.total * self._factor("reservation", sku.size.name, sku.term, at)
        return self._converted(listed * (1 - partner_discount(at.date())), currency)

    def list_price(self, sku: Sku, at: datetime, currency: str = USD) -> Decimal:
        """The same before the partner's discount."""
        return self._converted(sku.total * self._factor("reservation", sku.size.name, sku.term, at), currency)

    def of_offer(self, product_id: str, sku_id: str, at: datetime, currency: str = USD) -> Decimal | None:
        """Today's price of what was bought once; None when it is not in the catalogue any more."""
        sku = self._catalogue.find(product_id, sku_id)
        return self.reservation(sku, at, currency) if sku else None

    def hour(self, price: Price, at: datetime) -> Decimal:
        """An hour at pay-as-you-go in US dollars."""
        factor = self._factor("consumption", price.size, "", at)
        return (
            price.hour if factor == 1 else (price.hour * factor).quantize(_MICRO, ROUND_HALF_UP).normalize()
        )

    def rate(self, currency: str) -> Decimal:
        """Units of a currency for one US dollar; 400 / 3000 for one that the figures do not have."""
        known = self._facts.rates.get(currency.upper())
        if known is None:
            raise RefusalError(400, 3000, f"This sandbox has no exchange rate for currency '{currency}'.")
        return known

    def _converted(self, amount: Decimal, currency: str) -> Decimal:
        exact = amount if currency == USD else amount * self.rate(currency)
        rounded = exact.quantize(_CENT, ROUND_HALF_UP)
        return amount if rounded == amount else rounded

    def _factor(self, what: What, size: str, term: str, at: datetime) -> Decimal:
        factor = Decimal(1)
        for change in self._of(what, size, term, at):
            factor *= change.factor
        return factor

    def _of(self, what: What, size: str, term: str, at: datetime) -> Iterator[PriceChange]:
        return (one for one in self._state.changes if one.meets(what, size, term, at))
