"""Buying by a name instead of a quote (azure-reservation-apis 2.17)."""

import pytest
from azure_caller import CAPACITY, azure, get, refused, wish
from tiny_world import ADA_AZURE_ONE

ALIAS = "/providers/Microsoft.BillingBenefits/reservationOrderAliases/web-2026"


def put(caller, body=None, path=ALIAS):
    return azure(caller, "PUT", path, body or wish(billingPlan=None))


def follow(caller, address):
    assert address.endswith("?api-version=2020-10-01-preview")
    return azure(caller, "GET", address.partition("/arm")[2], version=None)


def test_an_alias_buys_without_a_quote_and_is_followed_by_its_operation(caller, world):
    answer = put(caller)
    assert answer.status_code == 201
    order = answer.get_json()["properties"]["reservationOrderId"]
    running = follow(caller, answer.headers["Azure-AsyncOperation"])
    assert running.get_json()["status"] == "Pending"
    assert running.headers["Azure-AsyncOperation"] == answer.headers["Azure-AsyncOperation"]
    caller.advance(6)
    done = follow(caller, answer.headers["Azure-AsyncOperation"])
    assert "Azure-AsyncOperation" not in done.headers
    assert done.get_json()["status"] == "Succeeded"
    assert done.get_json()["properties"] == {"reservationOrderId": order}
    assert get(caller, order)["properties"]["provisioningState"] == "Succeeded"
    assert len(world.book.orders()) == 1


def test_an_alias_says_created_for_ever(caller):
    first = put(caller).get_json()
    caller.advance(120)
    assert get(caller, ALIAS) == first
    assert first["properties"]["provisioningState"] == "Created"
    assert "billingPlan" not in first["properties"]


def test_every_month_is_spelt_p1m(caller, world):
    assert put(caller, wish(billingPlan="P1M")).get_json()["properties"]["billingPlan"] == "P1M"
    assert world.book.orders()[0].billing_plan == "Monthly"


def test_the_same_name_with_the_same_request_buys_once(caller, world):
    first = put(caller)
    again = put(caller, path=ALIAS.upper())
    assert (again.status_code, again.get_json()) == (200, first.get_json())
    assert len(world.book.orders()) == 1


def test_the_same_name_with_another_request_is_a_conflict(caller):
    put(caller)
    assert refused(caller, "PUT", ALIAS, wish(quantity=5)) == (409, "Conflict")


def test_a_failed_purchase_fails_its_operation(caller, world):
    world.switches.purchase_outcome = "Failed"
    answer = put(caller)
    caller.advance(6)
    body = follow(caller, answer.headers["Location"]).get_json()
    assert (body["status"], body["error"]["code"]) == ("Failed", "PurchaseError")


@pytest.mark.parametrize("name", ["with space", "a" * 65, "ä"])
def test_a_name_that_is_none_is_refused(caller, name):
    path = f"/providers/Microsoft.BillingBenefits/reservationOrderAliases/{name}"
    assert refused(caller, "PUT", path, wish()) == (400, "BadRequest")


def test_an_unknown_alias_or_operation_is_not_found(caller):
    assert refused(caller, "GET", ALIAS) == (404, "NotFound")
    path = f"{CAPACITY}/operationResults/{ADA_AZURE_ONE}"
    assert refused(caller, "GET", path, version="2020-10-01-preview")[0] == 404
