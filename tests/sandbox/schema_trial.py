"""Tries the sandbox against its own description: real credentials, real ids mixed with random ones."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import schemathesis
import tiny_world as tiny
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from law_actions import CAPACITY, Actions
from law_door import AUDIENCES, VERSION, Door
from schemathesis.checks import CHECKS, load_all_checks

from bespeak.sandbox import World, create_app
from bespeak.sandbox.described import command
from bespeak.sandbox.described.openapi import described

_GUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_CHECKED = ("status_code_conformance", "content_type_conformance", "response_schema_conformance")
#: A request is not answered, but that is said.
STATED = 501
BROKEN = 500


@dataclass
class Stage:
    """A world in which something was bought, and what is known of it by name."""

    world: World
    app: object
    start: bytes
    known: dict[str, list[str]]
    access: dict[str, str]
    tally: Counter[str] = field(default_factory=Counter)


def tiny_world(folder: Path) -> World:
    """A tiny world in an empty folder."""
    return World.demo(folder=tiny.write(folder))


def stage(world: World) -> Stage:
    """Buys through both doors, lets a day pass, and notes the ids."""
    world.state.resets = -1
    world.reset()
    app = create_app(world, tiny.TOKEN, wall=lambda: 0.0)
    actions = Actions(world, Door(app, tiny.TOKEN))
    for who in (0, 1, 1):
        actions.cart(who, 0, 3, 99)
        actions.check_out(-1)
    for twist in (2, 1):
        actions.quote(1, 1, 4, twist)
        actions.buy(-1, 5)
    actions.advance(4)
    access = {name: f"Bearer {_token(app, audience)}" for name, audience in ALL.items()}
    access["control"] = f"Bearer {tiny.TOKEN}"
    return Stage(world, app, world.snapshot(), _known(world), access)


ALL = AUDIENCES | {"graph": "https://graph.microsoft.com"}


def _token(app, audience: str) -> str:
    form = {"grant_type": "refresh_token", "refresh_token": tiny.TOKEN, "scope": f"{audience}/.default"}
    return app.test_client().post("/login/t/oauth2/v2.0/token", data=form).get_json()["access_token"]


def _known(world: World) -> dict[str, list[str]]:
    book, shop = world.state.book, world.state.shop
    everything = sorted({one.decode() for one in _GUID.findall(world.snapshot().lower())})
    orders = [one.id for many in shop.orders.values() for one in many]
    azure = [tiny.ADA_AZURE_ONE, tiny.BOB_AZURE_ONE, tiny.BOB_AZURE_TWO]
    return {
        "cid": [tiny.ADA, tiny.BOB, tiny.CYD],
        "tenant": ["t"],
        "cart": list(shop.carts),
        "oid": [*book.orders, *orders],
        "rid": list(book.reservations),
        "sid": [tiny.ADA_ONE, tiny.BOB_PLAN, *azure],
        "sub": azure,
        "": everything,
    }


def document() -> dict:
    """The description of all services, as JSON would carry it."""
    return json.loads(json.dumps(described(command.served())))


def operations() -> dict[str, object]:
    """All operations by their name; those that nobody has described yet are left out."""
    schema = schemathesis.openapi.from_dict(document())
    found = [one.ok() for one in schema.get_all_operations()]
    return {
        one.definition.raw["operationId"]: one for one in found if "x-undocumented" not in one.definition.raw
    }


def trial(on: Stage, operation, examples: int, number: int = 1) -> None:
    """So many requests to one operation; each answer must be one of its description."""
    service = operation.definition.raw["tags"][0]
    load_all_checks()
    checks = [CHECKS.get_one(name) for name in _CHECKED]

    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def each(data) -> None:
        on.world.restore(on.start)
        case = data.draw(operation.as_strategy())
        _make_real(on, case, data)
        if service in on.access:
            case.headers["Authorization"] = on.access[service]
        response = case.call(app=on.app)
        on.tally[f"{response.status_code // 100}xx"] += 1
        assert response.status_code < BROKEN or response.status_code == STATED, (
            case.as_curl_command(),
            response.text,
        )
        if response.status_code != STATED:
            response.content = response.content.removeprefix(b"\xef\xbb\xbf")
            case.validate_response(response, checks=checks)

    each()


def _make_real(on: Stage, case, data) -> None:
    """Three of four ids are real ones, the version is mostly right, and known bodies take turns with random ones."""
    for name in case.path_parameters or {}:
        if data.draw(st.integers(0, 3)):
            case.path_parameters[name] = data.draw(st.sampled_from(on.known.get(name) or on.known[""]))
    if "api-version" in (case.query or {}) and data.draw(st.integers(0, 7)):
        case.query["api-version"] = VERSION
    body = BODIES.get(case.path.rpartition("/")[2])
    if body and data.draw(st.integers(0, 2)):
        case.body = body(on, case)


def _split(on: Stage, _case) -> dict:
    held = next(iter(on.world.state.book.reservations.values()))
    path = f"{CAPACITY}/reservationOrders/{held.order_id}/reservations/{held.id}"
    return {"properties": {"quantities": [1, held.quantity - 1], "reservationId": path}}


BODIES = {"split": _split}
