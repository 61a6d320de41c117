"""The two Azure offers beside reservations: the Azure plan and the legacy subscription (D-230)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bespeak.sandbox.facts import Facts

AzureKind = Literal["azure_plan", "legacy"]


@dataclass(frozen=True, slots=True)
class AzureOffer:
    """An offer that makes a subscription; it is free, its use is billed.

    Product, SKU and title of the plan: Microsoft, *Create an Azure plan*. That the legacy offer has a SKU is assumed.
    """

    kind: AzureKind
    product_id: str
    sku_id: str
    title: str
    #: The name that a subscription of it bears.
    name: str


AZURE_PLAN = AzureOffer("azure_plan", "DZH318Z0BPS6", "0001", "Microsoft Azure plan", "Azure plan")
LEGACY_AZURE = AzureOffer("legacy", "MS-AZR-0145P", "0001", "Microsoft Azure", "Microsoft Azure")
AZURE_OFFERS = {offer.kind: offer for offer in (LEGACY_AZURE, AZURE_PLAN)}


def currency_of(facts: Facts, country: str) -> str:
    """In what a customer of this country is billed; US dollars where the figures have no rate of its currency."""
    listed = facts.currencies.get(country, "USD")
    return listed if listed in facts.rates else "USD"
