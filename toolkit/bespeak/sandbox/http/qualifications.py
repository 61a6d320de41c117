"""Qualifications, validations and addresses (Microsoft, *Get a customer's qualification asynchronously*)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from bespeak.sandbox.clock import iso, iso7
from bespeak.sandbox.customer_book import Qualification
from bespeak.sandbox.http.customer_bodies import ADDRESS
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, item
from bespeak.sandbox.http.partner import bad, listing, text
from bespeak.sandbox.http.shapes import relations as shapes
from bespeak.sandbox.http.shapes.customers import Address
from bespeak.sandbox.http.shapes.partner import Collection
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.subscription_book import BOUGHT
from bespeak.sandbox.world import World

_KNOWN = {
    name.lower(): name
    for name in ("Education", "GovernmentCommunityCloud", "StateOwnedEntity", "Nonprofit", "None")
}
#: How long vetting takes; no text says it.
_VETTING = timedelta(days=1)
_NEEDED_PLACE = ("addressline1", "city", "postalcode", "country")


def qualifications(ask: Ask, world: World) -> Answer:
    """A bare array of what the customer qualifies for, and how far it is vetted."""
    customer = world.customer(ask.args["cid"])
    record = world.commerce.customers.read(customer.id)
    member = world.switches.qualification_date
    return item([_shown(one, world.now, member) for one in record.qualifications])


def add_qualification(ask: Ask, world: World) -> Answer:
    """Asks for a qualification; it is in review for a day, except what the customer says of itself."""
    customer, body = world.customer(ask.args["cid"]), ask.body()
    name = _KNOWN.get(text(body, "qualification", needed=True).lower())
    if name is None:
        raise bad("qualification", f"must be one of {', '.join(_KNOWN.values())}")
    text(body, "website")
    if not text(body, "validationcode") and name == "GovernmentCommunityCloud":
        raise bad("validationCode", "is required for GovernmentCommunityCloud")
    kept = world.commerce.customers.change(customer.id).qualifications
    made = Qualification(name, "Approved" if name in ("StateOwnedEntity", "None") else "InReview", world.now)
    kept[:] = [made] if name == "None" else [one for one in kept if one.name not in (name, "None")] + [made]
    return item(_shown(made, world.now, "vettingCreateDate"), 201)


def _shown(one: Qualification, now: datetime, member: str) -> shapes.Qualification:
    done = one.vetting == "InReview" and now >= one.created + _VETTING
    shown: shapes.Qualification = {
        "qualification": one.name,
        "vettingStatus": "Approved" if done else one.vetting,
    }
    if one.reason:
        shown["vettingReason"] = one.reason
    if member == "vettingCreateDate":
        shown["vettingCreateDate"] = iso7(one.created)
    else:
        shown["vettingCreatedDate"] = iso7(one.created)
    return shown


def validation_status(ask: Ask, world: World) -> Answer:
    """How far the account of a customer is checked."""
    customer, kind = world.customer(ask.args["cid"]), ask.need("type")
    if kind.lower() != "account":
        what = f"Query parameter 'type' must be account, not '{kind}'."
        raise RefusalError(400, 2001, what[:300])
    review = world.commerce.standing.state.refusals.get(customer.id) in (800073, 800074)
    created = world.commerce.customers.read(customer.id).created
    body: shapes.ValidationStatus = {
        "type": "account",
        "status": "under_review" if review else "allowed",
        "lastUpdateDateTime": iso(created or BOUGHT),
    }
    return item(body)


def validation_codes(_ask: Ask, _world: World) -> Answer:
    """Codes for government customers: this partner has none."""
    none: list[shapes.ValidationCode] = []
    return item(listing(none))


def check_address(ask: Ask, world: World) -> Answer:
    """Whether an address can be used; here each one with the needed members and a known country can."""
    body = ask.body()
    said = {name: text(body, name, needed=name in _NEEDED_PLACE) for name in ADDRESS}
    if said["country"].upper() not in world.facts.currencies:
        raise bad("country", "must be the ISO code of a market (2 letters)")
    address = cast("Address", {ADDRESS[name]: value for name, value in said.items() if value})
    shown: shapes.CheckedAddress = {
        "originalAddress": address,
        "suggestedAddresses": [address],
        "status": "VerifiedShippable",
    }
    return item(shown)


_ONE = "/v1/customers/<cid>"
_TESTS = "test_commerce_customers.py::"
_GONE = ((404, 60003), (403, 20002))
_VETTINGS = ("InReview", "Approved", "Denied")
ROUTES = (
    Route(
        "GET",
        f"{_ONE}/qualifications",
        qualifications,
        about=About(
            "Get a customer's qualification asynchronously",
            "D21 D21b",
            {200: list[shapes.Qualification]},
            f"{_TESTS}test_a_qualification_is_vetted_in_a_day",
            errors=_GONE,
            states=_VETTINGS,
        ),
    ),
    Route(
        "POST",
        f"{_ONE}/qualifications",
        add_qualification,
        user=True,
        needs="edit",
        about=About(
            "Update a customer's qualifications asynchronously",
            "D21 D21b",
            {201: shapes.Qualification},
            f"{_TESTS}test_a_qualification_is_vetted_in_a_day",
            takes=shapes.QualificationWish,
            errors=(*_GONE, (400, 3000)),
            states=_VETTINGS,
        ),
    ),
    Route(
        "GET",
        f"{_ONE}/validationstatus",
        validation_status,
        user=True,
        about=About(
            "Get a customer's validation status",
            "S23 INF",
            {200: shapes.ValidationStatus},
            f"{_TESTS}test_small_reads_of_a_customer",
            query=(Query("type", needed=True),),
            errors=(*_GONE, (400, 2001)),
            states=("allowed", "under_review"),
        ),
    ),
    Route(
        "GET",
        "/v1/customers/all/validations",
        validation_codes,
        about=About(
            "Get a partner's validation codes",
            "D21",
            {200: Collection[shapes.ValidationCode]},
            f"{_TESTS}test_small_reads_of_a_customer",
        ),
    ),
    Route(
        "POST",
        "/v1/validations/address",
        check_address,
        about=About(
            "Validate an address",
            "D21 INF",
            {200: shapes.CheckedAddress},
            f"{_TESTS}test_an_address_is_checked",
            takes=Address,
            errors=((400, 3000),),
        ),
    ),
)
