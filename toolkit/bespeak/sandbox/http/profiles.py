"""The company and the billing profile of a customer (Microsoft, *Get a customer's billing profile*)."""

from __future__ import annotations

from typing import Any

from bespeak.sandbox.http.customer_bodies import ADDRESS, BILLING, billing, company
from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, item
from bespeak.sandbox.http.partner import check_etag, inside, text
from bespeak.sandbox.http.shapes import customers as shapes
from bespeak.sandbox.new_customers import check_billing
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

_NEEDED = ("email", "culture", "language", "companyname")
_NEEDED_PLACE = ("firstname", "lastname", "addressline1", "city", "state", "postalcode", "country")


def company_profile(ask: Ask, world: World) -> Answer:
    """The company profile, with the country."""
    return item(company(world.customer(ask.args["cid"]), world))


def billing_profile(ask: Ask, world: World) -> Answer:
    """The billing profile, with the country in which the customer is billed."""
    return item(billing(world.customer(ask.args["cid"]), world))


def read_billing(body: dict[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """The texts of a billing profile and of its address, by their lower-case names."""
    said = {name: text(body, name, needed=name in _NEEDED) for name in BILLING}
    place = inside(body, "defaultaddress", needed=True)
    address = {name: text(place, name, needed=name in _NEEDED_PLACE) for name in ADDRESS}
    return {k: v for k, v in said.items() if v}, {k: v for k, v in address.items() if v}


def replace_billing(ask: Ask, world: World) -> Answer:
    """The billing profile with what the body says; the country stays."""
    customer = world.customer(ask.args["cid"])
    check_etag(ask, world.commerce.customers.etag(customer.id))
    said, address = read_billing(ask.body())
    check_billing(world, said, address)
    if address["country"].upper() != customer.country:
        what = f"Member 'defaultAddress.country' must stay {customer.country}."
        raise RefusalError(400, 3000, what)
    record = world.commerce.customers.change(customer.id)
    record.billing, record.address, record.version = said, address, record.version + 1
    text_of = f'{{"Id":"{customer.id}"}}'
    world.audit.add(world.now, "customer", "update_customer_billing_profile", customer.id, text_of)
    return item(billing(customer, world))


_ONE = "/v1/customers/<cid>/profiles"
_TESTS = "test_commerce_customers.py::"
_GONE = ((404, 60003), (403, 20002))
ROUTES = (
    Route(
        "GET",
        f"{_ONE}/company",
        company_profile,
        user=True,
        about=About(
            "Get a customer's company profile",
            "D21",
            {200: shapes.CompanyProfile},
            f"{_TESTS}test_a_new_customer_is_accepted_later",
            errors=_GONE,
        ),
    ),
    Route(
        "GET",
        f"{_ONE}/billing",
        billing_profile,
        about=About(
            "Get a customer's billing profile",
            "D21",
            {200: shapes.BillingProfile},
            f"{_TESTS}test_the_billing_profile_is_changed_with_its_etag",
            errors=_GONE,
        ),
    ),
    Route(
        "PUT",
        f"{_ONE}/billing",
        replace_billing,
        needs="edit",
        about=About(
            "Update a customer's billing profile",
            "D21",
            {200: shapes.BillingProfile},
            f"{_TESTS}test_the_billing_profile_is_changed_with_its_etag",
            takes=shapes.BillingWish,
            errors=(*_GONE, (400, 2055), (400, 3000), (400, 600051)),
        ),
    ),
)
