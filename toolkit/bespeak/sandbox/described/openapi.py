"""An OpenAPI 3.1 description of what is served, made from the routes and from what is said about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from bespeak.sandbox.described.schemas import Schema, Schemas
from bespeak.sandbox.http.blobs import show_storage
from bespeak.sandbox.http.exchange import (
    About,
    Answer,
    Ask,
    Query,
    Route,
    Service,
    dumps,
    show_azure,
    show_partner_center,
    show_sign_in,
)
from bespeak.sandbox.http.retail import show_retail
from bespeak.sandbox.http.shapes import errors
from bespeak.sandbox.http.shapes.retail import RetailError
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

VERSION = "3.1.0"
#: Every call of Azure names the version of the API that it speaks.
_VERSION = Query("api-version", str, needed=True)
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_ERRORS: dict[Callable[[RefusalError], Answer], Any] = {
    show_partner_center: errors.PartnerCenterError,
    show_azure: errors.AzureError,
    show_sign_in: errors.SignInError,
    show_retail: RetailError,
    show_storage: "application/xml",
}
#: The shape of errors that nobody has described.
UNSAID = dict[str, Any]
#: Statuses that any operation of a service may give before its own laws are asked.
_ANYWHERE = {
    "partner_center": (400, 401, 403),
    "price_sheets": (400, 401, 403),
    "arm": (400, 401),
    "graph": (400, 401),
}
_REASONS = {
    200: "Done",
    201: "Made",
    202: "Under way",
    204: "Nothing to say",
    400: "The request is wrong",
    401: "The token is missing, has ended or is for something else",
    403: "This caller may not do this",
    404: "It does not exist",
    409: "It does not go together with the present state",
    429: "Too many requests",
    501: "Known, but not part of this sandbox",
}


def described(services: Sequence[Service]) -> dict[str, Any]:
    """The description of these services as a JSON object."""
    schemas = Schemas(_types(services))
    paths: dict[str, dict[str, Any]] = {}
    for service in services:
        for route in service.routes:
            place = paths.setdefault(openapi_path(service, route), {})
            place[route.method.lower()] = _operation(service, route, schemas)
    return {
        "openapi": VERSION,
        "info": {
            "title": "bespeak sandbox",
            "version": "1",
            "description": "Partner Center, Azure reservations and billing of invented customers. Paths are matched "
            "without regard to case. Each member x-sure holds the confidence marks of the sources.",
        },
        "tags": [{"name": service.name} for service in services],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": schemas.components, "securitySchemes": _security_schemes(services)},
    }


def openapi_path(service: Service, route: Route) -> str:
    """The path of a route below the address of the sandbox, with ``{name}`` for a variable part."""
    return service.prefix + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.path)


def error_type(service: Service) -> Any:  # noqa: ANN401  (a type)
    """How this service prints an error: a type, or a content type; any JSON object where nobody has said it."""
    return _ERRORS.get(service.show_refusal, UNSAID)


def _types(services: Sequence[Service]) -> Iterator[Any]:
    shapes = [error_type(service) for service in services]
    yield from (str, errors.ThrottledError, *(one for one in shapes if not isinstance(one, str)))
    for about in (route.about for service in services for route in service.routes):
        if about:
            yield from (query.kind for query in about.query)
            bodies = (about.takes, *about.returns.values())
            yield from (body for body in bodies if body is not None and not isinstance(body, str))


def _operation(service: Service, route: Route, schemas: Schemas) -> Schema:
    name = re.sub(r"\W+", "_", f"{route.method.lower()} {openapi_path(service, route)}").strip("_")
    shown: Schema = {
        "operationId": name,
        "tags": [service.name],
        "parameters": _parameters(service, route, schemas),
    }
    if service.name not in ("login", "retail", "blobs"):
        shown["security"] = [{service.name: []}]
    about = route.about
    if about is None:
        return shown | {
            "x-undocumented": True,
            "responses": {"default": {"description": "Nobody has said it."}},
        }
    shown |= {"summary": about.title, "x-sure": about.sure, "x-test": about.test}
    if about.states:
        shown["x-states"] = list(about.states)
    if about.takes is not None:
        kind = _FORM if service.name == "login" else _JSON
        shown["requestBody"] = {"required": True, "content": {kind: {"schema": schemas.of(about.takes)}}}
    return shown | {"responses": _responses(service, route, about, schemas)}


def _parameters(service: Service, route: Route, schemas: Schemas) -> list[Schema]:
    names = re.findall(r"<(?:\w+:)?(\w+)>", route.path)
    inside = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in names
    ]
    asked = route.about.query if route.about else ()
    if service.name == "arm" and all(query.name.lower() != _VERSION.name for query in asked):
        asked = (*asked, _VERSION)
    return inside + [_query(query, schemas) for query in asked]


def _query(query: Query, schemas: Schemas) -> Schema:
    return {"name": query.name, "in": "query", "required": query.needed, "schema": schemas.of(query.kind)}


def _responses(service: Service, route: Route, about: About, schemas: Schemas) -> Schema:
    shown = {str(status): _good(status, body, schemas) for status, body in about.returns.items()}
    refusals: dict[int, list[int | str]] = {status: [] for status in _ANYWHERE.get(service.name, ())}
    if service.name == "control":
        refusals |= {401: []}
    if about.takes is not None:
        refusals.setdefault(400, [])
    if route.user:
        refusals.setdefault(403, [])
    for status, code in about.errors:
        refusals.setdefault(status, []).append(code)
    content = _content(error_type(service), schemas)
    for status, codes in sorted(refusals.items()):
        bad = {"description": _words(status, codes), "content": content}
        shown[str(status)] = _either(shown.get(str(status)), bad)
    if service.name in ("partner_center", "price_sheets"):
        throttled = schemas.of(errors.ThrottledError)
        shown["429"] = {"description": _REASONS[429], "content": {_JSON: {"schema": throttled}}}
    return shown


def _either(good: Schema | None, bad: Schema) -> Schema:
    """One response for a status that is both an answer and an error."""
    if good is None or "content" not in good:
        return bad
    schemas = [good["content"][_JSON]["schema"], bad["content"][_JSON]["schema"]]
    return bad | {"content": {_JSON: {"schema": {"anyOf": schemas}}}}


def _words(status: int, codes: list[int | str]) -> str:
    named = ", ".join(dict.fromkeys(map(str, codes)))
    return _REASONS.get(status, "Refused") + (f": {named}" if named else "")


def _good(status: int, body: Any, schemas: Schemas) -> Schema:  # noqa: ANN401  (a type or a content type)
    shown: Schema = {"description": _REASONS.get(status, "Done")}
    return shown if body is None else shown | {"content": _content(body, schemas)}


def _content(body: Any, schemas: Schemas) -> Schema:  # noqa: ANN401  (a type or a content type)
    if isinstance(body, str):
        return {body: {"schema": {}}}
    return {_JSON: {"schema": schemas.of(body)}}


def _security_schemes(services: Sequence[Service]) -> Schema:
    shown: Schema = {}
    for service in services:
        whose = f"an access token for {service.audience}" if service.audience else "the token of this world"
        shown[service.name] = {"type": "http", "scheme": "bearer", "description": f"Takes {whose}."}
    return {name: scheme for name, scheme in shown.items() if name not in ("login", "retail", "blobs")}


def describing(services: Sequence[Service]) -> tuple[Service, ...]:
    """The same services, where ``control`` also answers with the description of all of them."""
    *others, control = services
    made: list[bytes] = []

    def answer(_ask: Ask, _world: World) -> Answer:
        if not made:
            made.append(dumps(described(complete)))
        return Answer(made[0])

    about = About(
        "OpenAPI description",
        "OWN",
        {200: dict[str, Any]},
        "test_openapi.py::test_the_sandbox_describes_itself",
    )
    route = Route("GET", "/openapi.json", answer, locked=False, about=about)
    complete = (*others, replace(control, routes=(*control.routes, route)))
    return complete
