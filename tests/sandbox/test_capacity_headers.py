"""What every answer of Azure carries: versions, headers of two families, counters (azure-reservation-apis 1)."""

import re

import pytest
from azure_caller import CAPACITY, azure, refused
from tiny_world import ADA

from bespeak.sandbox.http.arm.service import SERVICE

ORDERS = f"{CAPACITY}/reservationOrders"


@pytest.mark.parametrize(
    ("version", "code"),
    [
        (None, "MissingApiVersionParameter"),
        ("", "MissingApiVersionParameter"),
        ("latest", "InvalidApiVersionParameter"),
        ("2031-01-01", "NoRegisteredProviderFound"),
    ],
)
def test_a_wrong_api_version_is_refused(caller, version, code):
    assert refused(caller, "GET", ORDERS, version=version) == (400, code)


def test_the_refusal_of_a_version_lists_those_that_are_served(caller):
    message = azure(caller, "GET", ORDERS, version="2031-01-01").get_json()["error"]["message"]
    assert "2022-11-01" in message


def test_the_name_of_the_provider_is_read_in_any_case(caller):
    assert azure(caller, "GET", "/PROVIDERS/MICROSOFT.CAPACITY/RESERVATIONORDERS").status_code == 200


def test_an_answer_of_a_newer_handler_names_a_build_and_no_server(caller):
    headers = azure(caller, "GET", ORDERS).headers
    assert headers["x-ms-version"].count(".") == 3
    assert "X-AspNet-Version" not in headers
    assert "MS-CorrelationId" not in headers
    assert headers["Cache-Control"] == "no-cache"
    assert headers["Expires"] == "-1"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["x-ms-routing-request-id"].startswith("WESTEUROPE:20261116T000000Z:")


def test_the_counter_of_reads_falls_by_one_a_call_and_is_full_again_after_an_hour(caller, world):
    world.calls.clear()
    name = "x-ms-ratelimit-remaining-tenant-reads"
    assert [azure(caller, "GET", ORDERS).headers[name] for _ in range(3)] == ["11999", "11998", "11997"]
    caller.advance(60)
    assert azure(caller, "GET", ORDERS).headers[name] == "11999"


def test_a_refusal_carries_the_headers_too(caller):
    answer = azure(caller, "GET", f"{ORDERS}/{ADA}")
    assert answer.status_code == 404
    assert "x-ms-ratelimit-remaining-tenant-reads" in answer.headers
    assert "x-ms-request-id" in answer.headers


def test_a_request_id_comes_back_without_dashes_when_it_was_asked_for(caller):
    mine = {"x-ms-client-request-id": "11111111-2222-4333-8444-555555555555"}
    assert "11111111" not in azure(caller, "GET", ORDERS, headers=mine).headers["x-ms-request-id"]
    asked = mine | {"x-ms-return-client-request-id": "true"}
    assert (
        azure(caller, "GET", ORDERS, headers=asked).headers["x-ms-request-id"]
        == "11111111222243338444555555555555"
    )


@pytest.mark.parametrize("route", SERVICE.routes, ids=lambda one: f"{one.method} {one.path}")
def test_no_operation_of_azure_answers_without_an_api_version(caller, route):
    path = re.sub("<.*?>", ADA, route.path)
    assert refused(caller, route.method, path, version=None) == (400, "MissingApiVersionParameter")


def test_text_that_no_answer_could_repeat_is_refused(caller):
    path = f"{CAPACITY}/calculatePrice"
    body = {"sku": {"name": chr(0xD800)}, "location": "polandcentral", "properties": {}}
    assert refused(caller, "POST", path, body) == (400, "InvalidRequestContent")


def test_a_call_without_a_token_is_told_where_to_sign_in(caller):
    answer = caller.client.get(f"/arm{ORDERS}?api-version=2022-11-01")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, "InvalidAuthenticationToken")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_a_throttled_call_says_how_long_to_wait(caller):
    caller.control("POST", "/faults", {"match": "reservationorders", "kind": "throttle", "seconds": 7})
    answer = azure(caller, "GET", ORDERS)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.get_json()["error"]["code"] == "TooManyRequests"
