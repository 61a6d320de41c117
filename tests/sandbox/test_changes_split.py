"""Split and merge over HTTP: etags as recorded, quantities and hours that survive (D-702 to D-705)."""

import azure_caller
import changes_world as these
import pytest
from azure_caller import refused
from changes_world import call, hold, order_path, path
from tiny_world import ADA_AZURE_ONE, ADA_AZURE_TWO, BOB

from bespeak.sandbox.reservation_records import Scope


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return these.build(tmp_path_factory.mktemp("split"))


@pytest.fixture
def caller(first):
    return these.fresh(first)


@pytest.fixture
def world(caller):
    return caller.world


def split(caller, held, quantities):
    body = {"properties": {"quantities": quantities, "reservationId": path(held)}}
    answer = azure_caller.azure(caller, "POST", f"{order_path(held)}/split", body)
    assert answer.status_code == 200, answer.text
    return answer


def merge(caller, *sources):
    body = {"properties": {"sources": [path(one) for one in sources]}}
    answer = azure_caller.azure(caller, "POST", f"{order_path(sources[0])}/merge", body)
    assert answer.status_code == 200, answer.text
    return answer


def parts(world, answer):
    return [world.book.reservation(one["id"].split("/")[6]) for one in answer.get_json()]


def test_a_split_steps_the_etags_as_recorded(caller, world):
    """2.10: new 1, new 2, source; 2, 2 and before + 3; the Location counts before + 1."""
    held = hold(world, quantity=5)
    before = held.etag
    answer = split(caller, held, [2, 3])
    shown = answer.get_json()
    assert [(one["etag"], one["properties"]["quantity"]) for one in shown] == [
        (2, 2),
        (2, 3),
        (before + 3, 5),
    ]
    states = [one["properties"]["provisioningState"] for one in shown]
    assert states == ["Succeeded", "Succeeded", "Cancelled"]
    assert shown[2]["properties"]["extendedStatusInfo"]["statusCode"] == "Split"
    assert shown[0]["properties"]["splitProperties"]["splitSource"].lower() == path(held).lower()
    assert answer.headers["Retry-After"] == "10"
    location = answer.headers["Location"]
    assert f"/reservationorders/{held.order_id}/splitoperationresults/{held.id}_{before + 1}?" in location
    result = these.follow(caller, location)
    assert [one["name"] for one in result] == [
        f"{held.order_id}/{one.id}" for one in [*parts(world, answer)[:2], held]
    ]
    assert result[0]["properties"]["expiryDate"] == "2027-11-16"
    assert "expiryDateTime" not in result[0]["properties"]


def test_single_reads_have_bare_destinations_and_a_whole_source(caller, world):
    """2.10: in GET of a single reservation."""
    held = hold(world, quantity=2)
    one, two, _ = parts(world, split(caller, held, [1, 1]))
    assert call(caller, "GET", path(held))["properties"]["splitProperties"]["splitDestinations"] == [
        one.id,
        two.id,
    ]
    source = call(caller, "GET", path(one))["properties"]["splitProperties"]["splitSource"]
    assert source.lower() == path(held).lower()


def test_a_merge_steps_the_etags_as_recorded(caller, world):
    """2.10: source 1 before + 3, source 2 before + 2, new 2; D-705."""
    held = hold(world, quantity=5)
    one, two, _ = parts(world, split(caller, held, [2, 3]))
    answer = merge(caller, one, two)
    shown = answer.get_json()
    assert [(each["etag"], each["properties"]["quantity"]) for each in shown] == [(5, 2), (4, 3), (2, 5)]
    assert [each["properties"]["provisioningState"] for each in shown] == [
        "Cancelled",
        "Cancelled",
        "Succeeded",
    ]
    assert shown[0]["properties"]["extendedStatusInfo"]["statusCode"] == "Merged"
    assert "splitProperties" in shown[0]["properties"]
    assert f"mergeoperationresults/{one.id}_3" in answer.headers["Location"]
    assert len(these.follow(caller, answer.headers["Location"])) == 3


