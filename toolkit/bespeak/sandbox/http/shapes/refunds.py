"""Bodies of refunds and exchanges (2022-11-01)."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from bespeak.sandbox.http.shapes.capacity import Amount, AppliedScope, Flexibility, Named, PurchaseRequest


class ReturnItem(TypedDict):
    """Instances to give back; the id of the reservation is a whole path."""

    reservationId: str
    quantity: int


class RefundWish(TypedDict):
    """What is to be returned; ``scope`` is always Reservation."""

    scope: NotRequired[str]
    reservationToReturn: ReturnItem


class RefundBody(TypedDict):
    """The question what a return would bring; ``id`` is that of the order."""

    id: NotRequired[str]
    properties: RefundWish


class ReturnWish(TypedDict):
    """A return; ``sessionId`` is that of the quote."""

    sessionId: str
    scope: NotRequired[str]
    reservationToReturn: ReturnItem
    returnReason: NotRequired[str]


class ReturnBody(TypedDict):
    """A return."""

    properties: ReturnWish


class PolicyError(TypedDict):
    """What the policy has against it."""

    code: str
    message: str


class RefundPolicyProperties(TypedDict):
    """The yearly limit in US dollars, what counts against it already, and what the policy has against this one."""

    consumedRefundsTotal: Amount
    maxRefundLimit: Amount
    policyErrors: list[PolicyError]


class RefundPolicy(TypedDict):
    """The policy's result."""

    properties: RefundPolicyProperties


class RefundBilling(TypedDict):
    """Of the whole reservation: payments, what was paid, what of it does not come back, what need not be paid."""

    billingPlan: str
    completedTransactions: int
    totalTransactions: int
    billingCurrencyTotalPaidAmount: Amount
    billingCurrencyProratedAmount: Amount
    billingCurrencyRemainingCommitmentAmount: Amount


class RefundProperties(TypedDict):
    """The figures of a refund."""

    sessionId: str
    quantity: int
    billingRefundAmount: Amount
    pricingRefundAmount: Amount
    policyResult: RefundPolicy
    billingInformation: RefundBilling


class Refund(TypedDict):
    """A refund, quoted or done; ``id`` is that of the reservation."""

    id: str
    properties: RefundProperties


class Commitment(TypedDict):
    """Money in each hour."""

    currencyCode: str
    amount: float
    grain: NotRequired[str]


class PlanWish(TypedDict):
    """The properties of a savings plan."""

    displayName: NotRequired[str | None]
    billingScopeId: str
    term: str
    billingPlan: NotRequired[str | None]
    appliedScopeType: str
    appliedScopeProperties: NotRequired[AppliedScope | None]
    commitment: Commitment


class PlanRequest(TypedDict):
    """A savings plan that reservations are traded in for."""

    sku: Named
    properties: PlanWish


class ExchangeWish(TypedDict):
    """What is given back and what is bought for it."""

    reservationsToExchange: list[ReturnItem]
    reservationsToPurchase: NotRequired[list[PurchaseRequest] | None]
    savingsPlansToPurchase: NotRequired[list[PlanRequest] | None]


class CalculateExchangeBody(TypedDict):
    """The question what an exchange would come to."""

    properties: ExchangeWish


class SessionWish(TypedDict):
    """The session of a quote."""

    sessionId: str


class ExchangeBody(TypedDict):
    """An exchange that was quoted."""

    properties: SessionWish


class ExchangePolicyProperties(TypedDict):
    """What the policy has against an exchange; null when it has nothing, unlike in a refund."""

    policyErrors: list[PolicyError] | None


class ExchangePolicy(TypedDict):
    """The policy's result."""

    properties: ExchangePolicyProperties


class ExchangeBilling(TypedDict):
    """What was paid for the whole reservation, what of it does not come back, what need not be paid."""

    billingCurrencyTotalPaidAmount: Amount
    billingCurrencyProratedAmount: Amount
    billingCurrencyRemainingCommitmentAmount: Amount


class GivenItem(TypedDict):
    """A reservation that is given back; ``status`` in the exchange only."""

    reservationId: str
    quantity: int
    billingRefundAmount: Amount
    billingInformation: ExchangeBilling
    status: NotRequired[str]


class EchoedWanted(TypedDict):
    """A purchase request as it comes back: what was not sent is null."""

    reservedResourceType: str
    billingScopeId: str
    term: str
    billingPlan: str
    quantity: int
    displayName: str | None
    appliedScopeType: str
    appliedScopes: list[str] | None
    appliedScopeProperties: AppliedScope | None
    renew: bool | None
    reservedResourceProperties: Flexibility | None
    reviewDateTime: str | None


class EchoedPurchase(TypedDict):
    """A purchase request as it comes back."""

    sku: Named
    location: str
    properties: EchoedWanted


class QuotedPurchase(TypedDict):
    """A purchase of a quote; two members are always null."""

    properties: EchoedPurchase
    billingCurrencyTotal: Amount
    paymentSchedule: None
    pricingCurrencyTotal: None


class MadePurchase(TypedDict):
    """A purchase of an exchange; the reservation is there once purchases run."""

    reservationOrderId: str
    reservationId: NotRequired[str]
    properties: EchoedPurchase
    billingCurrencyTotal: Amount
    status: str


class QuotedPlan(TypedDict):
    """A savings plan of a quote."""

    properties: PlanRequest
    billingCurrencyTotal: Amount


class MadePlan(TypedDict):
    """A savings plan of an exchange; the plan is there once purchases run."""

    savingsPlanOrderId: str
    savingsPlanId: NotRequired[str]
    properties: PlanRequest
    billingCurrencyTotal: Amount
    status: str


class QuotedProperties(TypedDict):
    """The figures of an exchange: commitments, not cash."""

    sessionId: str
    refundsTotal: Amount
    purchasesTotal: Amount
    netPayable: Amount
    reservationsToPurchase: list[QuotedPurchase]
    savingsPlansToPurchase: list[QuotedPlan]
    reservationsToExchange: list[GivenItem]
    policyResult: ExchangePolicy


class MadeProperties(TypedDict):
    """The figures of an exchange that runs or is done, each item with its own status."""

    sessionId: str
    refundsTotal: Amount
    purchasesTotal: Amount
    netPayable: Amount
    reservationsToPurchase: list[MadePurchase]
    savingsPlansToPurchase: list[MadePlan]
    reservationsToExchange: list[GivenItem]
    policyResult: ExchangePolicy


class OperationFailure(TypedDict):
    """Why an operation failed."""

    code: str
    message: str


class QuoteOperation(TypedDict):
    """The quote of an exchange: Pending, Succeeded or Failed."""

    id: str
    name: str
    status: str
    properties: NotRequired[QuotedProperties]
    error: NotRequired[OperationFailure]


class ExchangeOperation(TypedDict):
    """An exchange: PendingRefunds, PendingPurchases, Succeeded."""

    id: str
    name: str
    status: str
    properties: NotRequired[MadeProperties]
