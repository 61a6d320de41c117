"""Microsoft.Compute: the sizes that can be deployed in a region (*Resource Skus - List*)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bespeak.sandbox.compute_skus import ComputeSku, ComputeSkus
from bespeak.sandbox.http.arm.places import place_of
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, dumps
from bespeak.sandbox.http.shapes import compute as shapes
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

_LOCATION = re.compile(r"\s*location\s+eq\s+'([A-Za-z0-9 ]{1,60})'\s*", re.IGNORECASE)


def list_skus(ask: Ask, world: World) -> Answer:
    """The sizes of one region, or of all regions that offer anything."""
    place_of(ask, world, "Microsoft.Compute/skus/read")
    text = ask.query.get("$filter", "")
    found = _LOCATION.fullmatch(text)
    if text and not found:
        what = f"The filter '{text[:80]}' is not supported. Use location eq 'polandcentral'."
        raise RefusalError(400, "InvalidParameter", what)
    skus = world.base.skus
    regions = (found[1],) if found else skus.regions
    return Answer(skus.kept(" ".join(regions).lower(), lambda: _all(skus, regions)))


def _all(skus: ComputeSkus, regions: Sequence[str]) -> bytes:
    """The body of a list: the sizes of some regions, and what else is deployed there."""
    rows = [_sku(one) for region in regions for one in skus.of(region)]
    shown = {row["locations"][0]: None for row in rows}
    rows += [_other(kind, region) for kind in skus.others() for region in shown]
    body: shapes.ResourceSkus = {"value": rows}
    return dumps(body)


def _sku(sku: ComputeSku) -> shapes.ResourceSku:
    name = sku.size.name
    zones = sku.zones
    details: list[shapes.ZoneDetail] = []
    if zones:
        details = [{"Name": sorted(zones), "capabilities": [{"name": "UltraSSDAvailable", "value": "True"}]}]
    return {
        "resourceType": "virtualMachines",
        "name": name,
        "tier": name.partition("_")[0],
        "size": name.partition("_")[2],
        "family": sku.size.quota_family,
        "locations": [sku.shown_region],
        "locationInfo": [{"location": sku.shown_region, "zones": zones, "zoneDetails": details}],
        "capabilities": [{"name": key, "value": value} for key, value in sku.capabilities.items()],
        "restrictions": [_restriction(sku)] if sku.reason else [],
    }


def _restriction(sku: ComputeSku) -> shapes.Restriction:
    return {
        "type": "Location",
        "values": [sku.shown_region],
        "restrictionInfo": {"locations": [sku.shown_region]},
        "reasonCode": sku.reason,
    }


def _other(kind: str, region: str) -> shapes.ResourceSku:
    return {
        "resourceType": kind,
        "name": {"disks": "Premium_LRS", "snapshots": "Standard_ZRS"}.get(kind, "Aligned"),
        "tier": "Premium" if kind == "disks" else "Standard",
        "locations": [region],
        "locationInfo": [{"location": region, "zones": [], "zoneDetails": []}],
        "capabilities": [],
        "restrictions": [],
    }


ROUTES = (
    Route(
        "GET",
        "/subscriptions/<sub>/providers/microsoft.compute/skus",
        list_skus,
        about=About(
            "Resource Skus - List",
            "S, W18; capabilities beyond cores and memory INF",
            {200: shapes.ResourceSkus},
            "test_azure_compute.py::test_all_values_of_a_size_are_texts",
            query=(Query("api-version", needed=True), Query("$filter"), Query("includeExtendedLocations")),
            errors=(
                (400, "InvalidSubscriptionId"),
                (403, "AuthorizationFailed"),
                (404, "SubscriptionNotFound"),
                (400, "InvalidParameter"),
            ),
        ),
    ),
)
