"""Customers and their profiles as Partner Center prints them."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from bespeak.sandbox.customer_book import CustomerRecord, Relationship
from bespeak.sandbox.estate import Customer
from bespeak.sandbox.http.exchange import dumps
from bespeak.sandbox.http.partner import is_a, to
from bespeak.sandbox.http.shapes import customers as shapes
from bespeak.sandbox.ids import guid
from bespeak.sandbox.resellers import reseller_of
from bespeak.sandbox.world import World

#: Lower-case names of the members of an address -> as they are spelt.
ADDRESS = {name.lower(): name for name in shapes.Address.__annotations__}
BILLING = {
    name.lower(): name for name in ("firstName", "lastName", "email", "culture", "language", "companyName")
}


@lru_cache(maxsize=32768)
def short_bytes(customer: Customer, relationship: Relationship) -> bytes:
    """A customer in a list, as bytes: pages of many customers are made of them."""
    return dumps(short(customer, relationship))


def short(customer: Customer, relationship: Relationship) -> shapes.ShortCustomer:
    """A customer in a list."""
    return {
        "id": customer.id,
        "companyProfile": _company(customer),
        "relationshipToPartner": relationship,
        "links": {"self": to(f"/customers/{customer.id}")},
        "attributes": is_a("Customer"),
    }


def _company(customer: Customer) -> shapes.CompanyProfile:
    return {
        "tenantId": customer.id,
        "domain": customer.domain,
        "companyName": customer.name,
        "links": {"self": to(f"/customers/{customer.id}/profiles/company")},
        "attributes": is_a("CustomerCompanyProfile"),
    }


def company(customer: Customer, world: World) -> shapes.CompanyProfile:
    """The company profile with address and number."""
    record = world.commerce.customers.read(customer.id)
    shown = _company(customer)
    shown["address"] = _address(record, customer, region=True)
    shown["email"] = record.billing.get("email") or f"it@{customer.domain}"
    number = record.company.get("organizationregistrationnumber")
    if number:
        shown["organizationRegistrationNumber"] = number
    return shown


def billing(customer: Customer, world: World) -> shapes.BillingProfile:
    """The billing profile with its etag."""
    record = world.commerce.customers.read(customer.id)
    known = record.billing
    shown: shapes.BillingProfile = {
        "id": guid("billing", customer.id),
        "email": known.get("email") or f"it@{customer.domain}",
        "culture": known.get("culture") or "en-US",
        "language": known.get("language") or "en",
        "companyName": known.get("companyname") or customer.name,
        "defaultAddress": _address(record, customer),
        "links": {"self": to(f"/customers/{customer.id}/profiles/billing")},
        "attributes": is_a("CustomerBillingProfile", world.commerce.customers.etag(customer.id)),
    }
    if known.get("firstname"):
        shown["firstName"] = known["firstname"]
    if known.get("lastname"):
        shown["lastName"] = known["lastname"]
    return shown


def _address(record: CustomerRecord, customer: Customer, *, region: bool = False) -> shapes.Address:
    known = record.address or {
        "country": customer.country,
        "city": "Sampleton",
        "addressline1": "1 Sample Street",
        "postalcode": "00000",
        "firstname": "Sam",
        "lastname": "Sample",
    }
    spelt = dict(ADDRESS) | ({"state": "region"} if region else {})
    left_out = ("firstname", "lastname") if region else ()
    shown = {spelt[name]: value for name, value in known.items() if value and name not in left_out}
    return cast("shapes.Address", shown)


def whole(customer: Customer, world: World) -> shapes.Customer:
    """A customer with all that is known of it."""
    relationship = world.commerce.customers.relationship(customer, world.now)
    known = short(customer, relationship)
    shown: shapes.Customer = {
        "id": customer.id,
        "commerceId": guid("commerce", customer.id),
        "companyProfile": company(customer, world),
        "billingProfile": billing(customer, world),
        "relationshipToPartner": relationship,
        "allowDelegatedAccess": True,
        "customDomains": [customer.domain],
        "links": known["links"],
        "attributes": known["attributes"],
    }
    if world.switches.indirect:
        named = world.commerce.customers.read(customer.id).reseller
        shown["associatedPartnerId"] = named or reseller_of(customer.id).mpn_id
    return shown
