"""What the providers below Azure Resource Manager have in common: versions, headers, addresses, what a token can see.

``arm_route`` is laid around every route of the service: it refuses a wrong api-version before the handler runs and
puts the headers on whatever comes out, refusals too. A handler may use ``azure_answer`` or a plain answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import wraps
from typing import Any, Literal
from urllib.parse import quote

from bespeak.sandbox.clock import hour_number
from bespeak.sandbox.http.exchange import Answer, Ask, Route, dumps
from bespeak.sandbox.ids import guid
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import Reservation
from bespeak.sandbox.world import World

Family = Literal["new", "old"]

#: The api-versions of each provider that are served, newest first. A provider that is not here takes any date.
VERSIONS: Mapping[str, tuple[str, ...]] = {
    "microsoft.capacity": ("2022-11-01", "2022-03-01"),
    "microsoft.consumption": ("2026-06-01", "2024-08-01", "2023-11-01", "2023-05-01"),
    "microsoft.billingbenefits": ("2022-11-01",),
}
#: The version with which Microsoft.BillingBenefits and exchanges point to the results of their operations.
OPERATION_RESULTS = "2020-10-01-preview"
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}(-preview)?")
_PROVIDER = re.compile(r".*/providers/([^/]+)")
#: Last words of the paths that older handlers serve; these show their server and have request ids with a region.
_OLD = re.compile(
    r".*/(calculateprice|split|merge|calculaterefund|return|availablescopes|changedirectory|revisions"
    r"|appliedreservations|(split|merge)operationresults/[^/]+)/?"
)
_TRACE = re.compile(r"[0-9A-Za-z_.:-]{1,128}")
_REGION = "westeurope"
_BUILD = "1.0.2252.117"
_READS, _WRITES = 12000, 1200
_DIGITS = 9
_CONSTANT = {
    "Cache-Control": "no-cache",
    "Pragma": "no-cache",
    "Expires": "-1",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}


class RawAnswerError(Exception):
    """An answer that is no JSON of this service, such as that of a gateway; it goes out as it is."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def azure_body(ask: Ask) -> dict[str, Any]:
    """The JSON object of a request with lower-case keys, or 400 / InvalidRequestContent."""
    try:
        return ask.body()
    except RefusalError as refusal:
        raise RefusalError(400, "InvalidRequestContent", refusal.description) from refusal


def number_in(ask: Ask, name: str, default: int) -> int:
    """A whole number from 0 on in the query, or 400 / BadRequest."""
    text = ask.query.get(name.lower(), "")
    if not text:
        return default
    if not text.isascii() or not text.isdecimal() or len(text) > _DIGITS:
        what = f"Query parameter '{name}' must be a whole number from 0 on, not '{text}'."
        raise RefusalError(400, "BadRequest", what[:300])
    return int(text)


def provider_of(path: str) -> str:
    """The provider that answers a path, in lower case: the last one named; Microsoft.Resources when there is none."""
    found = None if path.endswith("/register") else _PROVIDER.match(path.lower())
    return found[1] if found else "microsoft.resources"


def check_version(ask: Ask, provider: str = "") -> str:
    """The api-version of a request in lower case; refuses none, one that is no date, and one not served here."""
    asked = ask.query.get("api-version", "").lower()
    if not asked:
        what = "The api-version query parameter (?api-version=) is required for all requests."
        raise RefusalError(400, "MissingApiVersionParameter", what)
    served = (*VERSIONS.get(provider, ()), *(OPERATION_RESULTS,) * ("/operationresults/" in ask.path.lower()))
    names = ",".join(served)
    if not _DATED.fullmatch(asked):
        what = f"The api-version '{asked}' is invalid. The supported versions are '{names or 'yyyy-MM-dd'}'."
        raise RefusalError(400, "InvalidApiVersionParameter", what)
    if provider in VERSIONS and asked not in served:
        what = f"No registered resource provider found for API version '{asked}' and {provider}."
        raise RefusalError(
            400, "NoRegisteredProviderFound", f"{what} The supported api-versions are '{names}'."
        )
    return asked


def family_of(path: str) -> Family:
    """Which of the two families of handlers serves a path of Microsoft.Capacity."""
    return "old" if _OLD.fullmatch(path.lower()) else "new"


