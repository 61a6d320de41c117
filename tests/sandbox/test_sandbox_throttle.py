"""500 requests a minute for a partner and for a partner with a customer (partner-center-api, section 13)."""

import pytest
from tiny_world import ADA, ADA_ONE, BOB

ONE = f"/v1/customers/{ADA}"


@pytest.fixture
def throttled(caller):
    caller.control("POST", "/switches", {"throttle": "sandbox_time", "throttle_per_minute": 3})
    return caller


def statuses(caller, path, times, method="GET"):
    return [caller.call(method, path).status_code for _ in range(times)]


def test_it_is_off_until_switched_on(caller):
    caller.control("POST", "/switches", {"throttle_per_minute": 3})
    assert statuses(caller, ONE, 9) == [200] * 9


def test_the_limit_is_500_by_default(caller):
    assert caller.control("GET", "/switches").get_json()["throttle_per_minute"] == 500


def test_one_too_many_is_429_with_a_body_of_its_own(throttled):
    throttled.control("POST", "/clock", {"advance_minutes": 1})
    assert statuses(throttled, ONE, 3) == [200] * 3
    answer = throttled.call("GET", ONE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert set(answer.get_json()) == {"statusCode", "message"}


def test_refused_tries_count_too_and_the_next_minute_is_free(throttled):
    throttled.advance(1)
    assert statuses(throttled, ONE, 9)[3:] == [429] * 6
    throttled.advance(1)
    assert statuses(throttled, ONE, 3) == [200] * 3


def test_all_customers_of_a_partner_share_one_count(throttled):
    throttled.advance(1)
    assert statuses(throttled, ONE, 2) + statuses(throttled, f"/v1/customers/{BOB}", 2) == [
        200,
        200,
        200,
        429,
    ]


def test_each_customer_can_have_a_count_of_its_own(throttled):
    throttled.control("POST", "/switches", {"throttle_by": "customer"})
    throttled.advance(1)
    assert statuses(throttled, ONE, 2) + statuses(throttled, f"/v1/customers/{BOB}", 2) == [200] * 4
    assert statuses(throttled, ONE, 2) == [200, 429]


def test_what_is_not_listed_is_not_counted(throttled):
    throttled.advance(1)
    query = "?start_time=2026-11-01T00:00:00Z&end_time=2026-11-02T00:00:00Z"
    for path in (
        f"{ONE}/subscriptions/{ADA_ONE}/utilizations/azure{query}",
        "/v1/customers?size=1",
        "/v1/agreements",
    ):
        assert statuses(throttled, path, 5) == [200] * 5


@pytest.mark.parametrize("below", ["orders", "carts/x", "subscriptions", f"subscriptions/{ADA_ONE}"])
def test_orders_carts_and_subscriptions_are_counted(throttled, below):
    throttled.advance(1)
    assert statuses(throttled, f"{ONE}/{below}", 4)[3] == 429


def test_a_throttled_write_changes_nothing(throttled):
    throttled.advance(1)
    statuses(throttled, ONE, 3)
    before = throttled.world.state.shop
    carts = len(before.carts)
    assert throttled.call("POST", f"{ONE}/carts", {"lineItems": []}).status_code == 429
    assert len(throttled.world.state.shop.carts) == carts


def test_minutes_can_be_those_of_the_wall(caller):
    caller.control("POST", "/switches", {"throttle": "wall_time", "throttle_per_minute": 1})
    caller.clock[0] += 60
    assert statuses(caller, ONE, 2) == [200, 429]
    caller.clock[0] += 60
    assert statuses(caller, ONE, 1) == [200]