def test_what_is_kept_and_what_is_lost(caller, world):
    """D-703, D-743: name, term, scope and flexibility stay, the renewal is lost."""
    scope = Scope("Single", ADA_AZURE_ONE)
    held = hold(world, quantity=2, scope=scope, flexible=False, renew=True)
    world.advance(60 * 24 * 30)
    one, two, _ = parts(world, split(caller, held, [1, 1]))
    for part in (one, two):
        assert (part.name, part.starts, part.expiry, part.scope) == ("web", held.starts, held.expiry, scope)
        assert (part.now_applied.flexible, part.renew) == (False, False)
    (made,) = parts(world, merge(caller, one, two))[2:]
    assert (made.quantity, made.expiry, made.scope, made.renew) == (2, held.expiry, scope, False)


def test_no_hour_is_lost_or_twice(caller, world):
    """Quantities survive: in each hour as many instances are reserved as were bought."""
    held = hold(world, quantity=5)
    world.advance(90)
    one, two, _ = parts(world, split(caller, held, [2, 3]))
    world.advance(45)
    (made,) = parts(world, merge(caller, one, two))[2:]
    end = held.expiry.timestamp() // 3600
    hours = range(held.first_hour, int(end))
    everything = [held, one, two, made]
    for hour in [*hours[:6], hours[-1]]:
        assert sum(each.quantity for each in everything if each.first_hour <= hour < each.end_hour) == 5


@pytest.mark.parametrize(
    ("quantities", "code"),
    [
        ([1, 1], "BadRequest"),
        ([5], "BadRequest"),
        ([0, 5], "BadRequest"),
        ([-1, 6], "BadRequest"),
        ([1, 2, 2], "BadRequest"),
        ("2,3", "InvalidRequestContent"),
        ([2.0, 3.0], "InvalidRequestContent"),
        ([True, 4], "InvalidRequestContent"),
        (None, "InvalidRequestContent"),
    ],
)
def test_quantities_that_do_not_add_up_are_refused(caller, world, quantities, code):
    held = hold(world, quantity=5)
    body = {"properties": {"quantities": quantities, "reservationId": path(held)}}
    assert refused(caller, "POST", f"{order_path(held)}/split", body) == (400, code)


def test_only_equal_parts_of_one_order_are_merged(caller, world):
    """D-705: the refusal says in what they differ."""
    held, other = hold(world, quantity=2), hold(world, quantity=2)
    one, two, _ = parts(world, split(caller, held, [1, 1]))
    where = {"appliedScopeType": "Single", "appliedScopes": [f"/subscriptions/{ADA_AZURE_TWO}"]}
    call(caller, "PATCH", path(two), {"properties": where})

    def bad(*sources):
        body = {"properties": {"sources": [path(each) for each in sources]}}
        return refused(caller, "POST", f"{order_path(held)}/merge", body)

    assert bad(one, two) == (400, "BadRequest")
    assert bad(one, one) == (400, "BadRequest")
    assert bad(one) == (400, "BadRequest")
    assert bad() == (400, "BadRequest")
    assert bad(one, other) == (400, "ReservationIdNotInReservationOrder")
    assert bad(held, one) == (400, "OperationCannotBePerformedInCurrentState")


def test_results_of_nothing_are_unknown(caller, world):
    held = hold(world, quantity=2)
    path_of_results = f"{CAPACITY}/reservationorders/{held.order_id}/splitoperationresults"
    assert refused(caller, "GET", f"{path_of_results}/{held.id}_9") == (404, "NotFound")
    answer = split(caller, held, [1, 1])
    assert refused(caller, "GET", f"{path_of_results}/{held.id}_99") == (404, "NotFound")
    head = these.signed_in(caller, "admin-agent", BOB)
    place = answer.headers["Location"].partition("/arm")[2].partition("?")[0]
    assert refused(caller, "GET", place, headers=head) == (404, "ReservationOrderNotFound")


CAPACITY = these.CAPACITY
