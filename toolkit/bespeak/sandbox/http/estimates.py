"""Estimates of the current month, not for billing (Microsoft, *Get usage records for all customers*)."""

from __future__ import annotations

from decimal import Decimal

from bespeak.sandbox.audit import audit_text
from bespeak.sandbox.estimates import grouped, summed
from bespeak.sandbox.fleet import machine_path
from bespeak.sandbox.http.estimate_bodies import (
    budget,
    customer_record,
    held_by,
    is_plan,
    legacy_record,
    meter_record,
    money,
    period,
    resource_record,
    shown_name,
    subscription_record,
    upgraded,
)
from bespeak.sandbox.http.exchange import About, Answer, Ask, Handler, Route, item
from bespeak.sandbox.http.partner import bad, listing
from bespeak.sandbox.http.shapes import estimates as shapes
from bespeak.sandbox.http.shapes.partner import Collection
from bespeak.sandbox.partner_profile import NAME
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

#: The largest budget that is taken.
_MOST = Decimal(10) ** 12


def all_customers(_ask: Ask, world: World) -> Answer:
    """Every customer with a subscription."""
    shown = [customer_record(one, world) for one in world.directory.customers.values() if held_by(one, world)]
    return item(listing(shown))


def customer_summary(ask: Ask, world: World) -> Answer:
    """All subscriptions of a customer together."""
    customer = world.customer(ask.args["cid"])
    total = summed(world.estimates.of_customer(customer.id))
    body: shapes.CustomerSummary = {
        "resourceId": customer.id,
        "resourceName": customer.name,
        **period(world),
        **money(total, world, "CustomerUsageSummary", plan=upgraded(customer, world)),
        "budget": budget(customer, world),
    }
    return item(body)


def subscription_records(ask: Ask, world: World) -> Answer:
    """Every subscription of a customer; of a plan, not the Azure subscriptions below it."""
    customer = world.customer(ask.args["cid"])
    return item(listing([subscription_record(held, world) for held in held_by(customer, world)]))


def subscription_summary(ask: Ask, world: World) -> Answer:
    """One subscription."""
    held = world.subscription(ask.args["cid"], ask.args["sid"])
    total = summed(world.estimates.of_subscription(held))
    body: shapes.Summary = {
        "resourceId": held.shown_id,
        "resourceName": shown_name(held),
        **period(world),
        **money(total, world, "SubscriptionUsageSummary", plan=is_plan(held)),
    }
    return item(body)


def resource_records(ask: Ask, world: World) -> Answer:
    """Every resource below an Azure plan."""
    held = world.subscription(ask.args["cid"], ask.args["sid"])
    if not is_plan(held):
        raise RefusalError(400, 900127, "Usage by resource is offered for Azure plans only.")
    uses = grouped(world.estimates.of_subscription(held), lambda line: machine_path(line.machine))
    return item(listing([resource_record(held, uri, used, world) for uri, used in uses.items()]))


def meter_records(ask: Ask, world: World) -> Answer:
    """Every meter of a subscription."""
    held = world.subscription(ask.args["cid"], ask.args["sid"])
    uses = grouped(world.estimates.of_subscription(held), lambda line: line.meter.id)
    return item(listing([meter_record(held, used, world) for used in uses.values()]))


def legacy_resources(ask: Ask, world: World) -> Answer:
    """Every meter of a legacy subscription, as an older operation prints it."""
    held = world.subscription(ask.args["cid"], ask.args["sid"])
    if is_plan(held):
        raise RefusalError(400, 900127, "These usage records are offered for MS-AZR-0145P only.")
    uses = grouped(world.estimates.of_subscription(held), lambda line: line.meter.id)
    return item(listing([legacy_record(used, world) for used in uses.values()]))


def get_budget(ask: Ask, world: World) -> Answer:
    """The monthly budget of a customer."""
    return item(budget(world.customer(ask.args["cid"]), world))


def set_budget(ask: Ask, world: World) -> Answer:
    """Sets or, with null, removes the monthly budget of a customer."""
    customer, body = world.customer(ask.args["cid"]), ask.body()
    if "amount" not in body:
        raise bad("amount", "is missing")
    amount = body["amount"]
    old, known = budget(customer, world), world.state.budgets.amounts
    if amount is None:
        known.pop(customer.id, None)
    else:
        known[customer.id] = _amount(amount)
    new = budget(customer, world)
    world.audit.add(
        world.now,
        "customer",
        "update_customer_spending_budget",
        customer.id,
        audit_text(new),
        old=audit_text(old),
    )
    return item(new)


