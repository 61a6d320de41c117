"""Microsoft.BillingBenefits, the side that reads: orders, savings plans, the check of a purchase."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from bespeak.sandbox import rights
from bespeak.sandbox.http.arm.billing_scope import tenants_of
from bespeak.sandbox.http.arm.places import read_body
from bespeak.sandbox.http.arm.savings_plan_body import order_body, plan_body
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, plain
from bespeak.sandbox.http.shapes import billing_benefits as shapes
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.savings_plans import SavingsPlan, check
from bespeak.sandbox.world import World

_READ = "Microsoft.BillingBenefits/savingsPlanOrders/read"
_SCOPES = ("shared", "single", "managementgroup")


def list_orders(ask: Ask, world: World) -> Answer:
    """The orders of savings plans that the caller can see."""
    body: shapes.Orders = {"value": [order_body(plan, world) for plan in seen(ask, world)]}
    return plain(body)


def get_order(ask: Ask, world: World) -> Answer:
    """One order."""
    return plain(order_body(find(ask, world), world))


def list_plans(ask: Ask, world: World) -> Answer:
    """The savings plans of an order."""
    body: shapes.Plans = {"value": [plan_body(find(ask, world), world)]}
    return plain(body)


def get_plan(ask: Ask, world: World) -> Answer:
    """One savings plan."""
    return plain(plan_body(find(ask, world), world))


def list_all(ask: Ask, world: World) -> Answer:
    """All savings plans that the caller can see."""
    body: shapes.Plans = {"value": [plan_body(plan, world) for plan in seen(ask, world)]}
    return plain(body)


def seen(ask: Ask, world: World) -> list[SavingsPlan]:
    """The plans in the tenants of the token that have begun and that the caller may read."""
    tenants = set(tenants_of(ask, world))
    begun = [plan for plan in world.savings_plans if plan.customer_id in tenants and plan.starts <= world.now]
    return [
        plan for plan in begun if rights.can(world, ask.principal, _READ, scope_of(plan), plan.customer_id)
    ]


def scope_of(plan: SavingsPlan) -> str:
    """Where the right to read a plan is looked up: its billing subscription (INF: orders have roles of their own)."""
    return f"/subscriptions/{plan.promise.billing_subscription_id}"


def find(ask: Ask, world: World) -> SavingsPlan:
    """The plan of the path, or of the order in the path; 404 when the tenant has none, 403 without a role."""
    order_id, plan_id = ask.args["soid"].lower(), ask.args.get("spid", "").lower()
    tenants = set(tenants_of(ask, world))
    for plan in world.savings_plans:
        known = plan.order_id == order_id and plan_id in ("", plan.id) and plan.customer_id in tenants
        if known and plan.starts <= world.now:
            rights.may(world, ask.principal, _READ, scope_of(plan), plan.customer_id)
            return plan
    what = f"The savings plan order '{ask.args['soid'][:60]}' or the savings plan below it was not found."
    raise RefusalError(404, "NotFound", what)


def validate(ask: Ask, world: World) -> Answer:
    """Whether purchases would be accepted; what is wrong is data, not an error."""
    benefits = read_body(ask).get("benefits")
    if not isinstance(benefits, list) or not benefits or not all(isinstance(one, dict) for one in benefits):
        what = "Member 'benefits' must be a list of at least one purchase request."
        raise RefusalError(400, "BadRequest", what)
    body: shapes.Verdicts = {"benefits": [_verdict(one, ask, world) for one in benefits]}
    return plain(body)


def _verdict(wish: dict[str, Any], ask: Ask, world: World) -> shapes.Verdict:
    try:
        _judge(wish, ask, world)
    except RefusalError as refusal:
        return {"valid": False, "reasonCode": str(refusal.code), "reason": refusal.description}
    return {"valid": True}


def _judge(wish: dict[str, Any], ask: Ask, world: World) -> None:
    sku = _member(wish, "sku").get("name")
    if str(sku).lower() != "compute_savings_plan":
        raise RefusalError(400, "InvalidSku", f"Member 'sku.name' must be Compute_Savings_Plan, not '{sku}'.")
    wanted = _member(wish, "properties")
    if str(wanted.get("billingplan") or "P1M").upper() != "P1M":
        raise RefusalError(400, "InvalidBillingPlan", "Member 'billingPlan' must be P1M.")
    if str(wanted.get("appliedscopetype")).lower() not in _SCOPES:
        what = "Member 'appliedScopeType' must be Shared, Single or ManagementGroup."
        raise RefusalError(400, "InvalidAppliedScope", what)
    _judge_money(_member(wanted, "commitment"), str(wanted.get("term")))
    scope = str(wanted.get("billingscopeid", "")).lower()
    owner = world.directory.owner_of(scope.removeprefix("/subscriptions/"))
    if owner is None or owner[0].id not in tenants_of(ask, world):
        what = "Member 'billingScopeId' must be a subscription of this tenant."
        raise RefusalError(400, "BillingScopeNotFound", what)
    if owner[1].kind != "azure_plan":
        # Savings plans are sold to partners with the Microsoft Partner Agreement, so on Azure plans (D-1108).
        raise RefusalError(400, "NotSupported", "Savings plans are not sold to legacy Azure subscriptions.")


def _judge_money(money: dict[str, Any], term: str) -> None:
    if str(money.get("grain")).lower() != "hourly":
        raise RefusalError(400, "InvalidCommitment", "Member 'commitment.grain' must be Hourly.")
    if str(money.get("currencycode")).upper() != "USD":
        # The Microsoft Partner Agreement prices savings plans in US dollars (D-1114).
        raise RefusalError(400, "InvalidCurrency", "Member 'commitment.currencyCode' must be USD.")
    amount = money.get("amount")
    if isinstance(amount, bool) or not isinstance(amount, (int, float)):
        raise RefusalError(400, "InvalidCommitment", "Member 'commitment.amount' must be a number.")
    try:
        check(term, Decimal(str(amount)))
    except InvalidOperation as error:
        raise RefusalError(400, "InvalidCommitment", "Member 'commitment.amount' is no amount.") from error


def _member(holder: dict[str, Any], name: str) -> dict[str, Any]:
    found = holder.get(name)
    if not isinstance(found, dict):
        raise RefusalError(400, "BadRequest", f"Member '{name}' must be an object.")
    return found


_ROOT = "/providers/microsoft.billingbenefits"
_ORDERS = f"{_ROOT}/savingsplanorders"
_ORDER = f"{_ORDERS}/<soid>"
_VERSION = (Query("api-version", needed=True),)
_MISSING = ((403, "AuthorizationFailed"), (404, "NotFound"))
_STATES = ("Succeeded", "Expired")
_TEST = "test_consumption_plans.py::"
_SURE = "S, W22; who may read INF"
ROUTES = (
    Route(
        "GET",
        _ORDERS,
        list_orders,
        about=About(
            "Savings Plan Order - List",
            _SURE,
            {200: shapes.Orders},
            f"{_TEST}test_a_plan_is_read_as_order_and_as_plan",
            query=_VERSION,
            states=_STATES,
        ),
    ),
    Route(
        "GET",
        _ORDER,
        get_order,
        about=About(
            "Savings Plan Order - Get",
            _SURE,
            {200: shapes.Order},
            f"{_TEST}test_a_plan_is_read_as_order_and_as_plan",
            query=_VERSION,
            errors=_MISSING,
            states=_STATES,
        ),
    ),
    Route(
        "GET",
        f"{_ORDER}/savingsplans",
        list_plans,
        about=About(
            "Savings Plan - List",
            _SURE,
            {200: shapes.Plans},
            f"{_TEST}test_a_plan_is_read_as_order_and_as_plan",
            query=_VERSION,
            errors=_MISSING,
            states=_STATES,
        ),
    ),
    Route(
        "GET",
        f"{_ORDER}/savingsplans/<spid>",
        get_plan,
        about=About(
            "Savings Plan - Get",
            _SURE,
            {200: shapes.Plan},
            f"{_TEST}test_a_plan_is_read_as_order_and_as_plan",
            query=_VERSION,
            errors=_MISSING,
            states=_STATES,
        ),
    ),
    Route(
        "GET",
        f"{_ROOT}/savingsplans",
        list_all,
        about=About(
            "Savings Plan - List All",
            _SURE,
            {200: shapes.Plans},
            f"{_TEST}test_a_plan_is_read_as_order_and_as_plan",
            query=_VERSION,
            states=_STATES,
        ),
    ),
    Route(
        "POST",
        f"{_ROOT}/validate",
        validate,
        about=About(
            "Validate Purchase",
            "S, W22; reason codes INF",
            {200: shapes.Verdicts},
            f"{_TEST}test_a_purchase_is_judged_and_nothing_is_bought",
            takes=shapes.Wishes,
            query=_VERSION,
            errors=((400, "BadRequest"), (400, "InvalidRequestContent")),
        ),
    ),
)
