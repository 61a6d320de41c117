"""Paging: header tokens, malformed links, and no page of anything else."""

from datetime import date

import pytest

from bespeak.clients.azure.reservations import daily_summaries
from bespeak.clients.partner_center.customers import list_customers
from bespeak.errors import UnreadableError

ORDER = "8c0f2b1e-5c42-4e83-9b0a-7e1f2c3d4a55"


def page(*ids, uri="", token="AQ==", **more):
    """A page of customers whose next link has this address."""
    told = {"totalCount": len(ids), "items": [{"id": one} for one in ids]}
    if uri:
        headers = more.pop("headers", [{"key": "MS-ContinuationToken", "value": token}])
        told["links"] = {"next": {"uri": uri, "method": "GET", "headers": headers}}
    return told | more


@pytest.mark.parametrize(
    "uri",
    [
        "/customers?size=2&seekOperation=Next",
        "customers?size=2&seekOperation=Next",
        "/v1/customers?size=2&seekOperation=Next",
        "/customers?size=2?seekOperation=Next",
        "/Customers?size=2&seekOperation=Next",
        "https://partner-center.example/v1/customers?size=2&seekOperation=Next",
        "HTTPS://Partner-Center.example:443/v1/customers?size=2&seekOperation=Next",
    ],
)
def test_the_next_page_is_asked_from_our_host_with_the_headers_of_the_link(server, answer, uri):
    door = server.door(answer(page("a", "b", uri=uri)), answer(page("c")))

    assert [item["id"] for item in door.collect(list_customers(size=2))] == ["a", "b", "c"]
    following = server.requests[1]
    assert str(following.url) == "https://partner-center.example/v1/customers?size=2&seekOperation=Next"
    assert following.headers["ms-continuationtoken"] == "AQ=="
    assert following.headers["authorization"] == "Bearer token-1"


@pytest.mark.parametrize(
    "uri",
    [
        "/customers/1f0c8e52-7b3d-4a86-9d11-5e2a7c40b9f3/orders",
        "/v1/customers/../orders",
        "//evil.example/v1/customers",
        "/v1/customers\\@evil.example",
        "/v1/customers?x=1#y",
        "/v1/customers?x=a b",
        "/v1/invoices",
        "/v2/customers",
    ],
)
def test_a_link_to_something_else_is_not_followed(server, answer, uri):
    with pytest.raises(UnreadableError):
        server.door(answer(page("a", uri=uri))).collect(list_customers())

    assert len(server.requests) == 1


def test_a_link_cannot_replace_our_own_headers(server, answer):
    headers = [{"key": "Authorization", "value": "Bearer other"}, {"key": "Host", "value": "evil.example"}]
    door = server.door(answer(page("a", uri="/customers?p=2", headers=headers)), answer(page("b")))

    door.collect(list_customers())

    assert server.requests[1].headers["authorization"] == "Bearer token-1"
    assert server.requests[1].headers["host"] == "partner-center.example"


@pytest.mark.parametrize(
    "headers", [[{"key": "X"}], [7], [{"key": "X", "value": "a\r\nB: c"}], [{"key": "a b", "value": ""}]]
)
def test_link_headers_that_cannot_be_sent_are_refused(server, answer, headers):
    with pytest.raises(UnreadableError):
        server.door(answer(page("a", uri="/customers?p=2", headers=headers))).collect(list_customers())


def test_pages_that_go_round_in_a_circle_are_noticed(server, answer):
    def again(_request):
        return answer(page("a", uri="/customers?size=2&seekOperation=Next"))

    with pytest.raises(UnreadableError, match="circle"):
        server.door(again).collect(list_customers())

    assert len(server.requests) == 2


def test_the_same_address_with_another_token_is_another_page(server, answer):
    uri = "/customers?seekOperation=Next"
    pages = [page("a", uri=uri, token="1"), page("b", uri=uri, token="2"), page("c")]

    assert len(server.door(*map(answer, pages)).collect(list_customers())) == 3


def test_a_page_that_fails_in_between_is_asked_again(server, answer):
    uri = "/customers?seekOperation=Next"
    door = server.door(
        answer(page("a", uri=uri)), answer({"code": 800003, "description": "x"}, 500), answer(page("b"))
    )

    assert len(door.collect(list_customers())) == 2
    assert (
        server.requests[1].headers["ms-continuationtoken"]
        == server.requests[2].headers["ms-continuationtoken"]
    )


def test_progress_is_told_after_each_page_and_can_end_the_reading(server, answer):
    class StopReadingError(Exception):
        pass

    told = []

    def progress(count):
        told.append(count)
        if count == 3:
            raise StopReadingError

    uri = "/customers?seekOperation=Next"
    pages = [page("a", "b", uri=uri, token="1"), page("c", uri=uri, token="2"), page("d")]

    with pytest.raises(StopReadingError):
        server.door(*map(answer, pages)).collect(list_customers(), progress)

    assert told == [2, 3]


def test_azures_absolute_next_link_is_followed_when_it_is_of_the_same_origin(server, answer):
    order = f"/providers/Microsoft.Capacity/reservationOrders/{ORDER}"
    path = f"{order}/providers/Microsoft.Consumption/reservationSummaries"
    link = f"https://arm.example:443{path}?grain=daily&%24skiptoken=50"
    door = server.door(
        answer({"value": [{"name": "1"}], "nextLink": link}), answer({"value": [], "nextLink": None})
    )

    assert door.collect(daily_summaries(ORDER, date(2026, 11, 16), date(2026, 11, 20))) == [{"name": "1"}]
    assert str(server.requests[1].url) == f"https://arm.example{path}?grain=daily&%24skiptoken=50"


@pytest.mark.parametrize(
    "told", [{"items": {}}, {"items": ["x"]}, {"value": []}, [], {"items": [], "links": 7}]
)
def test_a_page_out_of_shape_is_refused(server, answer, told):
    with pytest.raises(UnreadableError):
        server.door(answer(told)).collect(list_customers())
