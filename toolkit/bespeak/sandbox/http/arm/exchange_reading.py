"""Reads what an exchange is asked for, and asks whether the caller may return and buy that."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from bespeak.sandbox.estate import Customer
from bespeak.sandbox.exchange_terms import Wanted
from bespeak.sandbox.http.arm.holding import find_below, ids_in, order_named
from bespeak.sandbox.http.exchange import Ask
from bespeak.sandbox.members import object_at, subscription_in, text_at, whole_at, wrong
from bespeak.sandbox.purchase import BUY
from bespeak.sandbox.purchase_request import PurchaseRequest, read_request
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import Reservation
from bespeak.sandbox.rights import may
from bespeak.sandbox.rules import exchange_family
from bespeak.sandbox.scopes import scope_in
from bespeak.sandbox.sessions import PlanRequest
from bespeak.sandbox.world import World

_QUOTE = "Microsoft.Capacity/calculateExchange/action"
_MOST = 1000
_PLAN = "compute_savings_plan"


def read_wanted(ask: Ask, world: World, properties: dict[str, Any]) -> tuple[Customer, Wanted]:
    """Whose reservations are given back, and what is wanted for them."""
    given = [_given(ask, world, one) for one in _objects(properties, "reservationsToExchange")]
    customer = _customer(world, given)
    wanted = Wanted(
        tuple(given),
        tuple(_purchase(ask, world, one, customer) for one in _objects(properties, "reservationsToPurchase")),
        tuple(_plan(ask, world, one, customer) for one in _objects(properties, "savingsPlansToPurchase")),
    )
    return customer, wanted


def _objects(properties: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    value = properties.get(name.lower())
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > _MOST or not all(isinstance(one, dict) for one in value):
        raise wrong(name, f"a list of at most {_MOST} objects")
    return value


def _given(ask: Ask, world: World, item: dict[str, Any]) -> tuple[Reservation, int]:
    """A reservation that is given back, if the caller may exchange its order (D-226)."""
    order_id, key = ids_in(text_at(item, "reservationId"), "reservationId")
    quantity = whole_at(item, "quantity")
    order = order_named(ask, world, order_id, _QUOTE)
    return find_below(world, order, key), quantity


def _customer(world: World, given: list[tuple[Reservation, int]]) -> Customer:
    owners = {held.customer_id for held, _ in given}
    if len(owners) != 1:
        what = "Member 'reservationsToExchange' must name reservations of one customer, at least one."
        raise RefusalError(400, "BadRequest", what)
    return world.directory.customers[owners.pop()]


def _purchase(ask: Ask, world: World, raw: dict[str, Any], customer: Customer) -> PurchaseRequest:
    kind = text_at(object_at(raw, "properties", needed=True), "reservedResourceType")
    if exchange_family(kind) != exchange_family("VirtualMachines"):
        what = f"Reservations of VirtualMachines are not exchanged for '{kind}': it is of another product family."
        raise RefusalError(400, "BadRequest", what[:300])
    request = read_request(raw, customer, world.directory)
    may(world, ask.principal, BUY, f"/subscriptions/{request.billing_id}", customer.id)
    return request


def _plan(ask: Ask, world: World, raw: dict[str, Any], customer: Customer) -> PlanRequest:
    """A savings plan; for VMs it must be one of compute (D-840)."""
    sku = text_at(object_at(raw, "sku", needed=True), "name")
    if sku.lower() != _PLAN:
        what = f"Reservations of VirtualMachines are traded in for Compute_Savings_Plan, not for '{sku}'."
        raise RefusalError(400, "BadRequest", what[:300])
    properties = object_at(raw, "properties", needed=True)
    commitment = object_at(properties, "commitment", needed=True)
    grain = text_at(commitment, "grain", "Hourly")
    if grain.lower() != "hourly":
        raise wrong("grain", "Hourly", grain)
    billing = subscription_in(text_at(properties, "billingScopeId"))
    may(world, ask.principal, BUY, f"/subscriptions/{billing or 'none'}", customer.id)
    return PlanRequest(
        term=text_at(properties, "term").upper(),
        commitment=_money(commitment),
        currency=text_at(commitment, "currencyCode").upper(),
        billing_subscription_id=billing,
        name=text_at(properties, "displayName", ""),
        scope=scope_in(properties, customer.id, world.directory),
    )


def _money(commitment: dict[str, Any]) -> Decimal:
    value = commitment.get("amount")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong("amount", "a number", value)
    try:
        found = Decimal(str(value))
    except InvalidOperation as error:
        raise wrong("amount", "a number", value) from error
    if not found.is_finite() or not 0 < found < Decimal(10) ** 9:
        raise wrong("amount", "more than 0 and less than 1,000,000,000", value)
    return found
