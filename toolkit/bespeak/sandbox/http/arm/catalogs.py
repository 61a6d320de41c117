"""What can be reserved in a subscription (*Get Catalog*, 2022-11-01): the same SKUs and prices that Partner Center has.

It is the source of flexibility groups and ratios (Microsoft, *Virtual machine size flexibility*, 2026-03-19, D-424).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import cast

from bespeak.sandbox.catalogue import Sku
from bespeak.sandbox.estate import Customer
from bespeak.sandbox.http.arm.common import azure_answer, number_in
from bespeak.sandbox.http.arm.listing import page
from bespeak.sandbox.http.arm.places import Place, place_of
from bespeak.sandbox.http.arm.selecting import condition
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route
from bespeak.sandbox.http.shapes import capacity_catalog as shapes
from bespeak.sandbox.http.shapes.capacity import Amount
from bespeak.sandbox.purchase_checks import currency_of, registered
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.rules import is_sold_in
from bespeak.sandbox.world import World

_ACTION = "Microsoft.Capacity/catalogs/read"
#: Types that the description lists; this sandbox sells VMs only, so the lists of all others are empty.
_TYPES = re.compile(
    "virtualmachines|sqldatabases|suselinux|cosmosdb|redhat|sqldatawarehouse|vmwarecloudsimple|redhatosa|databricks"
    "|appservice|manageddisk|blockblob|rediscache|azuredataexplorer|mysql|mariadb|postgresql|dedicatedhost|saphana"
    "|sqlazurehybridbenefit|avs|datafactory|netappstorage|azurefiles|sqledge|virtualmachinesoftware"
)
_PLANS = ["Upfront", "Monthly"]
_TWIN = re.compile(r"(Standard_[A-Z]+\d+(?:-\d+)?[a-rt-z]*)(s?)(_v\d+)")


def get_catalog(ask: Ask, world: World) -> Answer:
    """The sizes of a region, or of all; in one page unless ``$take`` says how many."""
    place = place_of(ask, world, _ACTION)
    registered(world, place.held)
    if not is_sold_in(place.customer.country):
        what = f"Reservations are not sold in {place.customer.country}."
        raise RefusalError(400, "NotSupportedCountry", what)
    meets = condition(ask.query.get("$filter", ""))
    rows = [row for row in _rows(ask, world, place) if meets(row)]
    first, size = number_in(ask, "$skip", 0), number_in(ask, "$take", 0)
    if "$take" in ask.query and not size:
        raise RefusalError(400, "BadRequest", "Query parameter '$take' must be 1 or more.")
    path = f"{place.path}/providers/Microsoft.Capacity/catalogs"
    part, following = page(ask, len(rows), size or max(len(rows), 1), path, cursor="$skip")
    body: shapes.Catalog = {"value": rows[part]}
    if following:
        body["nextLink"] = following
    if size or first:
        body["totalItems"] = len(rows)
    return azure_answer(body, ask, world)


def _rows(ask: Ask, world: World, place: Place) -> Iterator[shapes.CatalogRow]:
    kind = ask.query.get("reservedresourcetype", "")
    if not _TYPES.fullmatch(kind.lower()):
        what = f"Query parameter 'reservedResourceType' must be a type such as VirtualMachines, not '{kind}'."
        raise RefusalError(400, "BadRequest", what[:300])
    region = ask.query.get("location", "").lower().replace(" ", "")
    if region and region not in world.facts.region_names:
        raise RefusalError(400, "InvalidLocationId", f"There is no region '{region}'."[:300])
    if kind.lower() == "virtualmachines":
        for terms in world.catalogue.sizes_in(region):
            yield catalog_row(terms, place.customer, world)


def catalog_row(terms: Mapping[str, Sku], customer: Customer, world: World) -> shapes.CatalogRow:
    """A size in a region with its terms; a term that is closed is listed, restricted and has no price."""
    sku = next(iter(terms.values()))
    sold = [term for term, one in terms.items() if one.purchasable(world.now)]
    return {
        "resourceType": "virtualMachines",
        "name": sku.size.name,
        "terms": list(terms),
        "locations": [sku.region],
        "billingPlans": cast("shapes.Plans", {_key(term): _PLANS for term in sold}),
        "msrp": cast("shapes.Prices", {_key(term): _price(terms[term], customer, world) for term in sold}),
        "skuProperties": [{"name": name, "value": value} for name, value in _properties(sku, world)],
        "restrictions": _restrictions(terms, sold, customer, world),
    }


def _key(term: str) -> str:
    """``p1Y``: the service writes the first letter small."""
    return term[0].lower() + term[1:]


def _price(sku: Sku, customer: Customer, world: World) -> Amount:
    currency = currency_of(world, customer)
    return {"currencyCode": currency, "amount": float(world.prices.list_price(sku, world.now, currency))}


def _restrictions(
    terms: Mapping[str, Sku], sold: list[str], customer: Customer, world: World
) -> list[shapes.Restriction]:
    found: list[shapes.Restriction] = []
    closed = [term for term in terms if term not in sold]
    reason = "NotAvailableForSubscription"
    if closed:
        found.append({"type": "Term", "values": closed, "reasonCode": reason})
    sku = next(iter(terms.values()))
    if world.commerce.standing.restriction(sku, customer.id) is not None:
        found.append({"type": "Location", "values": [sku.region], "reasonCode": reason})
    return found


def _properties(sku: Sku, world: World) -> Iterator[tuple[str, str]]:
    size = sku.size
    short = size.name.removeprefix("Standard_").replace("_", " ")
    yield "Cores", str(size.vcpus)
    yield "RAM", size.memory_gib
    if size.group:
        yield "ReservationsAutofitGroup", size.group
        yield "ReservationsAutofitRatio", f"{size.ratio:g}"
    yield "ProductShortName", f"VM {size.series} Series"
    yield "ProductTitle", f"Virtual Machines {size.series} Series"
    yield "SkuName", short
    yield "SkuDisplayName", short
    yield "MeterId", world.facts.meter(sku.region, size.name).id
    yield "MeterType", "1 Compute Hour"
    yield "vCpu", str(size.vcpus)
    yield "billingPlans", json.dumps(_PLANS, separators=(",", ":"))
    twin = _twin(sku, world)
    if twin:
        yield "ReservationSwappableArmSkuName", twin


def _twin(sku: Sku, world: World) -> str:
    """The size that differs only in premium storage, if it can be reserved too."""
    found = _TWIN.fullmatch(sku.size.name)
    if found is None:
        return ""
    name = f"{found[1]}{'' if found[2] else 's'}{found[3]}"
    other = world.catalogue.by_size(sku.region, name)
    return next((one.size.name for one in other.values()), "")


ROUTES = (
    Route(
        "GET",
        "/subscriptions/<sub>/providers/microsoft.capacity/catalogs",
        get_catalog,
        about=About(
            title="Get Catalog",
            sure="S W23",
            returns={200: shapes.Catalog},
            test="test_capacity_catalog.py::test_a_row_has_its_keys_spelt_as_recorded",
            query=(
                Query("api-version", str, needed=True),
                Query("reservedResourceType", str, needed=True),
                Query("location"),
                Query("publisherId"),
                Query("offerId"),
                Query("planId"),
                Query("$filter"),
                Query("$skip", int),
                Query("$take", int),
            ),
            errors=(
                (400, "BadRequest"),
                (400, "InvalidLocationId"),
                (400, "NotSupportedCountry"),
                (400, "SubscriptionNotRegistered"),
                (403, "AuthorizationFailed"),
                (404, "SubscriptionNotFound"),
            ),
        ),
    ),
)
