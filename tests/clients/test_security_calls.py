"""The list of requests, the second factors and the changes, asked of a sandbox."""

from datetime import date

import pytest

from bespeak.clients.call import Call
from bespeak.clients.partner_center import security
from bespeak.clients.partner_center.customers import get_customer, list_customers
from bespeak.clients.sandbox_door import in_kernel_door
from bespeak.errors import InputError
from bespeak.sandbox import World, create_app

CONTOSO = "03b86f56-6c73-5e0d-b2b1-45b3484d2b30"


@pytest.fixture(scope="module")
def world():
    return World.demo(1)


@pytest.fixture
def door(world):
    world.reset()
    return in_kernel_door(create_app(world, "key"), "key")


def test_a_call_of_a_user_is_listed_by_its_request_id(door, world):
    with world.lock:
        world.state.switches.request_log_minutes = 0
    number = "3b1f8a52-7b3d-4a86-9d11-5e2a7c40b9f3"
    asked = get_customer(CONTOSO)
    door.send(Call(asked.name, asked.service, asked.method, asked.path, asked.read, request_id=number))

    listed = door.collect(security.partner_requests())

    assert [one["mfaCompliant"] for one in listed if one["requestId"] == number] == [True]


def test_the_use_of_the_second_factor_is_counted_by_day(door, world):
    with world.lock:
        world.state.switches.request_log_minutes = 0
    door.collect(list_customers())

    told = door.send(security.mfa_adoption())

    assert told[0]["mfaCompliantRequestCount"] == told[0]["totalRequestCount"] > 0
    assert door.collect(security.without_second_factor()) == []


def test_changes_are_asked_for_by_customer_or_by_type(door, world):
    day = world.now.date()
    of_one = door.collect(security.audit_records(day, CONTOSO))
    of_type = door.collect(security.audit_records(day, until=day, resource_type="order"))

    assert all(record["customerId"] == CONTOSO for record in of_one)
    assert all(record["resourceType"] == "order" for record in of_type)


def test_changes_are_not_asked_for_by_both():
    with pytest.raises(InputError, match="not by both"):
        security.audit_records(date(2026, 11, 16), CONTOSO, resource_type="order")
