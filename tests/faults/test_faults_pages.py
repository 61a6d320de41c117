"""Faults of lists, F-38 to F-44: links that lead elsewhere, pages that are lost, doubled, empty or short."""

from __future__ import annotations

import itertools

import pytest
from wire_line import (
    CART,
    CUSTOMER,
    GOOD,
    LIST,
    READ,
    Told,
    answer,
    page,
)

from bespeak.clients.call import Call
from bespeak.clients.partner_center import carts
from bespeak.errors import (
    AnswerLostError,
    RefusedError,
    UnreadableError,
)

# ---- links


@pytest.mark.parametrize("name", ["links", "nextLink", "@odata.nextLink"])
def test_f38_a_next_link_to_another_host_is_named_and_not_followed(line, name):
    uri = "https://evil.example/v1/customers?x=1"
    told = {"items": [{"id": "a"}], name: {"next": {"uri": uri}} if name == "links" else uri}
    with pytest.raises(UnreadableError, match=r"evil\.example"):
        line.door(answer(told)).collect(LIST)
    assert len(line.requests) == 1


@pytest.mark.parametrize("origin", ["http://partner-center.example", "https://partner-center.example:8443"])
def test_f39_a_next_link_to_another_scheme_or_port_is_not_followed(line, origin):
    with pytest.raises(UnreadableError, match="leads elsewhere"):
        line.door(page("a", token="1", uri=f"{origin}/v1/customers?x=1")).collect(LIST)
    assert len(line.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_f40_a_redirect_to_another_host_is_not_followed_and_no_write_is_redirected(line, status):
    away = answer(None, status, Location="https://evil.example/v1/customers")
    near = answer(None, status, Location="/v1/customers/x")
    with pytest.raises(UnreadableError, match=r"evil\.example"):
        line.door(away).send(READ)
    with pytest.raises(AnswerLostError):
        line.door(near, GOOD).send(carts.check_out(CUSTOMER, CART))
    assert {request.url.host for request in line.requests} == {"partner-center.example"}
    assert len(line.requests) == 2


def test_f41_redirects_end_after_three_and_pages_at_the_first_token_that_comes_again(line):
    with pytest.raises(UnreadableError, match="4 times"):
        line.door(answer(None, 307, Location="/v1/customers/x")).send(READ)
    assert len(line.requests) == 4
    line.requests.clear()
    with pytest.raises(UnreadableError, match="circle"):
        line.door(page("a", token="1"), page("b", token="2"), page("c", token="1")).collect(LIST)
    assert len(line.requests) == 3


# ---- pages


@pytest.mark.parametrize("status", [400, 404, 410])
def test_f42_a_place_that_is_lost_lets_the_list_start_over_without_doubles(line, status):
    pages = [page(str(n), token=f"t{n}") for n in range(7)]
    lost = answer({"code": 2000, "description": "x"}, status)
    again = [page(str(n), token=f"u{n}") for n in range(7)]
    listed = line.door(*pages, lost, *again, page("7")).listed(LIST)

    assert [item["id"] for item in listed.items] == [str(n) for n in range(8)]
    assert listed.report.restarts == 1
    assert "read again from its start once" in listed.report.remarks[0]


def test_f42_a_place_that_is_lost_each_time_ends_the_reading(line):
    def tell(request):
        lost = "ms-continuationtoken" in request.headers
        return answer({"code": 2000, "description": "x"}, 410) if lost else page("a", token="t")

    with pytest.raises(RefusedError):
        line.door(Told(tell)).collect(LIST)
    assert len(line.requests) == 6


def test_f43_a_page_that_comes_twice_and_pages_that_overlap_count_once(line):
    first, second = [str(n) for n in range(20)], [str(n) for n in range(10, 30)]
    keyed = Call("list", "partner_center", "GET", "/v1/customers", LIST.read, key=lambda item: item["id"])
    script = (page(*first, token="1"), page(*second, token="2"), page(*second, token="3"), page("30"))
    listed = line.door(*script).listed(keyed)
    assert [item["id"] for item in listed.items] == [str(n) for n in range(31)]
    assert (listed.report.doubles, listed.report.repeats) == (30, 1)

    plain = Call("list", "partner_center", "GET", "/v1/customers", LIST.read)
    script = (page(*first, token="1"), page(*first, token="2"), page("20"))
    listed = line.door(*script).listed(plain)
    assert [item["id"] for item in listed.items] == [str(n) for n in range(21)]
    assert listed.report.remarks == (
        "A page came that had come before, once; it counts once.",
        "20 items came a second time and count once.",
    )


def test_f44_an_empty_page_goes_on_and_a_shortfall_is_said(line):
    total = Call(
        "list", "partner_center", "GET", "/v1/customers", LIST.read, total=lambda told: told.json["whole"]
    )
    script = (page("a", token="1", whole=3), page(token="2", whole=3), page("b", whole=3))
    listed = line.door(*script).listed(total)
    assert [item["id"] for item in listed.items] == ["a", "b"]
    assert not listed.report.is_complete
    assert listed.report.remarks == ("INCOMPLETE: the service says that there are 3 items, and 2 came.",)
    with pytest.raises(UnreadableError, match="2 of 3 items came"):
        line.door(*script).collect(total)


def test_f44_empty_pages_without_end_are_noticed(line):
    numbers = itertools.count()
    with pytest.raises(UnreadableError, match="do not end"):
        line.door(Told(lambda _request: page(token=str(next(numbers))))).collect(LIST)
