"""Entitlements: what a customer owns; the reservations behind one are found by its own link."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bespeak.clients.address import local
from bespeak.clients.call import Answer, Call
from bespeak.clients.ids import guid
from bespeak.clients.reading import Item, items, one
from bespeak.clients.wire import ShapeError
from bespeak.errors import UnreadableError

_NEXT = "Read the entitlements again."


def list_entitlements(customer_id: str, *, show_expiry: bool = True) -> Call[list[Item]]:
    """The customer's reservations (Get a collection of entitlements, 2021-03); without expiry dates unless asked."""
    path = f"/v1/customers/{guid(customer_id, 'customer')}/entitlements"
    params = {"entitlementType": "reservedinstance", "showExpiry": "true" if show_expiry else "false"}
    return Call("list entitlements", "partner_center", "GET", path, items, params)


def artifact(customer_id: str, entitled_artifact: Mapping[str, Any]) -> Call[list[Item]]:
    """The reservations behind an entitled artifact, by its own link, which is never made up here.

    Raises ``UnreadableError`` when the link is absent or leads out of the customer's artifacts. The list is called
    ``reservations``, in samples also ``virtualMachineReservations`` (Entitlement resources, 2021-03).
    """
    customer = guid(customer_id, "customer")
    link = entitled_artifact.get("link")
    uri = link.get("uri") if isinstance(link, Mapping) else None
    if not isinstance(uri, str):
        raise UnreadableError("The entitlement has no link to its reservations.", _NEXT)
    try:
        path, query = local("partner_center", uri, "")
    except ShapeError as error:
        raise UnreadableError(f"The entitlement {error}", _NEXT) from error
    if not re.match(rf"/v1/customers/{customer}/artifacts/", path, re.IGNORECASE) or query:
        raise UnreadableError("The entitlement has a link that leads out of the customer's artifacts.", _NEXT)
    return Call("read the reservations", "partner_center", "GET", path, _reservations)


def _reservations(answer: Answer) -> list[Item]:
    told = one(answer)
    found = told.get("reservations", told.get("virtualMachineReservations"))
    if not isinstance(found, list):
        raise UnreadableError("the answer has no list of reservations", _NEXT)
    return found
