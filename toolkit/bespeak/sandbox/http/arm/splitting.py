"""Split and merge over HTTP: an array at once, and its result in the older shape later."""

from __future__ import annotations

from typing import Any

from bespeak.sandbox.http.arm.changes import VERSION
from bespeak.sandbox.http.arm.common import address
from bespeak.sandbox.http.arm.holding import named_below, order_in
from bespeak.sandbox.http.arm.older import old_body, revision_body
from bespeak.sandbox.http.arm.places import read_body
from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, plain
from bespeak.sandbox.http.shapes import changes as shapes
from bespeak.sandbox.members import object_at, text_at, texts_at, wrong
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import Reservation, ReservationOrder
from bespeak.sandbox.splitting import merge, split
from bespeak.sandbox.world import World

_ACTION = "Microsoft.Capacity/reservationOrders"
_RETRY = {"Retry-After": "10"}


def post_split(ask: Ask, world: World) -> Answer:
    """Two reservations in place of one."""
    order = order_in(ask, world, f"{_ACTION}/split/action")
    properties = object_at(read_body(ask), "properties", needed=True)
    quantities = _quantities(properties)
    held = named_below(world, order, text_at(properties, "reservationId"), "reservationId")
    location = _location(ask, order, "split", held)
    first, second = split(world, held, quantities)
    return _array(ask, [first, second, held], location)


def _quantities(properties: dict[str, Any]) -> list[int]:
    value = properties.get("quantities")
    if not isinstance(value, list) or not all(type(one) is int for one in value):
        raise wrong("quantities", "a list of two whole numbers", value)
    return value


def post_merge(ask: Ask, world: World) -> Answer:
    """One reservation in place of two."""
    order = order_in(ask, world, f"{_ACTION}/merge/action")
    properties = object_at(read_body(ask), "properties", needed=True)
    sources = [named_below(world, order, text, "sources") for text in texts_at(properties, "sources")]
    location = _location(ask, order, "merge", sources[0]) if sources else ""
    made = merge(world, order, sources)
    return _array(ask, [*sources, made], location)


def _location(ask: Ask, order: ReservationOrder, kind: str, source: Reservation) -> str:
    """Where the result will be: the etag before and one, and the orders in lower case."""
    name = f"{source.id}_{source.etag + 1}"
    return address(
        ask, f"/providers/Microsoft.Capacity/reservationorders/{order.id}/{kind}operationresults/{name}"
    )


def _array(ask: Ask, changed: list[Reservation], location: str) -> Answer:
    version = ask.query["api-version"].lower()
    body = [revision_body(one, one.revisions[-1], version) for one in changed]
    return plain(body, headers=_RETRY | {"Location": location})


def split_result(ask: Ask, world: World) -> Answer:
    """What came of a split."""
    order = order_in(ask, world, f"{_ACTION}/read")
    source = _source(ask, world, order, "Split")
    made = [_held(world, key) for key in source.split_into]
    body: list[shapes.OldReservation] = [old_body(one) for one in (*made, source)]
    return plain(body)


def merge_result(ask: Ask, world: World) -> Answer:
    """What came of a merge."""
    order = order_in(ask, world, f"{_ACTION}/read")
    source = _source(ask, world, order, "Merged")
    made = _held(world, source.merged_into)
    if made.merge_sources[0] != source.id:
        raise _no_result(ask)
    body: list[shapes.OldReservation] = [
        old_body(one) for one in (*(_held(world, key) for key in made.merge_sources), made)
    ]
    return plain(body)


def _held(world: World, key: str) -> Reservation:
    found = world.book.reservation(key)
    assert found is not None
    return found


def _source(ask: Ask, world: World, order: ReservationOrder, how: str) -> Reservation:
    """The reservation that ended in this very operation: its id and the etag before it and one."""
    key, _, number = ask.args["name"].rpartition("_")
    held = world.book.reservation(key)
    if held is None or held.order_id != order.id or held.ended_as != how:
        raise _no_result(ask)
    ended = next(one.etag for one in held.revisions if one.status_code == how)
    if number != str(ended - 2):
        raise _no_result(ask)
    return held


def _no_result(ask: Ask) -> RefusalError:
    return RefusalError(404, "NotFound", f"There is no operation '{ask.args['name'][:80]}' of this order.")


_FOUND = ((400, "InvalidReservationOrderId"), (404, "ReservationOrderNotFound"), (403, "AuthorizationFailed"))
_NAMED = ((400, "InvalidReservationId"), (400, "ReservationIdNotInReservationOrder"))
_LAW = (
    (400, "BadRequest"),
    (400, "InvalidRequestContent"),
    (400, "OperationCannotBePerformedInCurrentState"),
)
_ORDER = "/providers/microsoft.capacity/reservationorders/<oid>"
_TEST = "test_changes_split.py::"
ROUTES = (
    Route(
        "POST",
        f"{_ORDER}/split",
        post_split,
        about=About(
            "Reservation - Split",
            "W19 W22 W23",
            {200: list[shapes.Revision]},
            _TEST + "test_a_split_steps_the_etags_as_recorded",
            takes=shapes.SplitBody,
            query=VERSION,
            errors=(*_FOUND, *_NAMED, *_LAW),
            states=("Succeeded", "Cancelled"),
        ),
    ),
    Route(
        "POST",
        f"{_ORDER}/merge",
        post_merge,
        about=About(
            "Reservation - Merge",
            "W19 W22 W23",
            {200: list[shapes.Revision]},
            _TEST + "test_a_merge_steps_the_etags_as_recorded",
            takes=shapes.MergeBody,
            query=VERSION,
            errors=(*_FOUND, *_NAMED, *_LAW),
            states=("Succeeded", "Cancelled"),
        ),
    ),
    Route(
        "GET",
        f"{_ORDER}/splitoperationresults/<name>",
        split_result,
        about=About(
            "Reservation - Split, its result",
            "W19 W23",
            {200: list[shapes.OldReservation]},
            _TEST + "test_a_split_steps_the_etags_as_recorded",
            query=VERSION,
            errors=(*_FOUND, (404, "NotFound")),
        ),
    ),
    Route(
        "GET",
        f"{_ORDER}/mergeoperationresults/<name>",
        merge_result,
        about=About(
            "Reservation - Merge, its result",
            "W19 W23",
            {200: list[shapes.OldReservation]},
            _TEST + "test_a_merge_steps_the_etags_as_recorded",
            query=VERSION,
            errors=(*_FOUND, (404, "NotFound")),
        ),
    ),
)
