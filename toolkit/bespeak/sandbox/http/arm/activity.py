"""The activity log of a subscription, and of a tenant (Microsoft, *Activity Logs - List*, 2015-04-01)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bespeak.sandbox import rights
from bespeak.sandbox.activity import Event, grant_events, machine_events, reservation_events
from bespeak.sandbox.clock import iso7
from bespeak.sandbox.fleet import lives_in
from bespeak.sandbox.http.arm.activity_filter import Span, span_of
from bespeak.sandbox.http.arm.places import Place, page, place_of, tenant_of
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, plain
from bespeak.sandbox.http.shapes import insights as shapes
from bespeak.sandbox.world import World

#: Events a page.
PAGE = 200
_READ = "Microsoft.Insights/eventtypes/values/Read"
_TICKS_BEGIN = datetime(1, 1, 1, tzinfo=UTC)


def list_events(ask: Ask, world: World) -> Answer:
    """What was done in a subscription, newest first."""
    place = place_of(ask, world, _READ)
    span = span_of(ask.query.get("$filter", ""), _seen(world))
    return _answer(ask, _events(place, span, world), span, place.customer.id, place.azure.id)


def list_tenant_events(ask: Ask, world: World) -> Answer:
    """What was done to objects of the tenant: its reservations and its role assignments."""
    tenant = tenant_of(ask, world)
    customer = world.directory.customers.get(tenant)
    if customer is None:
        raise rights.refusal(world, ask.principal, _READ, "/", tenant)
    rights.may(world, ask.principal, _READ, "/", tenant)
    span = span_of(ask.query.get("$filter", ""), _seen(world))
    events = [*reservation_events(world, customer), *grant_events(world, customer, "/providers")]
    return _answer(ask, events, span, tenant, "")


def _seen(world: World) -> datetime:
    """Events up to this instant can be read."""
    return world.now - timedelta(minutes=world.switches.activity_minutes)


def _events(place: Place, span: Span, world: World) -> Iterable[Event]:
    """The events of a subscription; those of VMs only for as many VMs as the filter leaves."""
    machines = lives_in(world.directory, place.customer.id, place.azure.id)
    if span.name in ("resourceuri", "resourceid"):
        machines = [one for one in machines if span.value.endswith(f"/{one.name.lower()}")]
    if span.name == "resourcegroupname":
        machines = [one for one in machines if one.resource_group.lower() == span.value]
    yield from machine_events(world, place.customer, machines, span.first, span.last)
    yield from reservation_events(world, place.customer, place.azure.id)
    yield from grant_events(world, place.customer, place.path)


def _answer(ask: Ask, events: Iterable[Event], span: Span, tenant: str, azure_id: str) -> Answer:
    wanted = [one for one in events if span.meets(one)]
    wanted.sort(key=lambda one: (one.at, one.operation, one.status), reverse=True)
    found, following = page(ask, wanted, PAGE)
    body: shapes.ActivityEvents = {"value": [_event(one, tenant, azure_id) for one in found]}
    if following:
        body["nextLink"] = following
    return plain(body)


def _event(one: Event, tenant: str, azure_id: str) -> shapes.ActivityEvent:
    ticks = int((one.at - _TICKS_BEGIN).total_seconds()) * 10_000_000
    begun = one.status == "Started"
    return {
        "authorization": {"action": one.action, "scope": one.resource},
        "caller": one.caller,
        "channels": "Operation",
        "claims": {},
        "correlationId": one.operation,
        "description": "",
        "eventDataId": one.id,
        "eventName": _word(
            "BeginRequest" if begun else "EndRequest", "Begin request" if begun else "End request"
        ),
        "category": _word("Administrative"),
        "id": f"{one.resource}/events/{one.id}/ticks/{ticks}",
        "level": "Error" if one.status == "Failed" else "Informational",
        "resourceGroupName": one.group,
        "resourceProviderName": _word(one.provider),
        "resourceId": one.resource,
        "resourceType": _word(one.kind),
        "operationId": one.operation,
        "operationName": _word(one.action),
        "properties": {"entity": one.resource, "message": one.action, "hierarchy": tenant},
        "status": _word(one.status),
        "subStatus": _word(""),
        "eventTimestamp": iso7(one.at),
        "submissionTimestamp": iso7(one.at + timedelta(minutes=2)),
        "subscriptionId": azure_id,
        "tenantId": tenant,
    }


def _word(value: str, shown: str = "") -> shapes.Localized:
    return {"value": value, "localizedValue": shown or value}


_LOG = "providers/microsoft.insights/eventtypes/management/values"
_ASKED = (Query("api-version", needed=True), Query("$filter", needed=True), Query("$skiptoken"))
_WRONG = ((400, "BadRequest"), (400, "InvalidSkipToken"), (403, "AuthorizationFailed"))
_STATES = ("Started", "Succeeded", "Failed")
_TEST = "test_azure_activity.py::"
ROUTES = (
    Route(
        "GET",
        f"/subscriptions/<sub>/{_LOG}",
        list_events,
        about=About(
            "Activity Logs - List",
            "S, D; events follow from the demand; page size and delay INF",
            {200: shapes.ActivityEvents},
            f"{_TEST}test_starts_and_stops_follow_the_demand",
            query=_ASKED,
            errors=(*_WRONG, (400, "InvalidSubscriptionId"), (404, "SubscriptionNotFound")),
            states=_STATES,
        ),
    ),
    Route(
        "GET",
        f"/{_LOG}",
        list_tenant_events,
        about=About(
            "Tenant Activity Logs - List",
            "S; what is in it INF",
            {200: shapes.ActivityEvents},
            f"{_TEST}test_the_log_of_the_tenant_needs_elevated_access",
            query=_ASKED,
            errors=_WRONG,
            states=_STATES,
        ),
    ),
)
