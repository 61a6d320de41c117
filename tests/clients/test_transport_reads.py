"""Reads: what is tried again, how long is waited, and which error stands at the end."""

import gzip

import httpx
import pytest

from bespeak.clients.call import Call
from bespeak.clients.partner_center.customers import get_customer
from bespeak.clients.partner_center.usage import rated_usage
from bespeak.clients.reading import one
from bespeak.clients.wire import BODY_LIMIT
from bespeak.errors import (
    InputError,
    NotReadyError,
    RefusedError,
    ServiceError,
    UnreachableError,
    UnreadableError,
)

CUSTOMER = "1f0c8e52-7b3d-4a86-9d11-5e2a7c40b9f3"
GOOD = {"id": CUSTOMER, "companyProfile": {"companyName": "Harbourlight Foods"}}


def test_a_body_with_a_byte_order_mark_is_read(server, answer):
    door = server.door(answer(GOOD))

    assert door.send(get_customer(CUSTOMER)) == GOOD


def test_the_call_goes_out_as_documented(server, answer):
    server.door(answer(GOOD)).send(get_customer(CUSTOMER.upper()))

    request = server.requests[0]
    assert str(request.url) == f"https://partner-center.example/v1/customers/{CUSTOMER}"
    assert request.headers["authorization"] == "Bearer token-1"
    assert request.headers["accept"] == "application/json"
    assert (request.headers["ms-requestid"], request.headers["ms-correlationid"]) == ("id-1", "id-2")


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_a_failing_server_is_asked_again_under_the_same_request_id(server, answer, status):
    door = server.door(answer({"code": 800003, "description": "x"}, status), answer(GOOD))

    assert door.send(get_customer(CUSTOMER)) == GOOD
    assert [request.headers["ms-requestid"] for request in server.requests] == ["id-1", "id-1"]
    assert len(server.waits) == 1
    assert 0 <= server.waits[0] <= 1.0


@pytest.mark.parametrize(
    "error",
    [httpx.ConnectError("x"), httpx.ReadTimeout("x"), httpx.RemoteProtocolError("x"), ConnectionResetError()],
)
def test_a_broken_connection_is_tried_five_times_and_then_said(server, error):
    door = server.door(error)

    with pytest.raises(UnreachableError) as caught:
        door.send(get_customer(CUSTOMER))

    assert len(server.requests) == 5
    assert caught.value.status == 0
    assert caught.value.correlation_id == "id-2"


def test_the_error_says_what_the_world_advises_when_it_is_away(server):
    door = server.door(httpx.ConnectError("x"), when_away="Start the sandbox again.")

    with pytest.raises(
        UnreachableError,
        match=r"there is no connection to partner-center\.example\. Start the sandbox again\.",
    ):
        door.send(get_customer(CUSTOMER))


def test_a_throttled_read_waits_as_long_as_it_is_told(server, answer):
    throttled = answer({"statusCode": 429, "message": "Rate limit is exceeded."}, 429, Retry_After="57")
    door = server.door(throttled, answer(GOOD))

    assert door.send(get_customer(CUSTOMER)) == GOOD
    assert sum(server.waits) == 57


def test_a_wait_of_an_hour_is_not_waited_out(server, answer):
    throttled = answer({"statusCode": 429, "message": "Rate limit is exceeded."}, 429, Retry_After="3600")

    with pytest.raises(RefusedError) as caught:
        server.door(throttled).send(get_customer(CUSTOMER))

    assert caught.value.status == 429
    assert server.waits == []


@pytest.mark.parametrize("status", [400, 403, 404, 405, 406, 409, 412, 417, 501])
def test_a_refusal_in_words_is_final(server, answer, status):
    with pytest.raises(RefusedError) as caught:
        server.door(answer({"code": "20002", "description": "x"}, status)).send(get_customer(CUSTOMER))

    assert len(server.requests) == 1
    assert (caught.value.status, caught.value.code) == (status, "20002")
    assert "no reseller relationship with this customer (code 20002)" in str(caught.value)


def test_an_unknown_code_is_told_in_the_words_of_the_service(server, answer):
    body = {"code": 999999, "description": "The moon is in the way."}

    with pytest.raises(RefusedError, match=r'"The moon is in the way." \(code 999999\)'):
        server.door(answer(body, 400)).send(get_customer(CUSTOMER))


def test_the_correlation_id_of_the_answer_wins_and_is_not_doubled(server, answer):
    refused = answer({"code": 400013, "description": "x"}, 404, MS_CorrelationId="abc,abc")

    with pytest.raises(RefusedError, match=r"\(correlation id abc\)"):
        server.door(refused).send(get_customer(CUSTOMER))


def test_a_page_of_a_gateway_becomes_a_sentence_without_markup(server, answer):
    page = answer(
        body=b"<html><style>x{}</style><b>Access denied</b></html>", status=403, Content_Type="text/html"
    )

    with pytest.raises(RefusedError, match=r'"Access denied" \(status 403\)'):
        server.door(page).send(get_customer(CUSTOMER))


