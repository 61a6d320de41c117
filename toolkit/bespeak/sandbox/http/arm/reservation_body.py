"""A reservation as Azure prints it (*Reservation - Get*, 2022-11-01; 2022-03-01 as far as it differs in form)."""

from __future__ import annotations

from bespeak.sandbox.clock import iso7
from bespeak.sandbox.exchange_terms import exchangeable
from bespeak.sandbox.http.arm.paths import reservation_path
from bespeak.sandbox.http.arm.renewal_body import renewal_body
from bespeak.sandbox.http.arm.reservation_parts import add_relatives, add_scope
from bespeak.sandbox.http.arm.reservation_state import display_state, renew_state, status_info, used_lately
from bespeak.sandbox.http.shapes import capacity as shapes
from bespeak.sandbox.reservation_records import Reservation
from bespeak.sandbox.world import World

KIND = "microsoft.capacity/reservationOrders/reservations"
#: The older shape; in it names hold two ids and only the day of expiry is told.
OLD_VERSION = "2022-03-01"


def reservation_body(
    held: Reservation, world: World, version: str = "", *, expand: bool = False
) -> shapes.Reservation:
    """A reservation; ``expand``: with the purchase that its renewal will be."""
    old = version == OLD_VERSION
    properties = _properties(held, world)
    _add_dates(properties, held, world, old=old)
    add_scope(properties, held, world, old=old)
    add_relatives(properties, held, world)
    if not old:
        properties["utilization"] = used_lately(held, world)
    if expand and held.renew:
        properties["renewProperties"] = renewal_body(held, world)
    return {
        "id": reservation_path(held),
        "type": KIND,
        "name": f"{held.order_id}/{held.id}" if old else held.id,
        "location": held.offer.region,
        "etag": held.seen(world.now)[-1].etag,
        "sku": {"name": held.offer.size},
        "kind": "Microsoft.Compute",
        "properties": properties,
    }


def _properties(held: Reservation, world: World) -> shapes.ReservationProperties:
    order, seen, state = world.book.order_of(held), held.seen(world.now), held.state(world.now)
    shown: shapes.ReservationProperties = {
        "reservedResourceType": "VirtualMachines",
        "instanceFlexibility": "On" if held.now_applied.flexible else "Off",
        "displayName": held.name,
        "quantity": held.quantity,
        "term": held.offer.term,
        "billingPlan": order.billing_plan,
        "billingScopeId": f"/subscriptions/{order.billing_subscription_id}",
        "provisioningState": state,
        "displayProvisioningState": display_state(held, world),
        "provisioningSubState": state,
        "appliedScopeType": "Shared",
        "userFriendlyAppliedScopeType": "Shared",
        "renew": held.renew,
        "archived": held.archived,
        "userFriendlyRenewState": renew_state(held, world.now),
        "skuDescription": held.offer.title,
        "effectiveDateTime": iso7(seen[-1].at),
        "lastUpdatedDateTime": iso7(seen[-1].at),
    }
    info = status_info(held, world.now)
    if info is not None:
        shown["extendedStatusInfo"] = info
    if held.alive(world.now) and state == "Succeeded" and (can := _capabilities(held, world)):
        shown["capabilities"] = can
    return shown


def _capabilities(held: Reservation, world: World) -> str:
    """What can be done by the API; what was bought after exchanges ended cannot be exchanged (D-833)."""
    flags = ["ApiReturnEnabled"] * world.switches.self_service_refunds
    return ", ".join([*flags, *["ApiExchangeEnabled"] * exchangeable(world, held)])


def _add_dates(shown: shapes.ReservationProperties, held: Reservation, world: World, *, old: bool) -> None:
    """The dates, once the purchase has succeeded; the term runs from then, not from the request."""
    order = world.book.order_of(held)
    if order.failed or world.now < order.starts:
        return
    shown["expiryDate"] = held.expiry.date().isoformat()
    if old:
        return
    shown["purchaseDate"] = order.requested.date().isoformat()
    shown["purchaseDateTime"] = iso7(order.requested)
    shown["benefitStartTime"] = iso7(held.starts)
    shown["expiryDateTime"] = iso7(held.expiry)
