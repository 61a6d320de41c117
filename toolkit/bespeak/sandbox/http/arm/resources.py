"""Microsoft.Resources: resource groups, and resources of the type VM, for reading."""

from __future__ import annotations

import re

from bespeak.sandbox.estate import Machine
from bespeak.sandbox.fleet import PROVIDER, groups_of, machine_path, machines_in
from bespeak.sandbox.http.arm.compute import no_group
from bespeak.sandbox.http.arm.places import Place, page, place_of
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, plain
from bespeak.sandbox.http.shapes import resources as shapes
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

#: Entries a page.
PAGE = 200
_GROUPS_READ = "Microsoft.Resources/subscriptions/resourceGroups/read"
_PART = re.compile(r"(resourcetype|resourcegroup|location)\s+eq\s+'([^']{1,200})'", re.IGNORECASE)


def list_groups(ask: Ask, world: World) -> Answer:
    """The resource groups of a subscription."""
    place = place_of(ask, world, _GROUPS_READ)
    groups = list(groups_of(_machines(place, world)).items())
    found, following = page(ask, groups, PAGE)
    body: shapes.ResourceGroups = {"value": [_group(place, name, region) for name, region in found]}
    if following:
        body["nextLink"] = following
    return plain(body)


def get_group(ask: Ask, world: World) -> Answer:
    """One resource group."""
    wanted = ask.args["rg"]
    place = place_of(ask, world, _GROUPS_READ, f"/resourceGroups/{wanted}")
    for name, region in groups_of(_machines(place, world)).items():
        if name.lower() == wanted.lower():
            return plain(_group(place, name, region))
    raise no_group(wanted)


def _group(place: Place, name: str, region: str) -> shapes.ResourceGroup:
    return {
        "id": f"{place.path}/resourceGroups/{name}",
        "name": name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": region,
        "tags": {},
        "properties": {"provisioningState": "Succeeded"},
    }


def list_resources(ask: Ask, world: World) -> Answer:
    """The resources of a subscription; this sandbox has VMs only."""
    place = place_of(ask, world, "Microsoft.Resources/subscriptions/resources/read")
    wanted = _wanted(ask.query.get("$filter", ""))
    machines = [one for one in _machines(place, world) if _meets(one, wanted)]
    found, following = page(ask, machines, PAGE)
    body: shapes.Resources = {"value": [_resource(one) for one in found]}
    if following:
        body["nextLink"] = following
    return plain(body)


def _wanted(text: str) -> dict[str, str]:
    """The parts of a filter: resourceType, resourceGroup, location, joined by and."""
    found: dict[str, str] = {}
    for part in re.split(r"\s+and\s+", text.strip(), flags=re.IGNORECASE) if text.strip() else ():
        match = _PART.fullmatch(part.strip())
        if match is None or match[1].lower() in found:
            what = f"Invalid $filter '{part[:80]}' specified in the query string. Use resourceType eq '{PROVIDER}'."
            raise RefusalError(400, "InvalidFilterInQueryString", what)
        found[match[1].lower()] = match[2].lower()
    return found


def _meets(machine: Machine, wanted: dict[str, str]) -> bool:
    have = {
        "resourcetype": PROVIDER.lower(),
        "resourcegroup": machine.resource_group.lower(),
        "location": machine.region,
    }
    return all(have[name] == value for name, value in wanted.items())


def _resource(machine: Machine) -> shapes.Resource:
    return {
        "id": machine_path(machine),
        "name": machine.name,
        "type": PROVIDER,
        "location": machine.region,
        "tags": {"series": machine.series},
    }


def _machines(place: Place, world: World) -> list[Machine]:
    return machines_in(world.directory, place.customer.id, place.azure.id, world.now)


_SUB = "/subscriptions/<sub>"
_VERSION = Query("api-version", needed=True)
_PAGED = (_VERSION, Query("$skiptoken"))
_REFUSED = ((400, "InvalidSubscriptionId"), (403, "AuthorizationFailed"), (404, "SubscriptionNotFound"))
_TEST = "test_azure_resources.py::"
ROUTES = (
    Route(
        "GET",
        f"{_SUB}/resourcegroups",
        list_groups,
        about=About(
            "Resource Groups - List",
            "S, K",
            {200: shapes.ResourceGroups},
            f"{_TEST}test_resource_groups_and_resources_are_those_of_the_vms",
            query=_PAGED,
            errors=(*_REFUSED, (400, "InvalidSkipToken")),
        ),
    ),
    Route(
        "GET",
        f"{_SUB}/resourcegroups/<rg>",
        get_group,
        about=About(
            "Resource Groups - Get",
            "S, K",
            {200: shapes.ResourceGroup},
            f"{_TEST}test_resource_groups_and_resources_are_those_of_the_vms",
            query=(_VERSION,),
            errors=(*_REFUSED, (404, "ResourceGroupNotFound")),
        ),
    ),
    Route(
        "GET",
        f"{_SUB}/resources",
        list_resources,
        about=About(
            "Resources - List",
            "S, K; only VMs",
            {200: shapes.Resources},
            f"{_TEST}test_resource_groups_and_resources_are_those_of_the_vms",
            query=(*_PAGED, Query("$filter")),
            errors=(*_REFUSED, (400, "InvalidFilterInQueryString"), (400, "InvalidSkipToken")),
        ),
    ),
)
