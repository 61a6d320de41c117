"""The second way to buy in Azure: a name of the caller's instead of a quote (*Reservation order alias*, 2022-11-01).

No price is told before. The same name with the same request finds the purchase again, so a repeat is safe (INF).
"""

from __future__ import annotations

from bespeak.sandbox.estate import Customer, Subscription
from bespeak.sandbox.ids import guid
from bespeak.sandbox.purchase import allowed, place
from bespeak.sandbox.purchase_checks import checked
from bespeak.sandbox.purchase_request import PurchaseRequest
from bespeak.sandbox.quotes import Alias, Quote
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

ACTION = "Microsoft.Capacity/reservationOrderAliases/write"


def kept_alias(world: World, tenant: str, name: str) -> Alias | None:
    """The alias of this name in a tenant, in any case."""
    return world.state.purchases.aliases.get(_key(tenant, name))


def _key(tenant: str, name: str) -> str:
    return f"{tenant}/{name}".lower()


def buy_by_name(
    world: World,
    name: str,
    request: PurchaseRequest,
    customer: Customer,
    held: Subscription,
    *,
    tenant: str,
    principal: str,
) -> tuple[Alias, bool]:
    """The alias and whether it is new; refuses a name that is taken by another request."""
    allowed(world, principal, ACTION, request.billing_id, customer.id)
    found = kept_alias(world, tenant, name)
    if found is not None:
        if not found.request.same_as(request):
            what = f"Reservation order alias '{name}' exists with another request. Choose another name."
            raise RefusalError(409, "Conflict", what)
        return found, False
    sku, offer = checked(world, request, customer, held)
    order_id = world.ids.guid("reservation order")
    quote = Quote(order_id, tenant.lower(), customer.id, world.now, request, offer, offer.unit_total)
    world.state.purchases.quotes[order_id] = quote
    place(world, quote, sku, principal)
    made = Alias(name, tenant.lower(), order_id, guid("alias operation", order_id), request)
    world.state.purchases.aliases[_key(tenant, name)] = made
    return made, True
