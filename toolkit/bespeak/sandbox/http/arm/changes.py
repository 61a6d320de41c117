"""Changes of a reservation over HTTP: PATCH, scopes, archive, history, change of directory."""

from __future__ import annotations

from collections.abc import Callable

from bespeak.sandbox.changes import archive, change, move_directory, valid_scopes
from bespeak.sandbox.http.arm.holding import order_in, reservation_in
from bespeak.sandbox.http.arm.older import revision_body
from bespeak.sandbox.http.arm.patching import read_change, touched_by
from bespeak.sandbox.http.arm.places import read_body
from bespeak.sandbox.http.arm.reservation_body import reservation_body
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, plain
from bespeak.sandbox.http.shapes import capacity
from bespeak.sandbox.http.shapes import changes as shapes
from bespeak.sandbox.members import GUID, object_at, text_at, texts_at, wrong
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

_RESERVATION = "Microsoft.Capacity/reservationOrders/reservations"
_MOST_SCOPES = 1000


def patch(ask: Ask, world: World) -> Answer:
    """Changes scope, flexibility, name or renewal; what is not sent stays as it is."""
    properties = object_at(read_body(ask), "properties", needed=True)
    held = reservation_in(ask, world, f"{_RESERVATION}/write", touches=touched_by(properties))
    change(world, held, read_change(properties, held, world))
    version = ask.query["api-version"].lower()
    if version < "2022-11":
        return plain(revision_body(held, held.revisions[-1], version))
    return plain(reservation_body(held, world, version))


def available_scopes(ask: Ask, world: World) -> Answer:
    """Which of some scopes are good for a reservation; looks only, like a read."""
    held = reservation_in(ask, world, f"{_RESERVATION}/availablescopes/action")
    properties = object_at(read_body(ask), "properties", needed=True)
    paths = texts_at(properties, "scopes")
    if not paths or len(paths) > _MOST_SCOPES:
        raise wrong("scopes", f"a list of 1 to {_MOST_SCOPES} paths")
    valid = valid_scopes(held.customer_id, paths, world.directory)
    body: shapes.ScopesAnswer = {
        "properties": {
            "scopes": [{"scope": path, "valid": good} for path, good in zip(paths, valid, strict=True)]
        }
    }
    return plain(body)


def _archive(archived: bool) -> Callable[[Ask, World], Answer]:
    def answer(ask: Ask, world: World) -> Answer:
        held = reservation_in(ask, world, f"{_RESERVATION}/{'archive' if archived else 'unarchive'}/action")
        archive(world, held, archived=archived)
        return Answer()

    return answer


def revisions(ask: Ask, world: World) -> Answer:
    """The history of a reservation, newest first."""
    held = reservation_in(ask, world, f"{_RESERVATION}/revisions/read")
    version = ask.query["api-version"].lower()
    body: shapes.RevisionList = {
        "value": [revision_body(held, one, version) for one in reversed(held.seen(world.now))]
    }
    return plain(body)


def change_directory(ask: Ask, world: World) -> Answer:
    """Moves an order with all its reservations to the directory of another customer."""
    order = order_in(ask, world, "Microsoft.Capacity/reservationOrders/changedirectory/action")
    tenant = text_at(read_body(ask), "destinationTenantId").lower()
    if not GUID.fullmatch(tenant) or tenant not in world.directory.customers:
        what = f"Member 'destinationTenantId': '{tenant[:60]}' is no directory that this partner can reach."
        raise RefusalError(400, "InvalidTenantId", what)
    move_directory(world, order, tenant, ask.principal)
    body: shapes.DirectoryAnswer = {
        "reservationOrder": {"id": order.id, "name": order.name, "isSucceeded": True},
        "reservations": [
            {"id": held.id, "name": held.name, "isSucceeded": True} for held in world.book.below(order)
        ],
    }
    return plain(body)


_FOUND = ((400, "InvalidReservationOrderId"), (404, "ReservationOrderNotFound"), (403, "AuthorizationFailed"))
_BELOW = (*_FOUND, (400, "InvalidReservationId"), (404, "ReservationIdNotInReservationOrder"))
_BUSY = (400, "OperationCannotBePerformedInCurrentState")
VERSION = (Query("api-version", needed=True),)
_ORDER = "/providers/microsoft.capacity/reservationorders/<oid>"
_ONE = f"{_ORDER}/reservations/<rid>"
_TEST = "test_changes_http.py::"
ROUTES = (
    Route(
        "PATCH",
        _ONE,
        patch,
        about=About(
            "Reservation - Update",
            "S W22 W23",
            {200: capacity.Reservation | shapes.Revision},
            _TEST + "test_a_patch_adds_two_revisions",
            takes=shapes.PatchBody,
            query=VERSION,
            errors=(
                *_BELOW,
                _BUSY,
                (400, "InvalidRequestContent"),
                (400, "PatchValuesSameAsExisting"),
                (400, "AppliedScopesSameAsExisting"),
                (400, "MissingAppliedScopesForSingle"),
                (400, "InvalidSingleAppliedScopesCount"),
                (400, "AppliedScopesNotAssociatedWithCommerceAccount"),
                (400, "BillingScopeIdCannotBeChanged"),
            ),
            states=("Succeeded", "Pending"),
        ),
    ),
    Route(
        "POST",
        f"{_ONE}/availablescopes",
        available_scopes,
        about=About(
            "Reservation - Available Scopes",
            "W22 W23",
            {200: shapes.ScopesAnswer},
            _TEST + "test_scopes_of_another_customer_are_not_available",
            takes=shapes.ScopesBody,
            query=VERSION,
            errors=(*_BELOW, (400, "InvalidRequestContent")),
        ),
    ),
    Route(
        "POST",
        f"{_ONE}/archive",
        _archive(archived=True),
        about=About(
            "Reservation - Archive",
            "W23",
            {200: None},
            _TEST + "test_an_inactive_reservation_is_archived_and_taken_back",
            query=VERSION,
            errors=(*_BELOW, _BUSY),
        ),
    ),
    Route(
        "POST",
        f"{_ONE}/unarchive",
        _archive(archived=False),
        about=About(
            "Reservation - Unarchive",
            "W23",
            {200: None},
            _TEST + "test_an_inactive_reservation_is_archived_and_taken_back",
            query=VERSION,
            errors=_BELOW,
        ),
    ),
    Route(
        "GET",
        f"{_ONE}/revisions",
        revisions,
        about=About(
            "Reservation - List Revisions",
            "W19 W23",
            {200: shapes.RevisionList},
            _TEST + "test_the_history_is_newest_first",
            query=VERSION,
            errors=_BELOW,
            states=(
                "Creating",
                "PendingCapacity",
                "ConfirmedCapacity",
                "Pending",
                "Succeeded",
                "Cancelled",
                "Expired",
            ),
        ),
    ),
    Route(
        "POST",
        f"{_ORDER}/changedirectory",
        change_directory,
        about=About(
            "Reservation Order - Change Directory",
            "S W23",
            {200: shapes.DirectoryAnswer},
            _TEST + "test_an_order_moves_to_another_directory_and_loses_its_roles",
            takes=shapes.DirectoryBody,
            query=VERSION,
            errors=(*_FOUND, _BUSY, (400, "InvalidTenantId")),
        ),
    ),
)
