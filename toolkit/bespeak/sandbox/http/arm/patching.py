"""Reads what a PATCH of a reservation asks for, and names the member that cannot be changed or is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bespeak.sandbox.changes import Change
from bespeak.sandbox.members import object_at, text_at, truth_at, wrong
from bespeak.sandbox.purchase_request import PurchaseRequest, read_request
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import Reservation
from bespeak.sandbox.scopes import scope_in
from bespeak.sandbox.world import World

_MEMBERS = frozenset(
    {
        "appliedscopetype",
        "appliedscopes",
        "appliedscopeproperties",
        "instanceflexibility",
        "name",
        "renew",
        "renewproperties",
        "reviewdatetime",
        "billingscopeid",
    }
)
_NAME_LENGTH = 64
_TOUCHED: Mapping[str, set[str]] = {
    "scope": {"appliedscopetype", "appliedscopes", "appliedscopeproperties"},
    "renew": {"renew", "renewproperties"},
}


def touched_by(properties: Mapping[str, Any]) -> list[str]:
    """Which of the parts a PATCH names that customers of a partner may not change (D-906)."""
    return [part for part, names in _TOUCHED.items() if names & properties.keys()]


def read_change(properties: dict[str, Any], held: Reservation, world: World) -> Change:
    """What a PATCH asks for; refuses what cannot be changed, by its name (D-703, D-510)."""
    unknown = sorted(properties.keys() - _MEMBERS)
    if unknown or not properties:
        said = f"Member '{unknown[0][:60]}' cannot be changed" if unknown else "Nothing is to change"
        what = f"{said}; appliedScopeType, instanceFlexibility, name, renew and renewProperties can."
        raise RefusalError(400, "BadRequest", what)
    _check_billing(properties, held, world)
    text_at(properties, "reviewDateTime", "")
    scoped = _TOUCHED["scope"] & properties.keys()
    wanted = properties.get("renew")
    return Change(
        scope=scope_in(properties, held.customer_id, world.directory) if scoped else None,
        flexible=_flexible(properties),
        name=_name(properties),
        renew=None if wanted is None else truth_at(properties, "renew", default=False),
        renewal=_renewal(properties, held, world),
    )


def _check_billing(properties: dict[str, Any], held: Reservation, world: World) -> None:
    billing = world.book.order_of(held).billing_subscription_id
    asked = text_at(properties, "billingScopeId", f"/subscriptions/{billing}")
    if asked.lower().strip("/") != f"subscriptions/{billing}":
        what = "Member 'billingScopeId' cannot be changed; exchange the reservation instead."
        raise RefusalError(400, "BillingScopeIdCannotBeChanged", what)


def _flexible(properties: dict[str, Any]) -> bool | None:
    text = text_at(properties, "instanceFlexibility", "").lower()
    if text not in ("", "on", "off"):
        raise wrong("instanceFlexibility", "On or Off", text)
    return None if not text else text == "on"


def _name(properties: dict[str, Any]) -> str | None:
    if properties.get("name") is None:
        return None
    name = text_at(properties, "name")
    if len(name) > _NAME_LENGTH:
        raise wrong("name", f"at most {_NAME_LENGTH} characters long")
    return name


def _renewal(properties: dict[str, Any], held: Reservation, world: World) -> PurchaseRequest | None:
    """What the renewal is to buy; paid by a subscription of the same customer."""
    expanded = object_at(properties, "renewProperties")
    if not expanded:
        return None
    customer = world.directory.customers[held.customer_id]
    wish = read_request(object_at(expanded, "purchaseProperties", needed=True), customer, world.directory)
    if wish.billing_id not in world.directory.azure_ids(customer.id):
        what = (
            "Member 'billingScopeId' of 'renewProperties' names a subscription that is not this customer's."
        )
        raise RefusalError(400, "InvalidSubscriptionId", what)
    if wish.term not in world.catalogue.by_size(wish.region, wish.size):
        what = f"Member 'renewProperties': {wish.size} in {wish.region} is not sold for term '{wish.term}'."
        raise RefusalError(400, "UnsupportedReservationTerm", what[:400])
    return wish
