"""A line of a cart: what was asked for and what the world makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from bespeak.sandbox.catalogue import Sku
from bespeak.sandbox.line_errors import LineError
from bespeak.sandbox.offers import AZURE_OFFERS, AzureOffer
from bespeak.sandbox.wishes import Wish

SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Line:
    """A wish with what the world makes of it. Without ``error`` it can be ordered.

    ``sku`` is a reservation, ``azure`` one of the two Azure offers; neither for an item that is unknown. ``scope`` is
    ``shared`` or the Azure subscription the benefit is bound to; ``billing`` is the Azure subscription that pays.
    """

    wish: Wish
    sku: Sku | None = None
    azure: Literal["", "azure_plan", "legacy"] = ""
    unit_total: Decimal = Decimal(0)
    currency: str = ""
    scope: str = ""
    billing: str = ""
    error: LineError | None = None

    @property
    def offer(self) -> AzureOffer | None:
        """The Azure offer that it asks for."""
        return AZURE_OFFERS[self.azure] if self.azure else None

    @property
    def group(self) -> str:
        """What keeps lines together in one order: the offer, or the subscription that was asked to pay."""
        return f"offer {self.azure}" if self.azure else self.wish.asked

    @property
    def monthly(self) -> bool:
        """Whether it is paid in instalments."""
        return self.wish.cycle == "monthly"

    @property
    def total(self) -> Decimal:
        """Quantity times the price of the whole term."""
        return self.unit_total * self.wish.quantity
