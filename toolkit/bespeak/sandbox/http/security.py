"""Who signed in with a second factor (Microsoft, *Get App and User API requests*, *Get MFA adoption status*)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bespeak.sandbox.clock import iso, iso7
from bespeak.sandbox.http.acting import APPLICATION, APPLICATION_NAME
from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, item
from bespeak.sandbox.http.partner import is_a, listing
from bespeak.sandbox.http.shapes import audit as shapes
from bespeak.sandbox.http.shapes.partner import Collection
from bespeak.sandbox.people import object_id, upn
from bespeak.sandbox.request_log import Call
from bespeak.sandbox.world import World


def partner_requests(_ask: Ask, world: World) -> Answer:
    """The newest calls of users, at most 10,000 of the last seven days."""
    return item(listing([_request(call) for call in _newest(world)]))


def adoption_status(_ask: Ask, world: World) -> Answer:
    """Calls a day and application, with and without a second factor; a bare array."""
    total: Counter[str] = Counter()
    compliant: Counter[str] = Counter()
    for call in _newest(world):
        total[f"{call.at:%Y-%m-%d}"] += 1
        compliant[f"{call.at:%Y-%m-%d}"] += call.compliant
    shown: list[shapes.AdoptionStatus] = [
        {
            "loginDate": f"{day}T00:00:00",
            "mfaCompliantRequestCount": compliant[day],
            "totalRequestCount": count,
            "applicationId": APPLICATION,
            "applicationName": APPLICATION_NAME,
        }
        for day, count in sorted(total.items(), reverse=True)
    ]
    return item(shown)


def non_compliant_principals(_ask: Ask, world: World) -> Answer:
    """The users that called without a second factor, each with the last time."""
    last: dict[tuple[str, str], shapes.NonCompliantPrincipal] = {}
    for call in _newest(world):
        if not call.compliant:
            last.setdefault((call.tenant, call.principal), _principal(call))
    return item(listing(list(last.values())))


def _newest(world: World) -> Iterator[Call]:
    switches = world.switches
    return world.requests.newest(
        world.now, minutes=switches.request_log_minutes, failures=switches.request_log_failures
    )


def _request(call: Call) -> shapes.PartnerRequest:
    return {
        "requestId": call.request_id,
        "correlationId": call.correlation_id,
        "operationName": call.operation,
        "requestDateTime": iso7(call.at),
        "sourceIpAddress": "127.0.0.1",
        "objectId": object_id(call.principal),
        "tenantId": call.tenant,
        "upn": upn(call.principal),
        "applicationId": APPLICATION,
        "mfaCompliant": call.compliant,
        "attributes": is_a("PartnerRequest"),
    }


def _principal(call: Call) -> shapes.NonCompliantPrincipal:
    return {
        "objectId": object_id(call.principal),
        "tenantId": call.tenant,
        "upn": upn(call.principal),
        "lastNonMfaCompliantRequestDateTime": iso(call.at),
        "attributes": is_a("NonMfaCompliantPartnerPrincipal"),
    }


_TEST = "test_audit.py::"
_REQUESTS = About(
    "Get App and User API requests",
    "D21, D26",
    {200: Collection[shapes.PartnerRequest]},
    _TEST + "test_calls_of_users_are_listed_later",
)
_ADOPTION = About(
    "Get MFA adoption status",
    "D21, D26",
    {200: list[shapes.AdoptionStatus]},
    _TEST + "test_the_adoption_status_is_a_bare_array",
)
_PRINCIPALS = About(
    "Get portal requests without MFA",
    "D21, D26",
    {200: Collection[shapes.NonCompliantPrincipal]},
    _TEST + "test_a_call_without_a_second_factor_is_refused_and_listed",
)
ROUTES = (
    Route("GET", "/v1/partnerrequests", partner_requests, user=True, needs="security", about=_REQUESTS),
    Route(
        "GET",
        "/v1/applicationmfaadoptionstatus",
        adoption_status,
        user=True,
        needs="security",
        about=_ADOPTION,
    ),
    Route(
        "GET",
        "/v1/nonmfacompliantpartnerprincipals",
        non_compliant_principals,
        user=True,
        needs="security",
        about=_PRINCIPALS,
    ),
)
