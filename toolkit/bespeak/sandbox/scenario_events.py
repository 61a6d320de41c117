"""The events of a scenario: what each kind does to the world when it falls due, and what is checked before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bespeak.sandbox.estate import Customer
from bespeak.sandbox.faults import Faults
from bespeak.sandbox.presets import set_all
from bespeak.sandbox.price_list import PriceChange, What
from bespeak.sandbox.purchase import buy, quote
from bespeak.sandbox.purchase_checks import payer
from bespeak.sandbox.purchase_request import read_request
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.scenario import Event
from bespeak.sandbox.scenario_estate import Names
from bespeak.sandbox.strict_toml import Place
from bespeak.sandbox.switches import Switches
from bespeak.sandbox.world import World


def _lapse(names: Names, world: World, event: Event) -> None:
    """The agreement of a customer does not count any more."""
    customer = _now(names, world, event)
    world.directory.put_customer(replace(customer, agreed=False))
    world.state.agreements.confirmed.pop(customer.id, None)
    if customer.id in world.state.agreements.signed:
        world.state.agreements.signed.remove(customer.id)


def _sign(names: Names, world: World, event: Event) -> None:
    """The customer signs the agreement with Microsoft itself."""
    world.agreements.sign(_now(names, world, event))


def _end(names: Names, world: World, event: Event) -> None:
    """The customer ends the relationship, whatever it still owns."""
    customer = _now(names, world, event)
    world.directory.remove_customer(customer.id)
    world.commerce.customers.state.ended.append(customer.id)
    text = f'{{"Id":"{customer.id}","RelationshipToPartner":"None"}}'
    world.audit.add(world.now, "customer", "remove_partner_customer_relationship", customer.id, text)


def _buys(names: Names, world: World, event: Event) -> None:
    """The customer buys in Azure, if it may, as its Owner and at list price."""
    row, customer = event.values, _now(names, world, event)
    place = Place("", "")
    azure = names.subscription(names.customer(row["customer"], place), row["subscription"], place)
    subscription = f"/subscriptions/{azure}"
    raw = {
        "sku": {"name": row["size"]},
        "location": row["region"],
        "properties": {
            "reservedresourcetype": "VirtualMachines",
            "billingscopeid": subscription,
            "term": row["term"],
            "billingplan": "Upfront",
            "quantity": row["quantity"],
            "displayname": "bought_by_customer",
            "appliedscopetype": "Single" if row["scope"] == "single" else "Shared",
            "appliedscopes": [subscription] if row["scope"] == "single" else None,
        },
    }
    request = read_request(raw, customer, world.directory)
    paying = payer(world, customer.id, azure)
    if paying is None:
        raise RefusalError(404, "SubscriptionNotFound", f"Subscription {azure} is not there any more.")
    made = quote(world, request, customer, paying[1], tenant=customer.id, principal="customer-owner")
    buy(world, made, request, paying[1], "customer-owner")


def _now(names: Names, world: World, event: Event) -> Customer:
    """The customer as it is now; 404 when it is gone."""
    return world.customer(names.customer(event.values["customer"], Place("", "")).id)


def _prices(_names: Names, world: World, event: Event) -> None:
    row = event.values
    what: What = "reservation" if row["of"] == "reservation" else "consumption"
    world.prices.announce(PriceChange(event.at, what, 1 + row["percent"] / 100, row["size"]))


def _fault(_names: Names, world: World, event: Event) -> None:
    world.faults.add(event.values)


def _switch(_names: Names, world: World, event: Event) -> None:
    set_all(world.switches, _as_switch(event.values))


def _as_switch(row: Mapping[str, Any]) -> dict[str, object]:
    """Name and value; what is written as a text becomes what the switch takes."""
    text = row["value"]
    known: Mapping[str, object] = {"true": True, "false": False}
    return {row["name"]: known.get(text, int(text) if text.isdecimal() else text)}


def try_fault(row: Mapping[str, Any], place: Place) -> None:
    """Refuses a row that describes no fault; it says where in the file."""
    try:
        Faults([]).add(row)
    except RefusalError as error:
        raise place.wrong(error.description) from error


def try_switch(row: Mapping[str, Any], place: Place) -> None:
    """Refuses a row that names no switch, or a value that the switch does not take."""
    try:
        set_all(Switches(), _as_switch(row))
    except RefusalError as error:
        raise place.wrong(error.description) from error


def _nothing(_names: Names, _world: World, _event: Event) -> None:
    """A migration is in the lives of the machines from the beginning."""


ACTIONS: Mapping[str, Callable[[Names, World, Event], None]] = {
    "migrate": _nothing,
    "agreement_lapses": _lapse,
    "agreement_signed": _sign,
    "relationship_ends": _end,
    "prices_change": _prices,
    "customer_buys": _buys,
    "fault": _fault,
    "switch": _switch,
}
