"""Writes: sent once, and what is known afterwards."""

import httpx
import pytest

from bespeak.clients.call import Call
from bespeak.clients.partner_center.carts import check_out, create_cart
from bespeak.clients.partner_center.customers import get_customer
from bespeak.clients.partner_center.subscriptions import register
from bespeak.errors import AnswerLostError, LockedError, RefusedError, UnreachableError

CUSTOMER = "1f0c8e52-7b3d-4a86-9d11-5e2a7c40b9f3"
CART = "e97b2d30-46a1-4c55-9a7f-08d2f61b3c4e"


@pytest.mark.parametrize(
    "error",
    [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x")],
    ids=lambda e: type(e).__name__,
)
def test_no_connection_means_that_nothing_was_done(server, error):
    with pytest.raises(UnreachableError):
        server.door(error).send(check_out(CUSTOMER, CART))

    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadTimeout("x"),
        httpx.ReadError("x"),
        httpx.WriteError("x"),
        httpx.WriteTimeout("x"),
        httpx.RemoteProtocolError("x"),
        ConnectionResetError("x"),
    ],
    ids=lambda e: type(e).__name__,
)
def test_an_answer_that_did_not_come_is_unknown_never_failed(server, error):
    with pytest.raises(AnswerLostError, match="do not repeat it, look first"):
        server.door(error).send(check_out(CUSTOMER, CART))

    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_a_server_that_fails_on_the_way_leaves_the_outcome_unknown(server, answer, status):
    with pytest.raises(AnswerLostError) as caught:
        server.door(answer({"code": 800005, "description": "x"}, status, Retry_After="1")).send(
            check_out(CUSTOMER, CART)
        )

    assert (len(server.requests), caught.value.status, caught.value.code) == (1, status, "800005")


@pytest.mark.parametrize("status", [302, 403, 404])
def test_a_page_of_a_gateway_is_no_word_of_the_service(server, answer, status):
    with pytest.raises(AnswerLostError):
        server.door(answer(body=b"<html>no</html>", status=status, Content_Type="text/html")).send(
            check_out(CUSTOMER, CART)
        )


@pytest.mark.parametrize("body", [b"{", b"{}", b'{"orders": [], "orderErrors": []}', b'{"orders": 3}', b""])
def test_a_success_that_cannot_be_read_is_unknown(server, answer, body):
    with pytest.raises(AnswerLostError) as caught:
        server.door(answer(body=body, status=201)).send(check_out(CUSTOMER, CART))

    assert (len(server.requests), caught.value.status) == (1, 201)


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (403, 13605, "has not accepted the Microsoft Customer Agreement (code 13605)"),
        (400, 800013, "not registered for reservations (code 800013)"),
        (400, 800030, "not registered for reservations (code 800030)"),
        (404, 800008, "no such cart"),
        (400, 800009, "a line of the cart is not valid"),
        (400, 800010, "no capacity for this size"),
        (403, 800020, "may not be sold to this customer"),
        (409, 800060, "an order of this cart is in progress (code 800060). Do not buy again"),
        (409, 800064, "another request is working on this cart (code 800064). Do not buy again"),
        (400, 800065, "this cart has been submitted before (code 800065). Do not buy again"),
        (400, 800070, "not sold in the customer's country"),
    ],
)
def test_a_refusal_gives_cause_and_next_step(server, answer, status, code, sentence):
    with pytest.raises(RefusedError) as caught:
        server.door(answer({"code": code, "description": "words"}, status)).send(check_out(CUSTOMER, CART))

    assert sentence in str(caught.value)
    assert caught.value.next_step
    assert len(server.requests) == 1


def test_a_throttled_write_was_not_done_and_is_not_repeated(server, answer):
    throttled = answer({"statusCode": 429, "message": "Rate limit is exceeded."}, 429, Retry_After="5")

    with pytest.raises(RefusedError) as caught:
        server.door(throttled).send(check_out(CUSTOMER, CART))

    assert (len(server.requests), caught.value.status) == (1, 429)


def test_a_write_waits_while_a_throttled_read_has_asked_for_quiet(server, answer):
    door = server.door(answer({"statusCode": 429, "message": "x"}, 429, Retry_After="5"), answer(None, 202))
    with pytest.raises(RefusedError):
        door.send(register(CUSTOMER, CART))

    door.send(register(CUSTOMER, CART))

    assert server.waits == [5.0]


def test_a_write_whose_token_is_not_accepted_is_refused_and_the_token_dropped(server, answer):
    door = server.door(answer({"code": 900420, "description": "x"}, 401), answer(None, 202))
    with pytest.raises(RefusedError):
        door.send(register(CUSTOMER, CART))

    door.send(register(CUSTOMER, CART))

    assert server.requests[1].headers["authorization"] == "Bearer token-2"


def test_a_write_without_a_body_says_so(server, answer):
    server.door(answer(None, 202)).send(register(CUSTOMER, CART))

    assert server.requests[0].headers["content-length"] == "0"


def test_a_cart_goes_out_as_json_and_comes_back(server, answer, wire):
    cart = wire("cart")
    line = {"id": 0, "catalogItemId": "DZH318Z0VMD5:00K7:DZH318Z0NNNN", "quantity": 4}

    assert server.door(answer(cart, 201)).send(create_cart(CUSTOMER, [line]))["id"] == cart["id"]
    assert server.requests[0].headers["content-type"] == "application/json"
    assert server.requests[0].read() == (
        b'{"lineItems":[{"id":0,"catalogItemId":"DZH318Z0VMD5:00K7:DZH318Z0NNNN","quantity":4}]}'
    )


def test_both_lists_of_a_partly_done_checkout_arrive(server, answer, wire):
    told = wire("checkout_partial")

    result = server.door(answer(told, 201)).send(check_out(CUSTOMER, CART))

    assert [order["id"] for order in result["orders"]] == ["4be1c09a77d2"]
    assert [error["code"] for error in result["orderErrors"]] == [800010]


def test_nothing_that_changes_anything_leaves_a_locked_world(server, answer):
    door = server.door(answer({"id": "x"}), may_write=lambda: "Unlock the live world first.")

    with pytest.raises(
        LockedError, match=r"'check out the cart' was not sent.*Unlock the live world first\."
    ):
        door.send(check_out(CUSTOMER, CART))
    assert server.requests == []
    assert door.send(get_customer(CUSTOMER))["id"] == "x"


def test_the_lock_is_asked_again_right_before_the_request_leaves(server, answer):
    reasons = iter(["", "The fifteen minutes are over."])
    door = server.door(answer({"id": "x"}), may_write=lambda: next(reasons))

    with pytest.raises(LockedError, match="fifteen minutes"):
        door.send(check_out(CUSTOMER, CART))
    assert server.requests == []


@pytest.mark.parametrize("service", ["login", "control"])
def test_a_locked_world_still_lets_people_sign_in_and_move_the_sandbox(server, answer, service):
    call = Call("x", service, "POST", "/x", lambda told: told.json)

    assert server.door(answer({"a": 1}), may_write=lambda: "Locked.").send(call) == {"a": 1}


def test_the_token_is_that_of_the_directory_that_the_call_names(server, answer):
    asked = []
    door = server.door(answer({}))
    door._tokens.token = lambda service, _door, tenant="": asked.append((service, tenant))
    door.send(Call("x", "arm", "GET", "/x", lambda told: told.json, tenant="customer.example"))
    door.send(Call("x", "arm", "GET", "/x", lambda told: told.json))

    assert asked == [("arm", "customer.example"), ("arm", "")]
