"""A quote: what exactly would be bought, for whom, and what it costs. Frozen, in Decimal; nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal, cast

import pandas as pd

from bespeak.buying.words import BILLINGS, SCOPES, TERMS, Billing, Scope, Term
from bespeak.catalogue import PriceBook, canonical_region, canonical_size
from bespeak.customers import CustomerDetails
from bespeak.errors import InputError, MissingError
from bespeak.money import Money
from bespeak.terms import scope_refusal, term_months

_WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Quote:
    """One line of a purchase with its price.

    ``unit`` is what Microsoft charges for one instance and the whole term, tax excluded. ``subscription_id`` is the
    Partner Center subscription (of an Azure plan: the plan), ``azure_subscription_id`` where the VMs run.
    ``margin_percent`` is the part of the sell price that stays with the partner; it is not a markup on the cost.
    """

    customer_id: str
    customer: str
    country: str
    kind: Literal["azure_plan", "legacy"]
    subscription_id: str
    azure_subscription_id: str
    size: str
    region: str
    term: Term
    quantity: int
    scope: Scope
    billing: Billing
    unit: Money
    margin_percent: Decimal
    product_id: str
    sku_id: str
    price_as_of: date
    price_source: str

    @property
    def total(self) -> Money:
        """What Microsoft charges for all instances and the whole term; the same for every billing frequency."""
        return (self.unit * self.quantity).rounded()

    @property
    def monthly(self) -> Money:
        """One monthly payment, rounded; ``payments`` has those whose sum is exactly the total."""
        return _part(self.total, term_months(self.term))

    @property
    def payments(self) -> tuple[Money, ...]:
        """What is charged when: one payment, or one a month whose sum is exactly the total."""
        return payments_of(self.total, self.term, self.billing)

    @property
    def sell_total(self) -> Money:
        """What the customer pays for the whole term, so that the margin is the wanted part of it."""
        return Money(
            self.total.amount * _WHOLE / (_WHOLE - self.margin_percent), self.total.currency
        ).rounded()

    @property
    def sell_monthly(self) -> Money:
        """What the customer pays a month, rounded."""
        return _part(self.sell_total, term_months(self.term))

    @property
    def margin(self) -> Money:
        """What stays with the partner over the whole term."""
        return self.sell_total - self.total

    def __str__(self) -> str:
        return f"{self.quantity} x {self.size} {self.region} {self.term} for {self.customer}: {self.total}"


def quote(  # noqa: PLR0913  # a purchase has that many facts, all named
    details: CustomerDetails,
    prices: PriceBook,
    *,
    azure_subscription_id: str,
    size: str,
    region: str,
    term: str,
    quantity: int,
    scope: str = "shared",
    billing: str = "one_time",
    margin_percent: Decimal = Decimal(0),
) -> Quote:
    """The quote for one size, region and term; raises ``InputError`` or ``MissingError`` that says what is wrong.

    Whether it may be bought is a question for ``blockers``.
    """
    kind = _kind(details)
    known_size, known_region = _size(size), _region(region)
    known_term = cast("Term", _one_of(term, TERMS, "term"))
    row = _price_row(prices, known_region, known_size, known_term)
    subscription = subscription_of(details, azure_subscription_id)
    return Quote(
        customer_id=details.customer_id,
        customer=details.name,
        country=details.country,
        kind=kind,
        subscription_id=subscription,
        azure_subscription_id=azure_subscription_id.lower(),
        size=known_size,
        region=known_region,
        term=known_term,
        quantity=_quantity(quantity),
        scope=_scope(details, scope, prices.as_of),
        billing=cast("Billing", _one_of(billing, BILLINGS, "billing frequency")),
        unit=_unit(details, prices.reservation_total(known_region, known_size, known_term)),
        margin_percent=_margin(margin_percent),
        product_id=str(row["product_id"]),
        sku_id=str(row["sku_id"]),
        price_as_of=prices.as_of,
        price_source=prices.source,
    )


def subscription_of(details: CustomerDetails, azure_subscription_id: str) -> str:
    """The Partner Center subscription that an Azure subscription of the customer belongs to, lower case.

    Raises ``MissingError`` when the customer has no such Azure subscription.
    """
    table = details.azure_subscriptions
    found = table.loc[table["azure_subscription_id"].str.lower() == azure_subscription_id.lower()]
    if found.empty:
        raise MissingError(
            f"{details.name} has no Azure subscription {azure_subscription_id or '(none chosen)'}.",
            "Choose one of the customer's Azure subscriptions.",
        )
    return str(found.iloc[0]["subscription_id"]).lower()


def _size(size: str) -> str:
    found = canonical_size(size)
    if found is None:
        raise MissingError(f"'{size}' is not a known VM size.", "Write it like Standard_D2s_v5.")
    return found


def _region(region: str) -> str:
    found = canonical_region(region)
    if found is None:
        raise MissingError(f"'{region}' is not a known Azure region.", "Write it like polandcentral.")
    return found


def _one_of(value: str, allowed: tuple[str, ...], what: str) -> str:
    if value not in allowed:
        raise InputError(f"'{value}' is not a {what}.", f"Use {' or '.join(allowed)}.")
    return value


def _kind(details: CustomerDetails) -> Literal["azure_plan", "legacy"]:
    if details.kind == "none":
        raise InputError(
            f"{details.name} has neither an Azure plan nor an Azure subscription.",
            "Sell the customer an Azure plan first.",
        )
    return details.kind


def _quantity(quantity: int) -> int:
    if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1:
        raise InputError(f"{quantity!r} is not a quantity.", "Use a whole number from 1 on.")
    return quantity


def _scope(details: CustomerDetails, scope: str, on: date) -> Scope:
    """The scope, when it can be chosen at the purchase."""
    known = cast("Scope", _one_of(scope, SCOPES, "scope"))
    refusal = scope_refusal(details.kind, known, on)
    if refusal:
        raise InputError(refusal, "Choose another scope.")
    return known


def _unit(details: CustomerDetails, unit: Money) -> Money:
    if details.currency and unit.currency != details.currency:
        raise InputError(
            f"{details.name} is billed in {details.currency}, and these prices are in {unit.currency}.",
            "Read the prices for the customer's market.",
        )
    return unit


def _margin(percent: Decimal) -> Decimal:
    if not isinstance(percent, Decimal):
        raise TypeError("A margin is a Decimal, never a float.")
    if not percent.is_finite() or not 0 <= percent < _WHOLE:
        raise InputError(f"A margin of {percent} % is not possible.", "Use a number from 0 to below 100.")
    return percent


def _price_row(prices: PriceBook, region: str, size: str, term: str) -> pd.Series[Any]:
    table = prices.reservations
    found = table.loc[(table["region"] == region) & (table["size"] == size) & (table["term"] == term)]
    if found.empty:
        raise MissingError(
            f"There is no reservation price for {size} in {region}, {term}.",
            "Choose another size, region or term.",
        )
    return found.iloc[0]


def _part(total: Money, parts: int) -> Money:
    return Money(total.amount / parts, total.currency).rounded()


def payments_of(total: Money, term: str, billing: str) -> tuple[Money, ...]:
    """What is charged when for a total: one payment, or one a month whose sum is exactly the total (D-505)."""
    return _payments(total, term_months(term) if billing == "monthly" else 1)


def _payments(total: Money, parts: int) -> tuple[Money, ...]:
    """Payments that differ by one minor unit at most: what is due so far, less what was paid."""
    due = [Money(total.amount * part / parts, total.currency).rounded() for part in range(parts + 1)]
    return tuple(later - sooner for sooner, later in pairwise(due))
