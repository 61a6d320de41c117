"""A customer that a partner creates: what must be said, and what comes of it (Microsoft, *Create a customer*)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bespeak.sandbox.customer_book import CustomerRecord
from bespeak.sandbox.estate import Customer
from bespeak.sandbox.integration import check_new_customer
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.rules import rule
from bespeak.sandbox.world import World

_DOMAIN = re.compile(
    r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*", re.IGNORECASE
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_CULTURE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)
_PHONE = re.compile(r"[0-9+() .-]{0,30}")
_NUMBER = re.compile(r"[A-Za-z0-9./-]{1,30}")


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """What the caller said of a customer; texts by their lower-case names."""

    domain: str
    company: Mapping[str, str]
    billing: Mapping[str, str]
    address: Mapping[str, str]
    reseller: str = ""


def create(world: World, wish: NewCustomer, now: datetime) -> Customer:
    """The new customer; its relationship begins some minutes later, when it has accepted."""
    check_billing(world, wish.billing, wish.address)
    domain = _free_domain(world, wish.domain)
    _check_number(wish.company.get("organizationregistrationnumber", ""), wish.address["country"].upper())
    records = world.commerce.customers
    if world.switches.integration:
        check_new_customer(sum(1 for one in records.state.records.values() if one.created is not None))
    country, name = wish.address["country"].upper(), wish.billing["companyname"]
    made = Customer(world.ids.guid("customer"), name, domain, country, "none", agreed=False)
    world.directory.put_customer(made)
    records.state.records[made.id] = CustomerRecord(
        created=now,
        company=dict(wish.company),
        billing=dict(wish.billing),
        address=dict(wish.address),
        reseller=wish.reseller,
    )
    world.audit.add(now, "customer", "add_customer", made.id, f'{{"Id":"{made.id}","Domain":"{domain}"}}')
    return made


def check_billing(world: World, billing: Mapping[str, str], address: Mapping[str, str]) -> None:
    """Refuses a billing profile whose e-mail, culture, language, phone or country is none."""
    if not _EMAIL.fullmatch(billing["email"]):
        raise RefusalError(400, 3000, "Member 'billingProfile.email' is no e-mail address.")
    for name in ("culture", "language"):
        if not _CULTURE.fullmatch(billing[name]):
            raise RefusalError(400, 3000, f"Member 'billingProfile.{name}' must be like en-US or en.")
    if address["country"].upper() not in world.facts.currencies:
        what = "Member 'billingProfile.defaultAddress.country' must be the ISO code of a market (2 letters)."
        raise RefusalError(400, 3000, what)
    if not _PHONE.fullmatch(address.get("phonenumber", "")):
        raise RefusalError(
            400, 600051, "Member 'billingProfile.defaultAddress.phoneNumber' is no phone number."
        )


def _free_domain(world: World, wanted: str) -> str:
    if not _DOMAIN.fullmatch(wanted):
        raise RefusalError(400, 3000, "Member 'companyProfile.domain' is no name of a domain.")
    domain = (wanted if "." in wanted else f"{wanted}.onmicrosoft.example").lower()
    if any(one.domain.lower() == domain for one in world.directory.customers.values()):
        raise RefusalError(400, 3000, f"Member 'companyProfile.domain': {domain} is taken.")
    return domain


def _check_number(number: str, country: str) -> None:
    """The registration number, required in some countries (Microsoft, *Create a customer*: INN)."""
    needed = country in str(rule("registration_number")["countries"]).split()
    if needed and not number:
        what = f"Member 'companyProfile.organizationRegistrationNumber' is required in {country}."
        raise RefusalError(400, 600049, what)
    if number and not _NUMBER.fullmatch(number):
        raise RefusalError(
            400, 600050, "Member 'companyProfile.organizationRegistrationNumber' is no number."
        )


def end_relationship(world: World, customer: Customer, now: datetime) -> None:
    """Ends the relationship once every reservation is cancelled and every subscription suspended (D-1257)."""
    _check_nothing_left(world, customer, now)
    world.directory.remove_customer(customer.id)
    world.commerce.customers.state.ended.append(customer.id)
    text = f'{{"Id":"{customer.id}","RelationshipToPartner":"None"}}'
    world.audit.add(now, "customer", "remove_partner_customer_relationship", customer.id, text)


def delete(world: World, customer: Customer, now: datetime) -> None:
    """Deletes a customer of the integration sandbox; nowhere else can one be deleted."""
    if not world.switches.integration:
        what = "A customer can be deleted in the integration sandbox only. End the relationship instead."
        raise RefusalError(403, 2032, what)
    _check_reservations(world, customer, now)
    world.directory.remove_customer(customer.id)
    world.commerce.customers.state.records.pop(customer.id, None)
    world.audit.add(now, "customer", "delete_customer", customer.id, f'{{"Id":"{customer.id}"}}')


def _check_reservations(world: World, customer: Customer, now: datetime) -> None:
    held = [one for one in world.book.reservations(customer.id) if one.alive(now)]
    if held:
        what = f"The customer has {len(held)} reservations that are not cancelled, among them {held[0].name}."
        raise RefusalError(400, 3000, what[:500])


def _check_nothing_left(world: World, customer: Customer, now: datetime) -> None:
    _check_reservations(world, customer, now)
    book = world.commerce.subscriptions
    active = [one for one in world.directory.subscriptions_of(customer.id) if book.status(one) == "active"]
    if active:
        what = (
            f"The customer has {len(active)} subscriptions that are not suspended, among them {active[0].id}."
        )
        raise RefusalError(400, 3000, what)
