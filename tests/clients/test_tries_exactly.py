"""What a sender says when it gives up, to the last word, with the ids that support asks for."""

import base64

import pytest

from bespeak.clients.limiter import CrowdedError
from bespeak.clients.partner_center.carts import check_out
from bespeak.clients.partner_center.customers import get_customer
from bespeak.errors import NotReadyError, RefusedError, SignInError, UnreadableError

CUSTOMER = "0f3ab0a9-1c8f-4b5b-9a6c-0c2f0b9d9f10"
CART = "f1c5a5a0-5c1c-4e0e-9a62-0c2f0b9d9f11"
CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}'
CHALLENGE = f'Bearer error="insufficient_claims", claims="{base64.b64encode(CLAIMS.encode()).decode()}"'


@pytest.mark.parametrize("call", [get_customer(CUSTOMER), check_out(CUSTOMER, CART)], ids=["read", "write"])
def test_a_claims_challenge_is_passed_on_and_nothing_is_repeated(server, answer, call):
    """F-46: one clear prompt with the claims; no loop."""
    told = answer(
        {"code": 401, "description": "No."}, 401, WWW_Authenticate=CHALLENGE, MS_CorrelationId="x-1"
    )
    with pytest.raises(SignInError) as refused:
        server.door(told).send(call)
    assert str(refused.value) == (
        f"Partner Center did not do '{call.name}': your organisation wants a new sign-in first. "
        "Sign in again, then repeat this; nothing was done. (correlation id x-1)"
    )
    assert (refused.value.claims, refused.value.correlation_id) == (CLAIMS, "x-1")
    assert len(server.requests) == 1


def test_an_answer_that_is_not_ready_says_when_to_ask_again(server, answer):
    told = answer(None, 204, body=b"", MS_CorrelationId="x-2")
    with pytest.raises(NotReadyError) as refused:
        server.door(told).send(get_customer(CUSTOMER))
    assert str(refused.value) == (
        "Partner Center has no answer to 'read a customer' yet. Ask again in 5 seconds. (correlation id x-2)"
    )
    assert (refused.value.retry_after, server.waits) == (5.0, [5.0, 5.0])


class Limited:
    """A limiter that is full, or that keeps quiet for so long."""

    def __init__(self, quiet=0.0):
        self.quiet = quiet

    def quiet_for(self):
        return self.quiet

    def keep_quiet(self, seconds):
        """Is quiet anyway."""

    def place(self, seconds):
        raise CrowdedError(seconds)


def test_when_too_much_is_asked_at_once_nothing_leaves(server, answer):
    with pytest.raises(RefusedError) as refused:
        server.door(answer({}), limiter=Limited()).send(get_customer(CUSTOMER))
    assert str(refused.value) == (
        "Partner Center did not do 'read a customer': too much is asked at once. Try again later."
    )
    assert (refused.value.status, server.requests) == (429, [])


def test_when_all_must_be_quiet_for_longer_than_a_call_may_take_nothing_leaves(server, answer):
    with pytest.raises(RefusedError) as refused:
        server.door(answer({}), limiter=Limited(180.5)).send(get_customer(CUSTOMER))
    assert str(refused.value) == (
        "Partner Center did not do 'read a customer': it was asked too often. Try again later."
    )
    assert (refused.value.status, server.requests, server.waits) == (429, [], [])


def test_an_answer_that_cannot_be_read_says_what_is_missing(server, answer):
    told = answer([], MS_CorrelationId="x-3")
    with pytest.raises(UnreadableError) as refused:
        server.door(told).send(get_customer(CUSTOMER))
    assert str(refused.value).startswith("Partner Center did not do 'read a customer': the answer ")
    assert str(refused.value).endswith("(correlation id x-3)")
    assert (refused.value.status, refused.value.correlation_id) == (200, "x-3")
    assert ".." not in str(refused.value)


def test_a_redirect_is_followed_three_times(server, answer):
    told = answer({}, 307, Location=f"/v1/customers/{CUSTOMER}")
    with pytest.raises(UnreadableError, match="it sent the call elsewhere 4 times"):
        server.door(told).send(get_customer(CUSTOMER))
    assert len(server.requests) == 4
