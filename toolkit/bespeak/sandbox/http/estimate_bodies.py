"""What customers used this month so far, as Partner Center prints it."""

from __future__ import annotations

from collections.abc import Sequence

from bespeak.sandbox.clock import iso, iso7
from bespeak.sandbox.estate import Customer, Subscription
from bespeak.sandbox.estimates import Sum, Use, started, summed
from bespeak.sandbox.http.partner import is_a, number
from bespeak.sandbox.http.shapes import estimates as shapes
from bespeak.sandbox.invoices import next_month
from bespeak.sandbox.world import World

_OFFERS = {"legacy": "MS-AZR-0145P", "azure_plan": "DZH318Z0BPS6:0001"}


def held_by(customer: Customer, world: World) -> tuple[Subscription, ...]:
    """The subscriptions of a customer."""
    return world.directory.subscriptions_of(customer.id)


def is_plan(held: Subscription) -> bool:
    """Whether a subscription is an Azure plan."""
    return held.kind == "azure_plan"


def upgraded(customer: Customer, world: World) -> bool:
    """Whether a customer has an Azure plan."""
    return any(map(is_plan, held_by(customer, world)))


def shown_name(held: Subscription) -> str:
    """What a subscription is called."""
    return "Azure plan" if is_plan(held) else next((azure.name for azure in held.azure), "Microsoft Azure")


def period(world: World) -> shapes.Period:
    """The month that is estimated."""
    start = started(world.now)
    return {"billingStartDate": iso(start), "billingEndDate": iso(next_month(start))}


def money(total: Sum, world: World, kind: str, *, plan: bool) -> shapes.Money:
    """The money of a record."""
    body: shapes.Money = {
        "totalCost": number(total.cost),
        "usdTotalCost": number(total.dollars),
        "lastModifiedDate": iso7(world.now),
        "attributes": is_a(kind),
    }
    if plan:
        body["currencyCode"] = world.invoices.currency
    else:
        body["currencyLocale"] = "en-US"
    return body


def budget(customer: Customer, world: World) -> shapes.Budget:
    """The budget of a customer."""
    amount = world.state.budgets.amounts.get(customer.id)
    body: shapes.Budget = {
        "usageSpendingBudget": amount is not None,
        "attributes": is_a("SpendingBudget"),
    }
    if amount is not None:
        body["amount"] = number(amount)
    return body


def customer_record(customer: Customer, world: World) -> shapes.CustomerRecord:
    """A customer this month."""
    total = summed(world.estimates.of_customer(customer.id))
    amount = world.state.budgets.amounts.get(customer.id)
    on_plan = upgraded(customer, world)
    return {
        "budget": budget(customer, world),
        "percentUsed": number(round(total.cost / amount * 100, 2)) if amount else 0.0,
        "isUpgraded": on_plan,
        "resourceId": customer.id,
        "id": customer.id,
        "resourceName": customer.name,
        "name": customer.name,
        **money(total, world, "CustomerMonthlyUsageRecord", plan=on_plan),
    }


def subscription_record(held: Subscription, world: World) -> shapes.SubscriptionRecord:
    """A subscription this month."""
    total = summed(world.estimates.of_subscription(held))
    return {
        "status": "active",
        "partnerOnRecord": "",
        "offerId": _OFFERS.get(held.kind, ""),
        "resourceId": held.shown_id,
        "id": held.shown_id,
        "resourceName": shown_name(held),
        "name": shown_name(held),
        **money(total, world, "SubscriptionMonthlyUsageRecord", plan=is_plan(held)),
    }


def resource_record(held: Subscription, uri: str, used: Sequence[Use], world: World) -> shapes.ResourceRecord:
    """A resource this month."""
    machine = used[0].line.machine
    azure = {one.id: one.name for one in held.azure}
    return {
        "subscriptionId": held.shown_id,
        "resourceUri": uri,
        "resourceType": "Microsoft.Compute",
        "entitlementId": machine.azure_subscription_id,
        "entitlementName": azure.get(machine.azure_subscription_id, ""),
        "resourceGroupName": machine.resource_group,
        "name": machine.name,
        "resourceName": machine.name,
        **money(summed(used), world, "ResourceUsageRecord", plan=True),
    }


def meter_record(held: Subscription, used: Sequence[Use], world: World) -> shapes.MeterRecord:
    """A meter this month."""
    line, total, plan = used[0].line, summed(used), is_plan(held)
    # The page shows the records of legacy Azure under another object type.
    kind = "MeterUsageRecord" if plan else "SubscriptionMonthlyUsageRecord"
    return {
        "subscriptionId": held.shown_id,
        "meterId": f"DZH318Z0BPS6-005J-{line.meter.name}" if plan else line.meter.id,
        "meterName": line.meter.name,
        "category": line.category,
        "subcategory": line.meter.subcategory,
        "quantityUsed": number(total.quantity),
        "unit": "1 Hour",
        **money(total, world, kind, plan=plan),
    }


def legacy_record(used: Sequence[Use], world: World) -> shapes.LegacyResourceRecord:
    """A meter of legacy Azure this month."""
    line, total = used[0].line, summed(used)
    return {
        "category": line.category,
        "subcategory": line.meter.subcategory,
        "quantityUsed": number(total.quantity),
        "unit": "1 Hour",
        "resourceId": line.meter.id,
        "id": line.meter.id,
        "resourceName": line.meter.name,
        "name": line.meter.name,
        **money(total, world, "AzureResourceMonthlyUsageRecord", plan=False),
    }
