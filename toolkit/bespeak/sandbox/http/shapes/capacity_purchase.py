"""Bodies of quotes and of reservation order aliases."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from bespeak.sandbox.http.shapes.capacity import Amount, AppliedScope, Flexibility, Named


class QuoteRow(TypedDict):
    """A payment of a quote; only the first one has the amount in the billing currency."""

    dueDate: str
    pricingCurrencyTotal: Amount
    billingCurrencyTotal: NotRequired[Amount]
    status: Literal["Scheduled"]


class QuoteProperties(TypedDict):
    """A price. The three totals are always 0; the price is ``billingCurrencyTotal``, without tax."""

    billingCurrencyTotal: Amount
    netTotal: float
    taxTotal: float
    grandTotal: float
    isTaxIncluded: bool
    isBillingPartnerManaged: bool
    paymentSchedule: NotRequired[list[QuoteRow]]
    reservationOrderId: str
    skuTitle: str
    skuDescription: str
    pricingCurrencyTotal: Amount


class Quote(TypedDict):
    """The answer of calculatePrice."""

    properties: QuoteProperties


class AliasProperties(TypedDict):
    """A purchase without a quote."""

    displayName: str
    reservationOrderId: str
    provisioningState: Literal["Created"]
    billingScopeId: str
    term: str
    billingPlan: NotRequired[str]
    appliedScopeType: str
    appliedScopeProperties: NotRequired[AppliedScope | None]
    quantity: int
    renew: bool
    reservedResourceType: str
    reservedResourceProperties: Flexibility


class Alias(TypedDict):
    """A reservation order alias."""

    id: str
    name: str
    type: str
    location: str
    sku: Named
    properties: AliasProperties


class AliasOutcome(TypedDict):
    """What became of it."""

    reservationOrderId: str


class OperationError(TypedDict):
    """Why an operation failed."""

    code: str
    message: str


class AliasOperation(TypedDict):
    """How far the purchase of an alias is."""

    id: str
    name: str
    status: Literal["Pending", "Succeeded", "Failed"]
    properties: NotRequired[AliasOutcome]
    error: NotRequired[OperationError]