def azure_answer(
    body: object,
    ask: Ask,
    world: World,
    *,
    family: Family | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """An answer of Azure with all its headers; ``None`` is an empty body without a content type.

    ``family``: new (no server named, a build number) or old (Server, X-AspNet-Version); else by the path.
    """
    made = headers_of(ask, world, family or family_of(ask.path)) | dict(headers or {})
    return Answer(b"" if body is None else dumps(body), status, made)


def headers_of(ask: Ask, world: World, family: Family) -> dict[str, str]:
    """The headers of one answer; each call takes one from a counter, which is no part of the state."""
    identity = world.echoes.guid("azure")
    mine = _sent(ask, "x-ms-client-request-id")
    correlation = _sent(ask, "x-ms-correlation-request-id") or guid("correlation", identity)
    routing = f"{_REGION.upper()}:{world.now:%Y%m%dT%H%M%SZ}:{guid('routing', identity)}"
    ids = {"x-ms-correlation-request-id": correlation, "x-ms-routing-request-id": routing}
    if family == "old":
        ids |= {"x-ms-request-id": f"{_REGION}:{identity}", "Server": "Microsoft-IIS/10.0"}
        ids |= {"X-AspNet-Version": "4.0.30319"}
    else:
        echoed = ask.method == "PUT" or ask.headers.get("x-ms-return-client-request-id", "").lower() == "true"
        shown = mine.replace("-", "").lower() if mine and echoed else identity
        ids |= {"x-ms-request-id": shown, "x-ms-version": _BUILD}
    return _CONSTANT | ids | _remaining(ask, world)


def _sent(ask: Ask, name: str) -> str:
    value = ask.headers.get(name, "")
    return value if _TRACE.fullmatch(value) else ""


def _remaining(ask: Ask, world: World) -> dict[str, str]:
    """What is left of the hour's calls: falls by one a call, and is full again in the next hour of the world."""
    reads = ask.method == "GET"
    level = "subscription" if ask.path.lower().startswith("/subscriptions/") else "tenant"
    name = f"x-ms-ratelimit-remaining-{level}-{'reads' if reads else 'writes'}"
    key, hour = f"{ask.tenant.lower()} {name}", hour_number(world.now)
    used = world.calls.get(key, (hour, 0))
    count = used[1] + 1 if used[0] == hour else 1
    world.calls[key] = (hour, count)
    return {name: str(max(0, (_READS if reads else _WRITES) - count))}


def arm_route(route: Route) -> Route:
    """The route with the check of its api-version before it and the headers of Azure on what comes out of it."""
    provider, handler = provider_of(route.path), route.handler

    @wraps(handler)
    def answer(ask: Ask, world: World) -> Answer:
        try:
            check_version(ask, provider)
            made = handler(ask, world)
        except RefusalError as refusal:
            refusal.headers = headers_of(ask, world, family_of(ask.path)) | refusal.headers
            raise
        except RawAnswerError as raw:
            made = raw.answer
        if "x-ms-correlation-request-id" in made.headers:
            return made
        return replace(made, headers=headers_of(ask, world, family_of(ask.path)) | dict(made.headers))

    return replace(route, handler=answer)


def address(ask: Ask, path: str, query: Mapping[str, object] | None = None) -> str:
    """The absolute address of a path of this service, as ``Location`` and ``nextLink`` print it.

    The api-version of the request comes first unless another one is given; a dollar sign is encoded, so that a link
    ends like ``&%24skiptoken=50``.
    """
    given = {"api-version": ask.query.get("api-version", "")} | dict(query or {})
    words = [f"{quote(name, safe='-')}={quote(str(value), safe='-')}" for name, value in given.items()]
    return f"{ask.root}/arm{path}?{'&'.join(words)}"


def visible(ask: Ask, world: World) -> list[Reservation]:
    """Of a customer's tenant what it owns; a token of the partner's own tenant sees all, as an admin agent would."""
    tenant = ask.tenant.lower()
    if tenant in world.directory.customers:
        return world.book.started(tenant, world.now)
    return [held for one in world.directory.customers for held in world.book.started(one, world.now)]
