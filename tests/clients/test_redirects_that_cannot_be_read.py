"""A redirect to an address that nobody can read is an error in words; the library reads it, followed or not."""

import pytest

from bespeak.clients.partner_center.carts import check_out
from bespeak.clients.partner_center.customers import get_customer
from bespeak.errors import AnswerLostError, UnreadableError

CUSTOMER = "0f3ab0a9-1c8f-4b5b-9a6c-0c2f0b9d9f10"
CART = "f1c5a5a0-5c1c-4e0e-9a62-0c2f0b9d9f11"
UNREADABLE = ("http:carts", "https:x/y", "http:\\\\127.0.0.1:9/x")


@pytest.mark.parametrize("where", UNREADABLE)
def test_a_write_is_unknown_and_sent_once(server, answer, where):
    door = server.door(answer(status=307, Location=where))
    with pytest.raises(AnswerLostError, match="look first"):
        door.send(check_out(CUSTOMER, CART))
    assert len(server.requests) == 1


@pytest.mark.parametrize("where", UNREADABLE)
def test_a_read_is_not_followed(server, answer, where):
    with pytest.raises(UnreadableError):
        server.door(answer(status=307, Location=where)).send(get_customer(CUSTOMER))
    assert {request.url.host for request in server.requests} == {"partner-center.example"}