@pytest.mark.parametrize(
    "body",
    [
        b'{"id": ',
        b"<html>",
        b'{"id": "a", "x": NaN}',
        b'{"id": "a", "id": "b"}',
        b"[" * 100_000,
        b"[]",
        b'{"other": 1}',
        b"\xff\xfe{}",
        b'{"id": ' + b"9" * 5000 + b"}",
    ],
)
def test_an_answer_out_of_shape_is_asked_for_once_more_and_then_refused(server, answer, body):
    with pytest.raises(UnreadableError):
        server.door(answer(body=body)).send(get_customer(CUSTOMER))

    assert len(server.requests) == 2


def test_an_answer_that_comes_right_at_the_second_try_is_taken(server, answer):
    assert server.door(answer(body=b"{"), answer(GOOD)).send(get_customer(CUSTOMER)) == GOOD


def test_a_token_that_is_not_accepted_is_renewed_once(server, answer):
    denied = answer({"code": 900420, "description": "x"}, 401)

    assert server.door(denied, answer(GOOD)).send(get_customer(CUSTOMER)) == GOOD
    assert [request.headers["authorization"] for request in server.requests] == [
        "Bearer token-1",
        "Bearer token-2",
    ]
    assert server.waits == [0.0]


def test_a_second_refusal_of_the_token_is_final(server, answer):
    with pytest.raises(RefusedError) as caught:
        server.door(answer({"code": 900420, "description": "x"}, 401)).send(get_customer(CUSTOMER))

    assert len(server.requests) == 2
    assert caught.value.code == "900420"


def test_a_redirect_to_another_host_is_not_followed(server, answer):
    moved = answer(status=302, Location="https://elsewhere.example/")

    with pytest.raises(UnreadableError, match=r"leads elsewhere, to .elsewhere\.example."):
        server.door(moved).send(get_customer(CUSTOMER))

    assert len(server.requests) == 1


def test_204_is_waited_for_a_few_times_and_then_not_ready(server, answer):
    with pytest.raises(NotReadyError) as caught:
        server.door(answer(status=204, Retry_After="10")).collect(rated_usage())

    assert caught.value.retry_after == 10
    assert server.waits == [10.0, 10.0]


def test_204_with_a_wait_beyond_the_deadline_is_not_waited_out(server, answer):
    with pytest.raises(NotReadyError):
        server.door(answer(status=204, Retry_After="200")).collect(rated_usage())

    assert server.waits == []


def test_204_once_and_then_the_answer(server, answer):
    assert (
        server.door(answer(status=204, Retry_After="2"), answer({"items": []})).collect(rated_usage()) == []
    )


def test_a_body_above_the_bound_is_refused(server, answer):
    with pytest.raises(UnreadableError, match="larger than 32 MiB"):
        server.door(answer(body=b" " * (BODY_LIMIT + 1))).send(get_customer(CUSTOMER))


def test_a_packed_body_is_unpacked(server, answer):
    packed = answer(body=gzip.compress(b'{"id": "a"}'), Content_Encoding="gzip")

    assert server.door(packed).send(get_customer(CUSTOMER)) == {"id": "a"}


def test_a_body_that_unpacks_without_end_is_refused(server, answer):
    bomb = answer(body=gzip.compress(b" " * 50_000_000), Content_Encoding="gzip")

    with pytest.raises(UnreadableError, match="unpacks to more than"):
        server.door(bomb).send(get_customer(CUSTOMER))


def test_a_body_in_a_packing_that_was_not_asked_for_is_refused(server, answer):
    with pytest.raises(UnreadableError, match="packed as 'br'"):
        server.door(answer(body=b"xx", Content_Encoding="br")).send(get_customer(CUSTOMER))


def test_a_body_that_drips_is_ended_at_the_deadline(server, answer):
    def slow(_request):
        server.time += 200
        return answer(GOOD)

    with pytest.raises(UnreachableError, match="did not end in time"):
        server.door(slow).send(get_customer(CUSTOMER))

    assert len(server.requests) == 1


def test_repeats_end_when_the_budget_of_the_process_is_spent(server):
    door = server.door(httpx.ConnectError("x"))
    for _ in range(9):
        with pytest.raises(UnreachableError):
            door.send(get_customer(CUSTOMER))
    before = len(server.requests)

    with pytest.raises(UnreachableError):
        door.send(get_customer(CUSTOMER))

    assert len(server.requests) - before == 1


@pytest.mark.parametrize(
    "path", ["/v1/../x", "/v1/a?b=1", "/v1/a#b", "/v1//a", "//evil.example/v1", "/v1/%2e%2e/x", "v1"]
)
def test_a_path_that_can_be_read_as_another_is_never_sent(server, path):
    with pytest.raises(InputError):
        server.door(None).send(Call("x", "partner_center", "GET", path, one))

    assert server.requests == []


@pytest.mark.parametrize("told", ["Bearer abc.def", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln"])
def test_no_error_repeats_a_token(server, answer, told):
    refused = answer({"code": 1, "description": f"Bad token {told}"}, 400)

    with pytest.raises(ServiceError) as caught:
        server.door(refused).send(get_customer(CUSTOMER))

    shown = f"{caught.value!r} {caught.value} {caught.value.__cause__!r}"
    assert "token-1" not in shown
    assert told not in shown
