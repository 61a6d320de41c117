"""A malformed body is refused with the name of the member that is wrong, and changes nothing."""

import azure_caller
import changes_world as these
import pytest
from changes_world import CAPACITY, hold, item, order_path, path, plan_wish, purchase


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return these.build(tmp_path_factory.mktemp("named"))


@pytest.fixture
def caller(first):
    return these.fresh(first)


WRONG = (7, "x", [], {}, None, True, [[]], 1.5)
PATCHED = ("appliedScopeType", "appliedScopes", "instanceFlexibility", "name", "renew", "renewProperties")


def refusal(caller, method, where, body):
    """The sentence of a refusal; None when the call was taken."""
    before = caller.world.snapshot()
    answer = azure_caller.azure(caller, method, where, body)
    if answer.status_code < 300:
        return None
    assert answer.status_code in (400, 404), answer.text
    assert caller.world.snapshot() == before
    return answer.get_json()["error"]["message"]


@pytest.mark.parametrize("value", WRONG)
@pytest.mark.parametrize("name", ["quantities", "reservationId"])
def test_split(caller, name, value):
    held = hold(caller.world, quantity=2)
    body = {"quantities": [1, 1], "reservationId": path(held)} | {name: value}
    assert name in refusal(caller, "POST", f"{order_path(held)}/split", {"properties": body})


@pytest.mark.parametrize("value", [*WRONG, ["x", "y"]])
def test_merge(caller, value):
    held = hold(caller.world, quantity=2)
    said = refusal(caller, "POST", f"{order_path(held)}/merge", {"properties": {"sources": value}})
    assert "sources" in said


@pytest.mark.parametrize("value", WRONG)
@pytest.mark.parametrize("name", ["reservationId", "quantity"])
@pytest.mark.parametrize("action", ["calculateRefund", "return"])
def test_refund(caller, action, name, value):
    held = hold(caller.world)
    wanted = {"sessionId": "none", "reservationToReturn": item(held, 1) | {name: value}}
    said = refusal(caller, "POST", f"{order_path(held)}/{action}", {"properties": wanted})
    expected = "sessionId" if (action, name, value) == ("return", "quantity", 7) else name
    assert expected in said


@pytest.mark.parametrize("value", WRONG)
def test_session(caller, value):
    held = hold(caller.world)
    wanted = {"sessionId": value, "reservationToReturn": item(held, 1)}
    assert "sessionId" in refusal(caller, "POST", f"{order_path(held)}/return", {"properties": wanted})
    assert "sessionId" in refusal(
        caller, "POST", f"{CAPACITY}/exchange", {"properties": {"sessionId": value}}
    )


@pytest.mark.parametrize("value", [7, [], 1.5, {"a": 1}])
@pytest.mark.parametrize("name", PATCHED)
def test_patch(caller, name, value):
    said = refusal(caller, "PATCH", path(hold(caller.world)), {"properties": {name: value}})
    # A list of scopes alone lacks their type; an object is opened first.
    expected = {"appliedScopes": "appliedScopeType"}.get(name, name)
    if (name, value) == ("renewProperties", {"a": 1}):
        expected = "purchaseProperties"
    assert expected in said


@pytest.mark.parametrize("value", [7, "x", True, 1.5, {"a": 1}, [7], [{}]])
@pytest.mark.parametrize(
    "name", ["reservationsToExchange", "reservationsToPurchase", "savingsPlansToPurchase"]
)
def test_exchange(caller, name, value):
    wanted = {
        "reservationsToExchange": [item(hold(caller.world), 1)],
        "reservationsToPurchase": [purchase("Standard_D4s_v9", 4)],
    } | {name: value}
    said = refusal(caller, "POST", f"{CAPACITY}/calculateExchange", {"properties": wanted})
    inner = ("reservationId", "'properties'", "'sku'")
    assert name in said or (value == [{}] and any(one in said for one in inner))


@pytest.mark.parametrize("value", [None, "1", [], {}, True, 0, -1, 1e400, 1e12])
def test_commitment(caller, value):
    plan = plan_wish(1)
    plan["properties"]["commitment"]["amount"] = value
    wanted = {"reservationsToExchange": [item(hold(caller.world), 1)], "savingsPlansToPurchase": [plan]}
    said = refusal(caller, "POST", f"{CAPACITY}/calculateExchange", {"properties": wanted})
    assert "amount" in said


@pytest.mark.parametrize("value", WRONG)
def test_directory(caller, value):
    held = hold(caller.world)
    where = f"{order_path(held)}/changeDirectory"
    assert "destinationTenantId" in refusal(caller, "POST", where, {"destinationTenantId": value})


@pytest.mark.parametrize("value", [7, "x", [], {}, None, True, [7]])
def test_scopes(caller, value):
    held = hold(caller.world)
    where = f"{path(held)}/availableScopes"
    assert "scopes" in refusal(caller, "POST", where, {"properties": {"scopes": value}})
