"""The clock, resets, faults, unknown routes, echoed headers."""

import pytest
from tiny_world import ADA, CYD, CYD_PLAN, TOKEN

from bespeak.sandbox import START, World, create_app


def test_the_world_says_what_it_is(caller):
    assert caller.control("GET", "/world").get_json() == {
        "instance": "sandbox-1",
        "date": "2026-11-16T00:00:00Z",
        "seed": 1,
        "synthetic": True,
    }


def test_the_control_wants_the_token_of_the_world(caller):
    for value in ("", "Bearer guess", f"Bearer {caller.token()}"):
        assert caller.client.get("/control/world", headers={"Authorization": value}).status_code == 401


def test_the_clock_stands_still_until_it_is_moved(caller):
    caller.clock[0] += 500
    assert caller.world.now == START
    assert caller.advance(90) == "2026-11-16T01:30:00Z"


@pytest.mark.parametrize("minutes", [-1, 1.5, True, "5", None, 10**9])
def test_the_clock_refuses_to_go_back_or_out_of_the_world(caller, minutes):
    assert caller.control("POST", "/clock", {"advance_minutes": minutes}).status_code == 400
    assert caller.world.now == START


def test_the_clock_says_how_far_it_goes(caller):
    answer = caller.control("POST", "/clock", {"advance_minutes": 10**20})
    assert answer.get_json()["error"]["message"].endswith("Give 0 to 100000000.")


def test_a_fault_without_a_kind_is_told_the_kinds(caller):
    message = caller.control("POST", "/faults", {"times": 1}).get_json()["error"]["message"]
    assert message.startswith("Member 'kind' is missing. There are lose_answer, ")


def test_a_reset_begins_another_instance(caller):
    caller.advance(60)
    caller.control("POST", "/faults", {"match": "customers", "kind": "refuse"})
    body = caller.control("POST", "/reset").get_json()
    assert (body["instance"], body["date"]) == ("sandbox-1-r1", "2026-11-16T00:00:00Z")
    caller.get("/v1/customers")


def test_an_unknown_route_is_501_with_its_name(caller):
    answer = caller.call("GET", "/v1/NoSuchThing")
    assert answer.status_code == 501
    assert "GET /partner_center/v1/NoSuchThing" in answer.get_json()["description"]


def test_an_unknown_method_is_501_too(caller):
    assert caller.call("PATCH", "/v1/customers").status_code == 501


def test_correlation_ids_are_echoed(caller):
    headers = {"MS-CorrelationId": "11111111-2222-4333-8444-555555555555", "MS-RequestId": "x-1"}
    answer = caller.call("GET", "/v1/customers", headers=headers)
    assert answer.headers["MS-CorrelationId"] == headers["MS-CorrelationId"]
    assert answer.headers["MS-RequestId"] == "x-1"
    refused = caller.call("GET", "/v1/customers/none", headers=headers)
    assert refused.headers["MS-CorrelationId"] == headers["MS-CorrelationId"]


def test_a_refusal_does_nothing(caller):
    caller.control("POST", "/faults", {"match": "customers", "kind": "refuse", "status": 503, "code": 800003})
    assert caller.error("GET", "/v1/customers") == (503, 800003)
    caller.get("/v1/customers")


def test_a_throttled_answer_has_another_shape(caller):
    caller.control(
        "POST", "/faults", {"match": "get /partner_center", "kind": "throttle", "times": 2, "seconds": 57}
    )
    for _ in range(2):
        answer = caller.call("GET", "/v1/customers")
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "57")
        assert set(answer.get_json()) == {"statusCode", "message"}
    caller.get("/v1/customers")


def test_a_gateway_page_is_no_json(caller):
    caller.control("POST", "/faults", {"match": "customers", "kind": "not_json"})
    answer = caller.call("GET", "/v1/customers")
    assert (answer.status_code, answer.data[:6], answer.content_type) == (502, b"<html>", "text/html")


def test_data_can_be_made_not_ready(caller):
    caller.control("POST", "/faults", {"match": "utilizations", "kind": "not_ready", "seconds": 3})
    path = f"/v1/customers/{ADA}/subscriptions/x/utilizations/azure"
    answer = caller.call("GET", path)
    assert (answer.status_code, answer.data, answer.headers["Retry-After"]) == (204, b"", "3")


def test_a_slow_answer_waits_before_it_works(caller):
    caller.control("POST", "/faults", {"match": "customers", "kind": "slow", "seconds": 2.5})
    caller.get("/v1/customers")
    assert caller.waits == [2.5]


@pytest.mark.parametrize(("kind", "registering"), [("lose_answer", True), ("lose_request", False)])
def test_a_lost_answer_leaves_the_work_done_and_a_lost_request_does_not(caller, kind, registering):
    path = f"/v1/customers/{CYD}/subscriptions/{CYD_PLAN}"
    caller.token()
    caller.control("POST", "/faults", {"match": "registrations", "kind": kind})
    with pytest.raises(ConnectionResetError):
        caller.call("POST", f"{path}/registrations")
    assert (caller.get(f"{path}/registrationstatus")["status"] == "Registering") is registering


@pytest.mark.parametrize(
    "wish", [{"kind": "explode"}, {"kind": "slow", "seconds": "1"}, {"kind": "slow", "when": 1}]
)
def test_an_unknown_fault_is_refused(caller, wish):
    assert caller.control("POST", "/faults", wish).status_code == 400


def test_switches_are_listed(caller):
    shown = caller.control("GET", "/switches").get_json()
    assert shown["byte_order_mark"] is True
    assert caller.control("POST", "/switches", {"byte_order_mark": False}).status_code == 200
    assert caller.control("GET", "/switches").get_json() == shown | {"byte_order_mark": False}


def test_an_unknown_switch_is_refused(caller):
    assert caller.control("POST", "/switches", {"magic": True}).status_code == 400
    assert caller.control("POST", "/switches", {"order_minutes": True}).status_code == 400


def test_an_empty_token_is_no_token(folder):
    with pytest.raises(ValueError, match="token"):
        create_app(World.demo(folder=folder), "")


def test_two_worlds_of_one_seed_are_alike(folder):
    ids = [World.demo(7, folder=folder).ids.guid("order") for _ in range(2)]
    assert ids[0] == ids[1] != World.demo(8, folder=folder).ids.guid("order")


def test_the_token_is_in_no_answer(caller):
    for path in ("/v1/customers", f"/v1/customers/{ADA}"):
        assert TOKEN.encode() not in caller.call("GET", path).data
