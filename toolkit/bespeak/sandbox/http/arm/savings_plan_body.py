"""Savings plans and their orders as Azure prints them (Microsoft.BillingBenefits, 2022-11-01)."""

from __future__ import annotations

from bespeak.sandbox.clock import iso7
from bespeak.sandbox.http.arm.billing_scope import account_id, profile_id
from bespeak.sandbox.http.arm.reservation_parts import scope_body
from bespeak.sandbox.http.shapes import billing_benefits as shapes
from bespeak.sandbox.plan_use import recent_use
from bespeak.sandbox.reservation_records import Scope
from bespeak.sandbox.savings_plans import SavingsPlan
from bespeak.sandbox.world import World

ROOT = "/providers/Microsoft.BillingBenefits/savingsPlanOrders"
_KIND = "microsoft.billingbenefits/savingsPlanOrders"
_SKU: shapes.Sku = {"name": "Compute_Savings_Plan"}


def order_path(plan: SavingsPlan) -> str:
    """The id of the order of a plan."""
    return f"{ROOT}/{plan.order_id}"


def plan_path(plan: SavingsPlan) -> str:
    """The id of a plan."""
    return f"{order_path(plan)}/savingsPlans/{plan.id}"


def state_of(plan: SavingsPlan, world: World) -> str:
    """``Succeeded`` while it is applied, ``Expired`` after its term."""
    return "Expired" if world.now >= plan.expiry else "Succeeded"


def _billing(plan: SavingsPlan, world: World) -> tuple[str, str, str]:
    account = f"/providers/Microsoft.Billing/billingAccounts/{account_id(world)}"
    profile = f"{account}/billingProfiles/{profile_id(world)}"
    return f"/subscriptions/{plan.promise.billing_subscription_id}", account, profile


def order_body(plan: SavingsPlan, world: World) -> shapes.Order:
    """The order of a plan."""
    scope, account, profile = _billing(plan, world)
    return {
        "id": order_path(plan),
        "name": plan.order_id,
        "type": _KIND,
        "sku": _SKU,
        "properties": {
            "displayName": plan.name,
            "provisioningState": state_of(plan, world),
            "billingScopeId": scope,
            "billingProfileId": profile,
            "billingAccountId": account,
            "term": "P1Y" if plan.promise.term == "P1Y" else "P3Y",
            "billingPlan": "P1M",
            "expiryDateTime": iso7(plan.expiry),
            "benefitStartTime": iso7(plan.starts),
            "savingsPlans": [plan_path(plan)],
        },
    }


def plan_body(plan: SavingsPlan, world: World) -> shapes.Plan:
    """A plan with its commitment, scope and use."""
    scope, account, profile = _billing(plan, world)
    state, applied = state_of(plan, world), plan.promise.scope
    return {
        "id": plan_path(plan),
        "name": plan.id,
        "type": f"{_KIND}/savingsPlans",
        "sku": _SKU,
        "properties": {
            "displayName": plan.name,
            "provisioningState": state,
            "displayProvisioningState": state,
            "billingScopeId": scope,
            "billingProfileId": profile,
            "billingAccountId": account,
            "term": "P1Y" if plan.promise.term == "P1Y" else "P3Y",
            "billingPlan": "P1M",
            "appliedScopeType": _scope_type(applied),
            "userFriendlyAppliedScopeType": applied.kind,
            "appliedScopeProperties": None
            if applied.kind == "Shared"
            else scope_body(applied, plan.customer_id, world),
            "commitment": {
                "currencyCode": plan.promise.currency,
                "amount": float(plan.promise.commitment),
                "grain": "Hourly",
            },
            "effectiveDateTime": iso7(plan.starts),
            "expiryDateTime": iso7(plan.expiry),
            "purchaseDateTime": iso7(plan.starts),
            "benefitStartTime": iso7(plan.starts),
            "extendedStatusInfo": _status(state),
            "renew": plan.promise.renew,
            "utilization": _utilization(plan, world),
        },
    }


def _scope_type(scope: Scope) -> shapes.ScopeType:
    """A resource group reads back as Single (recorded, 2022)."""
    return "Single" if scope.kind == "ResourceGroup" else scope.kind


def _status(state: str) -> shapes.StatusInfo:
    if state == "Expired":
        return {"statusCode": "Expired", "message": "The savings plan has expired."}
    return {"statusCode": "Active", "message": ""}


def _utilization(plan: SavingsPlan, world: World) -> shapes.Utilization:
    shares = {days: recent_use(world.covered(plan.customer_id), plan, days) for days in (1, 7, 30)}
    known = {days: share for days, share in shares.items() if share is not None}
    trend = "SAME"
    if known and known[1] != known[7]:
        trend = "UP" if known[1] > known[7] else "DOWN"
    return {
        "trend": trend,
        "aggregates": [
            {"grain": float(days), "grainUnit": "days", "value": share, "valueUnit": "percentage"}
            for days, share in known.items()
        ],
    }
