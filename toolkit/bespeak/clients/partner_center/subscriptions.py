"""Subscriptions, the Azure subscriptions of a plan, and the registration for reservations."""

from __future__ import annotations

from bespeak.clients.call import Call
from bespeak.clients.ids import guid
from bespeak.clients.reading import Item, having, items, nothing


def list_subscriptions(customer_id: str) -> Call[list[Item]]:
    """The customer's subscriptions; reservations are not among them (Get a customer's subscriptions, 2021-03)."""
    path = f"/v1/customers/{guid(customer_id, 'customer')}/subscriptions"
    return Call("list subscriptions", "partner_center", "GET", path, items)


def list_azure_entitlements(customer_id: str, plan_id: str) -> Call[list[Item]]:
    """The Azure subscriptions of an Azure plan (Get a list of Azure entitlements for a subscription, 2021-03)."""
    path = f"{_path(customer_id, plan_id)}/azureEntitlements"
    return Call("list Azure subscriptions", "partner_center", "GET", path, items)


def register(customer_id: str, subscription_id: str) -> Call[None]:
    """Asks to register a subscription, or an Azure plan by its id, for reservations (Register a subscription, 2024)."""
    path = f"{_path(customer_id, subscription_id)}/registrations"
    return Call("register the subscription", "partner_center", "POST", path, nothing)


def registration_status(customer_id: str, subscription_id: str) -> Call[str]:
    """``registered``, ``registering`` or ``notregistered`` (Get subscription registration status, 2021-03).

    The page writes the states in two ways; they are read without regard to case.
    """
    path = f"{_path(customer_id, subscription_id)}/registrationstatus"
    return Call(
        "read the registration status",
        "partner_center",
        "GET",
        path,
        lambda answer: str(having(answer, "status")["status"]).replace("_", "").replace(" ", "").lower(),
    )


def _path(customer_id: str, subscription_id: str) -> str:
    return (
        f"/v1/customers/{guid(customer_id, 'customer')}/subscriptions/{guid(subscription_id, 'subscription')}"
    )
