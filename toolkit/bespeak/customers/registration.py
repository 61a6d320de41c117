"""Registering a subscription for reservations."""

from __future__ import annotations

from bespeak.clients.partner_center import subscriptions as calls
from bespeak.clients.session import Session
from bespeak.customers.details import CustomerDetails
from bespeak.errors import InputError


def register(session: Session, details: CustomerDetails, subscription_id: str) -> str:
    """Asks to register a subscription, or an Azure plan by its id, unless it is; the answer is the state after it.

    States are ``registered``, ``registering`` and ``notregistered``; registering takes minutes. Raises ``InputError``
    for a subscription that is not one of the customer's.
    """
    wanted = subscription_id.strip().lower()
    known = details.subscriptions
    if wanted not in set(known.loc[known["kind"] != "other", "subscription_id"]):
        raise InputError(
            f"'{subscription_id}' is not an Azure plan or legacy Azure subscription of {details.name}.",
            "Use a subscription_id of its subscriptions.",
        )
    status = calls.registration_status(details.customer_id, wanted)
    told = session.door.send(status)
    if told != "notregistered":
        return told
    session.door.send(calls.register(details.customer_id, wanted))
    return session.door.send(status)
