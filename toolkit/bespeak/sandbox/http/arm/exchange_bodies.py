"""What the operations of an exchange answer: figures, items with their states, requests as they come back."""

from __future__ import annotations

from datetime import datetime

from bespeak.sandbox.exchanges import item_state, phase
from bespeak.sandbox.http.arm.older import scope_type
from bespeak.sandbox.http.arm.refunds import amount
from bespeak.sandbox.http.shapes import capacity
from bespeak.sandbox.http.shapes import refunds as shapes
from bespeak.sandbox.purchase_request import PurchaseRequest
from bespeak.sandbox.reservation_records import Scope
from bespeak.sandbox.sessions import Exchange, GivenBack, PlanRequest, Taken, TakenPlan

_ROOT = "/providers/microsoft.capacity/reservationOrders"
_PLANS = "/providers/Microsoft.BillingBenefits/savingsPlanOrders"
_GROUPS = "/providers/Microsoft.Management/managementGroups/"


def quoted_properties(found: Exchange) -> shapes.QuotedProperties:
    """The figures of a quote."""
    totals = _totals(found)
    return {
        "sessionId": found.session_id,
        "refundsTotal": totals[0],
        "purchasesTotal": totals[1],
        "netPayable": totals[2],
        "reservationsToPurchase": [
            {
                "properties": echoed(one.request),
                "billingCurrencyTotal": amount(one.total, found.currency),
                "paymentSchedule": None,
                "pricingCurrencyTotal": None,
            }
            for one in found.taken
        ],
        "savingsPlansToPurchase": [
            {
                "properties": _echoed_plan(one.request),
                "billingCurrencyTotal": amount(one.total, found.currency),
            }
            for one in found.plans
        ],
        "reservationsToExchange": [_given(found, one) for one in found.given],
        "policyResult": _policy(found),
    }


def made_properties(found: Exchange, now: datetime) -> shapes.MadeProperties:
    """The figures of an exchange, with the state of each item."""
    totals = _totals(found)
    return {
        "sessionId": found.session_id,
        "refundsTotal": totals[0],
        "purchasesTotal": totals[1],
        "netPayable": totals[2],
        "reservationsToPurchase": [_made(found, number, one, now) for number, one in enumerate(found.taken)],
        "savingsPlansToPurchase": [
            _made_plan(found, number, one, now) for number, one in enumerate(found.plans)
        ],
        "reservationsToExchange": [
            {**_given(found, one), "status": item_state(found, found.given, number, now)}
            for number, one in enumerate(found.given)
        ],
        "policyResult": _policy(found),
    }


def _totals(found: Exchange) -> tuple[capacity.Amount, capacity.Amount, capacity.Amount]:
    given, bought = found.refunds_total, found.purchases_total
    return tuple(amount(one, found.currency) for one in (given, bought, bought - given))  # type: ignore[return-value]


def _policy(found: Exchange) -> shapes.ExchangePolicy:
    errors: list[shapes.PolicyError] = [{"code": code, "message": message} for code, message in found.against]
    return {"properties": {"policyErrors": errors or None}}


def _given(found: Exchange, one: GivenBack) -> shapes.GivenItem:
    return {
        "reservationId": f"{_ROOT}/{one.order_id}/reservations/{one.reservation_id}",
        "quantity": one.quantity,
        "billingRefundAmount": amount(one.refund, found.currency),
        "billingInformation": {
            "billingCurrencyTotalPaidAmount": amount(one.paid, found.currency),
            "billingCurrencyProratedAmount": amount(one.prorated, found.currency),
            "billingCurrencyRemainingCommitmentAmount": amount(one.dropped, found.currency),
        },
    }


def _made(found: Exchange, number: int, one: Taken, now: datetime) -> shapes.MadePurchase:
    shown: shapes.MadePurchase = {
        "reservationOrderId": f"{_ROOT}/{one.order_id}",
        "properties": echoed(one.request),
        "billingCurrencyTotal": amount(one.total, found.currency),
        "status": item_state(found, found.taken, number, now),
    }
    if phase(found, now) != "PendingRefunds":
        shown["reservationId"] = f"{_ROOT}/{one.order_id}/reservations/{one.reservation_id}"
    return shown


def _made_plan(found: Exchange, number: int, one: TakenPlan, now: datetime) -> shapes.MadePlan:
    shown: shapes.MadePlan = {
        "savingsPlanOrderId": f"{_PLANS}/{one.order_id}",
        "properties": _echoed_plan(one.request),
        "billingCurrencyTotal": amount(one.total, found.currency),
        "status": item_state(found, found.plans, number, now),
    }
    if phase(found, now) != "PendingRefunds":
        shown["savingsPlanId"] = f"{_PLANS}/{one.order_id}/savingsPlans/{one.plan_id}"
    return shown


def echoed(request: PurchaseRequest) -> shapes.EchoedPurchase:
    """A purchase request as it comes back: what was not sent, or is the default, is null."""
    flexibility: capacity.Flexibility = {"instanceFlexibility": "Off"}
    return {
        "sku": {"name": request.size},
        "location": request.region,
        "properties": {
            "reservedResourceType": "VirtualMachines",
            "billingScopeId": f"/subscriptions/{request.billing_id}",
            "term": request.term,
            "billingPlan": request.plan,
            "quantity": request.quantity,
            "displayName": request.name or None,
            "appliedScopeType": scope_type(request.scope),
            "appliedScopes": None,
            "appliedScopeProperties": _where(request.scope),
            "renew": request.renew or None,
            "reservedResourceProperties": None if request.flexible else flexibility,
            "reviewDateTime": None,
        },
    }


def _where(scope: Scope) -> capacity.AppliedScope | None:
    owner, _, group = scope.id.partition("/")
    if scope.kind == "Shared":
        return None
    if scope.kind == "ManagementGroup":
        return {"managementGroupId": _GROUPS + scope.id}
    path = f"/subscriptions/{owner}"
    return {"resourceGroupId": f"{path}/resourceGroups/{group}"} if group else {"subscriptionId": path}


def _echoed_plan(request: PlanRequest) -> shapes.PlanRequest:
    return {
        "sku": {"name": "Compute_Savings_Plan"},
        "properties": {
            "displayName": request.name or None,
            "billingScopeId": f"/subscriptions/{request.billing_subscription_id}",
            "term": request.term,
            "billingPlan": "P1M",
            "appliedScopeType": scope_type(request.scope),
            "appliedScopeProperties": _where(request.scope),
            "commitment": {
                "currencyCode": request.currency,
                "amount": float(request.commitment),
                "grain": "Hourly",
            },
        },
    }
