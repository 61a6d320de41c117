"""What the providers below a subscription have in common: whose it is, who may look, and pages with a link.

A subscription of another tenant is answered like one that does not exist: an id tells nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bespeak.sandbox import rights
from bespeak.sandbox.estate import AzureSubscription, Customer, Subscription
from bespeak.sandbox.http.arm.common import address
from bespeak.sandbox.http.exchange import Ask
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

T = TypeVar("T")
GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Place:
    """An Azure subscription, the subscription of Partner Center above it and the customer whose tenant it lies in."""

    customer: Customer
    held: Subscription
    azure: AzureSubscription

    @property
    def path(self) -> str:
        """Its ARM id."""
        return f"/subscriptions/{self.azure.id}"


def place_of(ask: Ask, world: World, action: str, below: str = "") -> Place:
    """The subscription of the path, if the caller may do this there; ``below``: the rest of the scope."""
    place = found_place(ask, world)
    rights.may(world, ask.principal, action, place.path + below, place.customer.id)
    return place


def found_place(ask: Ask, world: World) -> Place:
    """The subscription of the path in the tenant of the token, whatever the caller may do there."""
    wanted = ask.args["sub"].lower()
    if not GUID.fullmatch(wanted):
        what = f"The provided subscription identifier '{ask.args['sub'][:60]}' is malformed or invalid."
        raise RefusalError(400, "InvalidSubscriptionId", what)
    for place in places(ask, world, wanted):
        return place
    raise RefusalError(404, "SubscriptionNotFound", f"The subscription '{wanted}' could not be found.")


def places(ask: Ask, world: World, wanted: str = "") -> list[Place]:
    """The subscriptions in the tenant of the token; those of all customers in the partner's own tenant (INF)."""
    found = []
    if wanted:
        owner = world.directory.owner_of(wanted)
        held = [owner[1]] if owner and owner[0].id in _tenants(ask, world) else []
    else:
        held = [one for key in _tenants(ask, world) for one in world.directory.subscriptions_of(key)]
    for one in held:
        customer = world.directory.customers[one.customer_id]
        found += [Place(customer, one, azure) for azure in one.azure if wanted in ("", azure.id)]
    return found


def _tenants(ask: Ask, world: World) -> Sequence[str]:
    tenant = ask.tenant.lower()
    if tenant in world.directory.customers:
        return (tenant,)
    return () if world.switches.azure_needs_customer_tenant else tuple(world.directory.customers)


def tenant_of(ask: Ask, world: World) -> str:
    """The tenant of the token when it is one of a customer, else that of the partner."""
    tenant = ask.tenant.lower()
    return tenant if tenant in world.directory.customers else world.partner_id


def page(ask: Ask, items: Sequence[T], size: int) -> tuple[list[T], str | None]:
    """One page of a list, and the link to the next one; 400 for a token that does not belong to this question."""
    start = _start(ask)
    query = {name: value for name, value in ask.query.items() if name not in ("api-version", "$skiptoken")}
    following = None
    if start + size < len(items):
        following = address(ask, ask.path, query | {"$skiptoken": _token(ask, start + size)})
    return list(items[start : start + size]), following


def _start(ask: Ask) -> int:
    token = ask.query.get("$skiptoken", "")
    if not token:
        return 0
    try:
        start = int(
            base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("ascii").partition(".")[0]
        )
    except (ValueError, binascii.Error) as error:
        raise RefusalError(400, "InvalidSkipToken", "The $skiptoken is not one of this service.") from error
    if start < 0 or _token(ask, start) != token:
        raise RefusalError(400, "InvalidSkipToken", "The $skiptoken belongs to another request.")
    return start


def _token(ask: Ask, start: int) -> str:
    words = sorted((name, value) for name, value in ask.query.items() if name != "$skiptoken")
    asked = hashlib.blake2b(f"{ask.path.lower()} {words}".encode(), digest_size=6).hexdigest()
    return base64.urlsafe_b64encode(f"{start}.{asked}".encode()).decode().rstrip("=")


def read_body(ask: Ask) -> dict[str, Any]:
    """The JSON object of the body, its members in lower case; 400 / InvalidRequestContent for anything else."""
    try:
        return ask.body()
    except (RefusalError, RecursionError) as error:
        what = "The request content was invalid and could not be deserialized: it is not a JSON object."
        raise RefusalError(400, "InvalidRequestContent", what) from error