def _amount(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise bad("amount", "must be a number")
    amount = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    if not amount.is_finite() or not 0 <= amount <= _MOST:
        raise bad("amount", f"must be from 0 to {_MOST:f}")
    return amount


def partner_summary(_ask: Ask, world: World) -> Answer:
    """All customers of the partner together."""
    uses = (use for one in world.directory.customers for use in world.estimates.of_customer(one))
    body: shapes.Summary = {
        "resourceId": world.partner_id,
        "resourceName": NAME,
        **period(world),
        **money(summed(uses), world, "PartnerUsageSummary", plan=True),
    }
    return item(body)


_TEST = "test_billing_estimates.py::"
_NO_CUSTOMER: tuple[tuple[int, int | str], ...] = ((404, 60003), (403, 20002))
_NO_SUBSCRIPTION: tuple[tuple[int, int | str], ...] = (*_NO_CUSTOMER, (404, 20003))
_CUSTOMER, _HELD = "/v1/customers/<cid>", "/v1/customers/<cid>/subscriptions"
_ONE = f"{_HELD}/<sid>"


def _route(path: str, handler: Handler, about: About, *, user: bool = True) -> Route:
    """A route that reads estimates."""
    return Route("GET", path, handler, user=user, needs="usage", about=about)


_ALL_ABOUT = About(
    "Get usage records for all customers",
    "D21",
    {200: Collection[shapes.CustomerRecord]},
    _TEST + "test_every_level_adds_up_to_the_rated_lines",
)
_CUSTOMER_ABOUT = About(
    "Get a usage summary for all of a customer's subscriptions",
    "D21",
    {200: shapes.CustomerSummary},
    _TEST + "test_every_level_adds_up_to_the_rated_lines",
    errors=_NO_CUSTOMER,
)
_RECORDS_ABOUT = About(
    "Get subscription usage records for a customer",
    "D21",
    {200: Collection[shapes.SubscriptionRecord]},
    _TEST + "test_every_level_adds_up_to_the_rated_lines",
    errors=_NO_CUSTOMER,
)
_SUMMARY_ABOUT = About(
    "Get usage summary for customer's subscription",
    "D21",
    {200: shapes.Summary},
    _TEST + "test_a_period_ends_on_the_first_day_of_the_next_month",
    errors=_NO_SUBSCRIPTION,
)
_RESOURCES_ABOUT = About(
    "Get usage data for subscription by resource",
    "D21",
    {200: Collection[shapes.ResourceRecord]},
    _TEST + "test_every_level_adds_up_to_the_rated_lines",
    errors=(*_NO_SUBSCRIPTION, (400, 900127)),
)
_METERS_ABOUT = About(
    "Get usage data for subscription by meter",
    "D21",
    {200: Collection[shapes.MeterRecord]},
    _TEST + "test_every_level_adds_up_to_the_rated_lines",
    errors=_NO_SUBSCRIPTION,
)
_OLD_ABOUT = About(
    "Get a customer subscription's usage records by resource (older)",
    "D21; members of the record from memory of the page",
    {200: Collection[shapes.LegacyResourceRecord]},
    _TEST + "test_legacy_usage_is_at_list_price",
    errors=(*_NO_SUBSCRIPTION, (400, 900127)),
)
_PARTNER_ABOUT = About(
    "Get a partner's usage summary",
    "D21",
    {200: shapes.Summary},
    _TEST + "test_every_level_adds_up_to_the_rated_lines",
)
_BUDGET_ABOUT = About(
    "Get a customer's usage spending budget",
    "D21",
    {200: shapes.Budget},
    _TEST + "test_a_budget_is_set_and_removed",
    errors=_NO_CUSTOMER,
)
_SET_ABOUT = About(
    "Update a customer's usage spending budget",
    "D21; null removes it, inferred",
    {200: shapes.Budget},
    _TEST + "test_a_budget_is_set_and_removed",
    takes=shapes.BudgetWish,
    errors=(*_NO_CUSTOMER, (400, 3000), (400, 800002)),
)
ROUTES = (
    _route("/v1/customers/usagerecords", all_customers, _ALL_ABOUT),
    _route("/v1/usagesummary", partner_summary, _PARTNER_ABOUT),
    _route(f"{_CUSTOMER}/usagesummary", customer_summary, _CUSTOMER_ABOUT),
    _route(f"{_HELD}/usagerecords", subscription_records, _RECORDS_ABOUT),
    _route(f"{_ONE}/usagesummary", subscription_summary, _SUMMARY_ABOUT),
    _route(f"{_ONE}/resourceusagerecords", resource_records, _RESOURCES_ABOUT),
    _route(f"{_ONE}/meterusagerecords", meter_records, _METERS_ABOUT),
    _route(f"{_ONE}/usagerecords/resources", legacy_resources, _OLD_ABOUT),
    _route(f"{_CUSTOMER}/usagebudget", get_budget, _BUDGET_ABOUT, user=False),
    Route("PATCH", f"{_CUSTOMER}/usagebudget", set_budget, needs="billing", about=_SET_ABOUT),
)
