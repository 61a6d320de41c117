"""Customers: list, search, one, profiles, agreements (Microsoft, *Get a list of customers* and its neighbours)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from bespeak.sandbox.estate import Customer
from bespeak.sandbox.http import paging
from bespeak.sandbox.http.exchange import Answer, Ask, Route, collection, dumps, item, link
from bespeak.sandbox.ids import guid
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

#: Microsoft publishes neither a default nor a maximum; the reference advises to design for this.
PAGE = 500
_FIELDS: dict[str, Callable[[Customer], str]] = {
    "companyname": lambda c: c.name,
    "domain": lambda c: c.domain,
}


def list_customers(ask: Ask, world: World) -> Answer:
    """A page of customers, all or those whose field starts with a value."""
    state = paging.resume(world, ask, "customers") or _first_page(ask)
    if ask.query.get("filter", state["filter"]) != state["filter"]:
        raise RefusalError(
            400, 2000, "The continuation token belongs to another filter. Start at the first page."
        )
    wanted = _condition(state["filter"])
    found = [customer for customer in world.directory.customers.values() if wanted(customer)]
    size, skip = state["size"], state["skip"]
    page = found[skip : skip + size]
    parts = [f'{{"totalCount":{len(page)},"items":['.encode(), b",".join(map(_short, page)), b"]"]
    rest = {**state, "skip": skip + size} if skip + size < len(found) else None
    return Answer(b"".join([*parts, *_links(ask, world, rest)]), marked=True)


def _first_page(ask: Ask) -> dict[str, Any]:
    text = ask.query.get("size") or "0"
    if not text.isdecimal():
        raise RefusalError(400, 2001, f"Query parameter 'size' must be a whole number, not '{text}'.")
    return {"filter": ask.query.get("filter", ""), "size": min(int(text), PAGE) or PAGE, "skip": 0}


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


def _condition(text: str) -> Callable[[Customer], bool]:
    if not text:
        return lambda _customer: True
    try:
        return _parsed({str(key).lower(): value for key, value in json.loads(text).items()})
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise _bad_filter("is not the JSON of a filter") from error


def _parsed(node: dict[str, Any]) -> Callable[[Customer], bool]:
    operator = str(node["operator"]).lower()
    if operator in ("and", "or"):
        left, right = (_condition(json.dumps(node[side])) for side in ("leftfilter", "rightfilter"))
        both = all if operator == "and" else any
        return lambda customer: both((left(customer), right(customer)))
    if operator != "starts_with":
        raise _bad_filter(f"has operator '{operator}'; customers are searched with starts_with only")
    read = _FIELDS.get(str(node["field"]).lower())
    if read is None:
        raise _bad_filter(f"names field '{node['field']}'; there are CompanyName and Domain")
    value = str(node["value"]).casefold()
    return lambda customer: read(customer).casefold().startswith(value)


def _bad_filter(why: str) -> RefusalError:
    return RefusalError(400, 2000, f"The filter {why}.", source="PartnerApiServiceControllers")


@lru_cache(maxsize=32768)
def _short(customer: Customer) -> bytes:
    return dumps(
        {
            "id": customer.id,
            "companyProfile": _company(customer),
            "relationshipToPartner": "reseller",
            "links": {"self": link(f"/customers/{customer.id}")},
            "attributes": {"objectType": "Customer"},
        }
    )


def _company(customer: Customer) -> dict[str, Any]:
    return {
        "tenantId": customer.id,
        "domain": customer.domain,
        "companyName": customer.name,
        "links": {"self": link(f"/customers/{customer.id}/profiles/company")},
        "attributes": {"objectType": "CustomerCompanyProfile"},
    }


def get_customer(ask: Ask, world: World) -> Answer:
    """One customer with all that is known of it."""
    customer = world.customer(ask.args["cid"])
    body = json.loads(_short(customer)) | {
        "commerceId": guid("commerce", customer.id),
        "billingProfile": _billing(customer),
        "allowDelegatedAccess": True,
        "customDomains": [customer.domain],
    }
    body["companyProfile"]["address"] = {"country": customer.country}
    return item(body)


def _billing(customer: Customer) -> dict[str, Any]:
    address = {
        "country": customer.country,
        "city": "Sampleton",
        "addressLine1": "1 Sample Street",
        "postalCode": "00000",
    }
    address |= {"firstName": "Sam", "lastName": "Sample"}
    return {
        "id": guid("billing", customer.id),
        "email": f"it@{customer.domain}",
        "culture": "en-US",
        "language": "en",
        "companyName": customer.name,
        "defaultAddress": address,
        "links": {"self": link(f"/customers/{customer.id}/profiles/billing")},
        "attributes": {"etag": "-731552011420907", "objectType": "CustomerBillingProfile"},
    }


def company_profile(ask: Ask, world: World) -> Answer:
    """The company profile, with the country."""
    customer = world.customer(ask.args["cid"])
    return item(
        _company(customer) | {"address": {"country": customer.country}, "email": f"it@{customer.domain}"}
    )


def billing_profile(ask: Ask, world: World) -> Answer:
    """The billing profile, with the country in which the customer is billed."""
    return item(_billing(world.customer(ask.args["cid"])))


def agreements(ask: Ask, world: World) -> Answer:
    """Confirmations of the Microsoft Customer Agreement; without ``agreementType`` the old agreement is meant."""
    customer = world.customer(ask.args["cid"])
    asked = ask.query.get("agreementtype", "MicrosoftCloudAgreement").lower()
    wanted = asked in ("microsoftcustomeragreement", "*")
    return item(collection(world.agreements.confirmed(customer) if wanted else []))


def confirm_agreement(ask: Ask, world: World) -> Answer:
    """Records that the customer accepted the agreement."""
    customer = world.customer(ask.args["cid"])
    return item(world.agreements.confirm(customer, ask.body(), world.now), 201)


def direct_signed(ask: Ask, world: World) -> Answer:
    """Whether the customer signed by itself; in this world none does."""
    world.customer(ask.args["cid"])
    return item({"isSigned": False})


def agreement_templates(ask: Ask, world: World) -> Answer:
    """The agreement that a customer has to accept."""
    asked = ask.query.get("agreementtype", "").lower()
    return item(
        collection([world.agreements.template] if asked in ("microsoftcustomeragreement", "*") else [])
    )


_ONE = "/v1/customers/<cid>"
ROUTES = (
    Route("GET", "/v1/customers", list_customers),
    Route("GET", _ONE, get_customer),
    Route("GET", f"{_ONE}/profiles/company", company_profile, user=True),
    Route("GET", f"{_ONE}/profiles/billing", billing_profile),
    Route("GET", f"{_ONE}/agreements", agreements, user=True),
    Route("POST", f"{_ONE}/agreements", confirm_agreement, user=True, once=True, needs="edit"),
    Route("GET", f"{_ONE}/directsignedmicrosoftcustomeragreementstatus", direct_signed, user=True),
    Route("GET", "/v1/agreements", agreement_templates, user=True),
)
