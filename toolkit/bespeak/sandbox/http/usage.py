"""Utilization records of legacy Azure (Microsoft, *Get a customer's utilization records for Azure*)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from bespeak.sandbox.http import paging
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, dumps, link
from bespeak.sandbox.http.shapes.utilization import UtilizationPage
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.utilization import Window
from bespeak.sandbox.world import World

PAGE = 1000
#: Seconds after which a caller may ask again for records that are not there yet.
AGAIN = "2"
_PATH = "/customers/{cid}/subscriptions/{sid}/utilizations/azure"


def utilization(ask: Ask, world: World) -> Answer:
    """A page of records; 204 while the window reaches beyond what has happened."""
    held = world.subscription(ask.args["cid"], ask.args["sid"])
    if held.kind != "legacy":
        raise RefusalError(
            400, 900127, "Utilization records are not offered for an Azure plan, only for MS-AZR-0145P."
        )
    where = _PATH.format(cid=held.customer_id, sid=held.shown_id)
    asked = _query(ask)
    state = paging.resume(world, ask, where)
    if state is not None and state["query"] != asked:
        raise RefusalError(
            400, 2000, "The continuation token belongs to another query. Start at the first page."
        )
    window = _window(asked)
    if window.end + timedelta(minutes=world.switches.usage_ready_minutes) > world.now:
        return Answer(b"", 204, {"Retry-After": AGAIN})
    records = world.utilization(held)
    skip, size = (state or {"skip": 0})["skip"], int(asked["size"])
    page = records.page(window, skip, size)
    rest = skip + size if skip + size < records.count(window) else None
    start = f'{{"totalCount":{len(page)},"items":['
    return Answer(f"{start}{','.join(page)}],".encode() + _end(world, where, asked, rest), marked=True)


def _end(world: World, where: str, asked: dict[str, Any], rest: int | None) -> bytes:
    links = {"self": link(f"{where}?{urlencode(asked)}")}
    if rest is not None:
        token = paging.issue(world, where, {"query": asked, "skip": rest})
        links["next"] = link(f"{where}?{urlencode(asked)}&seek_operation=Next")
        links["next"]["headers"] = [{"key": "MS-ContinuationToken", "value": token}]
    return dumps({"links": links, "attributes": {"objectType": "Collection"}})[1:]


def _query(ask: Ask) -> dict[str, Any]:
    size = ask.query.get("size") or str(PAGE)
    if not size.isdecimal():
        raise RefusalError(400, 2001, f"Query parameter 'size' must be a whole number, not '{size}'.")
    return {
        "start_time": ask.need("start_time"),
        "end_time": ask.need("end_time"),
        "granularity": _choice(ask, "granularity", "daily", ("daily", "hourly")),
        "show_details": _choice(ask, "show_details", "true", ("true", "false")),
        "size": min(int(size), PAGE) or PAGE,
    }


def _choice(ask: Ask, name: str, default: str, known: tuple[str, ...]) -> str:
    value = (ask.query.get(name) or default).lower()
    if value not in known:
        raise RefusalError(
            400, 2001, f"Query parameter '{name}' must be {' or '.join(known)}, not '{value}'."
        )
    return value


def _window(asked: dict[str, Any]) -> Window:
    start, end = _instant("start_time", asked), _instant("end_time", asked)
    if start >= end:
        raise RefusalError(400, 2001, "Query parameter 'end_time' must be later than 'start_time'.")
    return Window(start, end, asked["granularity"] == "hourly", asked["show_details"] == "true")


def _instant(name: str, asked: dict[str, Any]) -> datetime:
    try:
        instant = datetime.fromisoformat(asked[name])
        utc = instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        hint = f"Query parameter '{name}' is not a date and time; a plus sign in it must be encoded."
        raise RefusalError(400, 2001, hint) from error
    if instant.tzinfo is None:
        raise RefusalError(400, 2001, f"Query parameter '{name}' needs an offset, such as Z.")
    return utc


_ABOUT = About(
    "Get a customer's utilization records for Azure",
    "D21; VM members from 3P and INF",
    {200: UtilizationPage, 204: None},
    "test_sandbox_utilization.py::test_a_record_has_the_documented_shape",
    query=(
        Query("start_time", needed=True),
        Query("end_time", needed=True),
        Query("granularity"),
        Query("show_details"),
        Query("size", int),
        Query("seek_operation"),
    ),
    errors=((400, 2000), (400, 2001), (400, 900127), (404, 20003), (404, 60003)),
)
ROUTES = (
    Route(
        "GET",
        "/v1/customers/<cid>/subscriptions/<sid>/utilizations/azure",
        utilization,
        needs="usage",
        about=_ABOUT,
    ),
)
