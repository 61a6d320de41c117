"""reservationRecommendations and the savings curve behind one (reservationRecommendationDetails)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from bespeak.sandbox.http.arm import odata
from bespeak.sandbox.http.arm.billing_scope import check_billing_scope
from bespeak.sandbox.http.arm.places import GUID, place_of
from bespeak.sandbox.http.arm.recommendation_bodies import curve_body, legacy, modern
from bespeak.sandbox.http.exchange import Answer, Ask, plain
from bespeak.sandbox.http.shapes import consumption as shapes
from bespeak.sandbox.recommendations import (
    Look,
    LookScope,
    recommend,
    usage,
)
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

PERIODS = {"Last7Days": 7, "Last30Days": 30, "Last60Days": 60}
_KNOWN = {"scope": ("eq",), "resourcetype": ("eq",), "lookbackperiod": ("eq",), "subscriptionid": ("eq",)}
_READ = "Microsoft.Consumption/reservationRecommendations/read"
_READ_DETAILS = "Microsoft.Consumption/reservationRecommendationDetails/read"


def recommendations(ask: Ask, world: World) -> Answer:
    """What Azure recommends to reserve; 204 when that is nothing. Single scope and 7 days unless asked otherwise."""
    found = odata.conditions(ask.query.get("$filter", ""), _KNOWN)
    scope = cast(LookScope, word(found, "scope", ("Single", "Shared"), "Single"))
    period = word(found, "lookbackperiod", tuple(PERIODS), "Last7Days")
    every = looks(ask, world, scope, PERIODS[period], _READ)
    if found.get(("resourcetype", "eq"), "VirtualMachines").lower() != "virtualmachines":
        return Answer(status=204)
    at_profile = "bp" in ask.args
    rows: list[shapes.LegacyRecommendation | shapes.ModernRecommendation] = [
        modern(look, advice, world) if at_profile else legacy(look, advice, world, period)
        for look in every
        for advice in recommend(world, look)
    ]
    if not rows:
        return Answer(status=204)
    body: shapes.Recommendations = {"value": rows, "nextLink": None, "previousLink": None}
    return plain(body)


def details(ask: Ask, world: World) -> Answer:
    """The savings curve of one size, region and term; 204 when nothing of the size ran in the window."""
    scope = cast(LookScope, odata.choice(ask, "scope", ("Single", "Shared")))
    term = odata.choice(ask, "term", ("P1Y", "P3Y"))
    period = odata.choice(ask, "lookBackPeriod", tuple(PERIODS))
    wanted = {name: _needed(ask, name).lower() for name in ("region", "product")}
    found = odata.conditions(ask.query.get("$filter", ""), {"subscriptionid": ("eq",)})
    every = looks(ask, world, scope, PERIODS[period], _READ_DETAILS, found.get(("subscriptionid", "eq"), ""))
    for look in every:
        for use in usage(world, look):
            if (use.region, use.size.lower()) == (wanted["region"], wanted["product"]) and use.hourly.any():
                body = curve_body(look, use, term, world)
                return Answer(status=204) if body is None else plain(body)
    return Answer(status=204)


def _needed(ask: Ask, name: str) -> str:
    value = ask.query.get(name.lower(), "")
    if not value:
        raise RefusalError(400, "BadRequest", f"Query parameter '{name}' is missing.")
    return value


def word(found: dict[tuple[str, str], str], name: str, known: Sequence[str], default: str) -> str:
    """The value of a filter out of a closed list, as it is spelled there; 400 for another."""
    asked = found.get((name, "eq"), default)
    for one in known:
        if one.lower() == asked.lower():
            return one
    raise odata.bad_filter(f"{name} must be {', '.join(known)}, not '{asked[:40]}'")


def looks(ask: Ask, world: World, scope: LookScope, days: int, action: str, wanted: str = "") -> list[Look]:
    """What the scope of the path looks at; at a billing scope one look a customer or a subscription."""
    if "ba" in ask.args:
        check_billing_scope(ask, world)
        return _everywhere(world, scope, days, wanted.lower())
    group = ask.args.get("rg", "")
    place = place_of(ask, world, action, f"/resourceGroups/{group}" if group else "")
    owner = place.customer.id
    ids = world.directory.azure_ids(owner) if scope == "Shared" else (place.azure.id,)
    return [Look(owner, scope, ids, days, group if scope == "Single" else "")]


def _everywhere(world: World, scope: LookScope, days: int, wanted: str) -> list[Look]:
    if wanted and not GUID.fullmatch(wanted):
        raise odata.bad_filter(f"subscriptionId is no GUID: '{wanted[:40]}'")
    owners = [one for one in world.directory.customers if world.directory.machines_of(one)]
    ids = {owner: world.directory.azure_ids(owner) for owner in owners}
    if scope == "Shared":
        return [Look(owner, scope, held, days) for owner, held in ids.items() if wanted in ("", *held)]
    return [
        Look(owner, scope, (one,), days) for owner, held in ids.items() for one in held if wanted in ("", one)
    ]
