"""The WSGI application: all services under one host, each below its prefix, over one world."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote

from flask import Flask, Response, request

from bespeak.sandbox import clock
from bespeak.sandbox.audit import acting
from bespeak.sandbox.described.openapi import describing
from bespeak.sandbox.http import (
    audit,
    blobs,
    carts,
    catalog,
    control,
    customers,
    entitlements,
    estimates,
    graph,
    invoice_lines,
    invoices,
    login,
    orders,
    prices,
    rate_cards,
    retail,
    security,
    self_serve,
    service_requests,
    subscriptions,
    usage,
    webhooks,
)
from bespeak.sandbox.http.acting import actor, note
from bespeak.sandbox.http.arm import service as arm_service
from bespeak.sandbox.http.door import Door
from bespeak.sandbox.http.exchange import Answer, Ask, Route, Service, show_partner_center
from bespeak.sandbox.http.guard import admit
from bespeak.sandbox.http.hall import Hall
from bespeak.sandbox.http.throttle import Throttle
from bespeak.sandbox.http.tokens import PARTNER_CENTER
from bespeak.sandbox.http.writing import write
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.state import KeptAnswer
from bespeak.sandbox.world import World

_LOG = logging.getLogger(__name__)
_PARTNER_ROUTES = (
    *customers.ROUTES,
    *subscriptions.ROUTES,
    *usage.ROUTES,
    *catalog.ROUTES,
    *rate_cards.ROUTES,
    *carts.ROUTES,
    *orders.ROUTES,
    *entitlements.ROUTES,
    *invoices.ROUTES,
    *invoice_lines.ROUTES,
    *audit.ROUTES,
    *estimates.ROUTES,
    *security.ROUTES,
    *self_serve.ROUTES,
    *service_requests.ROUTES,
    *webhooks.ROUTES,
)


def create_app(
    world: World,
    token: str,
    *,
    wall: Callable[[], float] = clock.wall,
    sleep: Callable[[float], None] = clock.sleep,
    new_token: Callable[[], str] = lambda: secrets.token_urlsafe(24),
) -> Flask:
    """The application over a world; whoever has ``token`` can sign in, control it and add worlds beside it."""
    if not token:
        raise ValueError("The sandbox needs a token that is not empty.")
    app = Flask("bespeak.sandbox", static_folder=None)
    hall, throttle = Hall(world, token, wall, new_token), Throttle(wall)
    app.extensions["bespeak.hall"] = hall
    for service in services():
        for route in service.routes:
            _mount(app, service, route, throttle)
    app.register_error_handler(404, _unknown)
    app.register_error_handler(405, _unknown)
    app.register_error_handler(500, _broken)
    app.wsgi_app = Door(app.wsgi_app, hall, sleep, wall)  # type: ignore[method-assign]
    return app


def services() -> tuple[Service, ...]:
    """All services that are served, in the order in which they are mounted."""
    partner_center = Service(
        "partner_center", "/partner_center", PARTNER_CENTER, _PARTNER_ROUTES, show_partner_center
    )
    azure = (arm_service.SERVICE, retail.SERVICE)
    billing = (graph.SERVICE, blobs.SERVICE)
    listed = (login.SERVICE, partner_center, prices.SERVICE, *azure, *billing, control.SERVICE)
    return describing(listed)


def _mount(app: Flask, service: Service, route: Route, throttle: Throttle) -> None:
    def view(**args: str) -> Response:
        ask = _read(service, args)
        world, admitted = ask.seat.world, None
        try:
            admitted = admit(ask, service, route)
            with acting(actor(admitted)):
                answer = throttle.refused(admitted, world) or _answer(admitted, world, route)
        except RefusalError as refusal:
            answer = service.show_refusal(refusal)
        if service.audience == PARTNER_CENTER:
            note(ask, admitted, route, answer, world)
        return write(answer, ask, world, double=route.catalogue)

    path = service.prefix + route.path
    app.add_url_rule(
        path, f"{route.method} {path}", view, methods=[route.method], provide_automatic_options=False
    )


def _read(service: Service, args: dict[str, str]) -> Ask:
    headers = {name.lower(): value for name, value in request.headers.items()}
    asked = unquote(request.environ.get("sandbox.path", request.path))
    return Ask(
        request.method,
        asked[len(service.prefix) :],
        args,
        {name.lower(): value for name, value in request.args.items()},
        headers,
        request.form if service.name == "login" else {},
        b"" if service.name == "login" else request.get_data(),
        pause=request.environ.get("sandbox.pause", lambda: None),
        root=request.url_root.rstrip("/"),
        at=request.environ["sandbox.at"],
    )


def _answer(ask: Ask, world: World, route: Route) -> Answer:
    if not route.locked:
        return _with_mfa(route.handler(ask, world), ask)
    ask.pause()
    with world.lock:
        return _with_mfa(_first_answer(ask, world, route), ask)


def _with_mfa(answer: Answer, ask: Ask) -> Answer:
    """The answer, with the word on the second factor that a caller asked for by ``ValidateMfa``."""
    if ask.headers.get("validatemfa", "").lower() != "true":
        return answer
    return replace(answer, headers={**answer.headers, "isMfaCompliant": str(ask.mfa).lower()})


def _first_answer(ask: Ask, world: World, route: Route) -> Answer:
    """The answer to this request, or the one that the same MS-RequestId got when it was done."""
    number = ask.headers.get("ms-requestid", "").lower()
    once = getattr(world.switches, route.once) if isinstance(route.once, str) else route.once
    if not (once and number):
        return route.handler(ask, world)
    key = f"{route.method} {ask.path.lower()} {number}"
    kept = world.state.first_answers.get(key)
    if kept is not None:
        return Answer(kept.body, kept.status, kept.headers, kept.content_type, kept.marked)
    answer = route.handler(ask, world)
    world.state.first_answers[key] = KeptAnswer(
        answer.body, answer.status, dict(answer.headers), answer.content_type, answer.marked
    )
    return answer


def _unknown(_error: Exception) -> tuple[bytes, int, dict[str, str]]:
    name = f"{request.method} {request.environ.get('sandbox.path', request.path)}"
    return _bare(show_partner_center(RefusalError(501, 0, f"{name} is not part of this sandbox.")))


def _broken(error: Exception) -> tuple[bytes, int, dict[str, str]]:
    _LOG.error("The sandbox failed.", exc_info=error)
    return _bare(show_partner_center(RefusalError(500, 800003, "The sandbox failed; its log says how.")))


def _bare(answer: Answer) -> tuple[bytes, int, dict[str, str]]:
    return answer.body, answer.status, {"Content-Type": answer.content_type}
