"""Customers: list, search, one, create, end the relationship (Microsoft, *Get a list of customers* and neighbours)."""

from __future__ import annotations

from typing import Any

from bespeak.sandbox.http import agreements, consents, paging, profiles, qualifications, relationships
from bespeak.sandbox.http.customer_bodies import short, short_bytes, whole
from bespeak.sandbox.http.customer_search import condition
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, dumps, item, link
from bespeak.sandbox.http.partner import bad, inside, text, truth
from bespeak.sandbox.http.profiles import read_billing
from bespeak.sandbox.http.shapes import customers as shapes
from bespeak.sandbox.http.shapes.partner import Page
from bespeak.sandbox.ids import base36
from bespeak.sandbox.new_customers import NewCustomer, create, delete, end_relationship
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.resellers import RESELLERS
from bespeak.sandbox.world import World

#: Microsoft publishes neither a default nor a maximum; the reference advises to design for this.
PAGE = 500
_DIGITS = 9


def list_customers(ask: Ask, world: World) -> Answer:
    """A page of customers, all or those whose field starts with a value."""
    state = paging.resume(world, ask, "customers") or _first_page(ask)
    if ask.query.get("filter", state["filter"]) != state["filter"]:
        raise RefusalError(
            400, 2000, "The continuation token belongs to another filter. Start at the first page."
        )
    found = list(world.directory.customers.values())
    if state["filter"]:
        found = list(filter(condition(ask, world, state["filter"]), found))
    size, skip = state["size"], state["skip"]
    book = world.commerce.customers
    page = [short_bytes(one, book.relationship(one, world.now)) for one in found[skip : skip + size]]
    total = len(found if world.switches.total_count_is_whole else page)
    parts = [f'{{"totalCount":{total},"items":['.encode(), b",".join(page), b"]"]
    rest = {**state, "skip": skip + size} if skip + size < len(found) else None
    return Answer(b"".join([*parts, *_links(ask, world, rest)]), marked=True)


def _first_page(ask: Ask) -> dict[str, Any]:
    size = ask.query.get("size") or "0"
    if not (size.isascii() and size.isdecimal()) or len(size) > _DIGITS:
        what = f"Query parameter 'size' must be a whole number, not '{size}'."
        raise RefusalError(400, 2001, what[:300])
    return {"filter": ask.query.get("filter", ""), "size": min(int(size), PAGE) or PAGE, "skip": 0}


def _links(ask: Ask, world: World, rest: dict[str, Any] | None) -> list[bytes]:
    size = f"?size={ask.query['size']}" if ask.query.get("size") else ""
    links = {"self": link(f"/customers{size}")}
    token = paging.issue(world, "customers", rest) if rest else ""
    if rest:
        glue = "?" if world.switches.malformed_next_link or not size else "&"
        links["next"] = link(f"/customers{size}{glue}seekOperation=Next")
        links["next"]["headers"] = [{"key": "MS-ContinuationToken", "value": token}]
    continuation = {"continuationToken": token} if rest else {}
    end = continuation | {"links": links, "attributes": {"objectType": "Collection"}}
    return [b",", dumps(end)[1:]]


def get_customer(ask: Ask, world: World) -> Answer:
    """One customer with all that is known of it."""
    return item(whole(world.customer(ask.args["cid"]), world))


def create_customer(ask: Ask, world: World) -> Answer:
    """A new customer with its first administrator; it is not accepted yet."""
    body = ask.body()
    truth(body, "enablegdapbydefault")
    company, billing = (
        inside(body, "companyprofile", needed=True),
        inside(body, "billingprofile", needed=True),
    )
    said, address = read_billing(billing)
    number = text(company, "organizationregistrationnumber")
    reseller = text(body, "associatedpartnerid")
    _check_reseller(reseller, world)
    wish = NewCustomer(
        text(company, "domain", needed=True),
        {"organizationregistrationnumber": number} if number else {},
        said,
        address,
        reseller,
    )
    made = create(world, wish, world.now)
    shown = whole(made, world)
    password = base36("password", made.id, length=12)
    shown["userCredentials"] = {"userName": f"admin@{made.domain}", "password": password}
    return item(shown, 201)


def _check_reseller(mpn_id: str, world: World) -> None:
    if mpn_id and not world.switches.indirect:
        raise bad("associatedPartnerId", "is for indirect providers only")
    if mpn_id and mpn_id not in {one.mpn_id for one in RESELLERS}:
        raise RefusalError(404, 800015, f"MPN id {mpn_id} is unknown."[:300])


def change_customer(ask: Ask, world: World) -> Answer:
    """Ends the relationship, when nothing is reserved or active any more (D-1257)."""
    customer, body = world.customer(ask.args["cid"]), ask.body()
    if text(body, "relationshiptopartner").lower() != "none":
        raise bad("relationshipToPartner", "must be none: a relationship can only be ended here")
    end_relationship(world, customer, world.now)
    return item(short(customer, "none"))


def delete_customer(ask: Ask, world: World) -> Answer:
    """Deletes a customer of the integration sandbox."""
    delete(world, world.customer(ask.args["cid"]), world.now)
    return Answer(b"", 204)


_ONE = "/v1/customers/<cid>"
_TESTS = "test_commerce_customers.py::"
_RELATIONS = ("none", "reseller")
ROUTES = (
    Route(
        "GET",
        "/v1/customers",
        list_customers,
        about=About(
            "Get a list of customers; by a search field; of an indirect reseller",
            "D21 S23",
            {200: Page[shapes.ShortCustomer]},
            "test_sandbox_customers.py::test_pages_follow_the_token_in_the_header",
            query=(Query("size", int), Query("filter"), Query("seekOperation")),
            errors=((400, 2000), (400, 2001), (403, 900329)),
            states=_RELATIONS,
        ),
    ),
    Route(
        "POST",
        "/v1/customers",
        create_customer,
        once=True,
        needs="edit",
        about=About(
            "Create a customer",
            "D21 3P",
            {201: shapes.Customer},
            f"{_TESTS}test_a_new_customer_is_accepted_later",
            takes=shapes.CustomerWish,
            errors=((400, 3000), (400, 600049), (400, 600050), (400, 600051), (400, 800018), (404, 800015)),
            states=_RELATIONS,
        ),
    ),
    Route(
        "GET",
        _ONE,
        get_customer,
        about=About(
            "Get a customer by ID",
            "D21 S23",
            {200: shapes.Customer},
            "test_sandbox_customers.py::test_one_customer_by_any_case_carries_all",
            errors=((404, 60003), (403, 20002)),
            states=_RELATIONS,
        ),
    ),
    Route(
        "PATCH",
        _ONE,
        change_customer,
        user=True,
        needs="edit",
        about=About(
            "Remove a reseller relationship with a customer",
            "D21",
            {200: shapes.ShortCustomer},
            f"{_TESTS}test_d1257_a_relationship_ends_after_its_reservations",
            takes=shapes.RelationshipChange,
            errors=((404, 60003), (403, 20002), (400, 3000)),
        ),
    ),
    Route(
        "DELETE",
        _ONE,
        delete_customer,
        needs="edit",
        about=About(
            "Delete a customer account from the integration sandbox",
            "D21",
            {204: None},
            f"{_TESTS}test_a_customer_is_deleted_in_the_integration_sandbox_only",
            errors=((404, 60003), (403, 2032), (403, 20002), (400, 3000)),
        ),
    ),
    *profiles.ROUTES,
    *relationships.ROUTES,
    *qualifications.ROUTES,
    *agreements.ROUTES,
    *consents.ROUTES,
)
