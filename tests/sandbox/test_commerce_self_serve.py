"""The permission of a customer to buy reservations itself (D-901 to D-911)."""

import pytest
from commerce_steps import NOBODY, as_principal, audited, buy, line, put, refused
from tiny_world import ADA, BOB

ALL = "/v1/SelfServePolicy"


def wish(caller, customer=BOB, **change):
    body = {
        "selfServeEntity": {"selfServeEntityType": "customer", "tenantID": customer},
        "grantor": {"grantorType": "billToPartner", "tenantID": caller.world.partner_id},
        "permissions": [{"resource": "AzureReservedInstances", "action": "Purchase"}],
    }
    return body | change


def test_d902_it_is_off_at_first(caller):
    assert caller.get(f"{ALL}?entity_id={BOB}")["items"] == []
    assert not caller.world.self_serve.allows(BOB)


def test_d909_a_policy_is_made_read_changed_and_deleted(caller):
    made = caller.post(ALL, wish(caller))
    assert made["id"] == f"{caller.world.partner_id}_{BOB}"
    assert made["attributes"]["etag"].startswith('"')
    assert caller.world.self_serve.allows(BOB.upper())
    assert not caller.world.self_serve.allows(ADA)
    path = f"{ALL}/{made['id']}"
    assert caller.get(path) == made
    assert caller.get(f"{ALL}?entity_id={BOB}")["items"] == [made]
    changed = put(caller, path, made)
    assert changed["attributes"]["etag"] != made["attributes"]["etag"]
    assert caller.call("DELETE", path).status_code == 204
    assert not caller.world.self_serve.allows(BOB)
    assert refused(caller, "GET", path) == (404, 600039)
    operations = [f"{verb}_self_serve_policy" for verb in ("create", "update", "delete")]
    assert [len(audited(caller, one)) for one in operations] == [1, 1, 1]


def test_d909_there_is_one_policy_a_customer(caller):
    caller.post(ALL, wish(caller))
    assert refused(caller, "POST", ALL, wish(caller)) == (409, 600041)


def test_d909_ids_that_are_none(caller):
    partner = caller.world.partner_id
    assert refused(caller, "GET", f"{ALL}/{NOBODY}") == (404, 600040)
    assert refused(caller, "GET", f"{ALL}/{NOBODY}_{BOB}") == (404, 600040)
    assert refused(caller, "DELETE", f"{ALL}/{partner}_{BOB}") == (404, 600039)
    assert refused(caller, "PUT", f"{ALL}/{partner}_{BOB}", wish(caller)) == (404, 600039)


def test_d909_a_stale_etag_changes_nothing(caller):
    made = caller.post(ALL, wish(caller))
    path = f"{ALL}/{made['id']}"
    put(caller, path, wish(caller), headers={"If-Match": made["attributes"]["etag"]})
    assert refused(caller, "PUT", path, made) == (400, 2055)
    assert refused(caller, "PUT", path, wish(caller)) == (400, 2055)


def test_d909_it_takes_a_user(caller):
    assert refused(caller, "POST", ALL, wish(caller), user=False) == (403, 900329)
    assert refused(caller, "GET", f"{ALL}?entity_id={BOB}", user=False) == (403, 900329)


@pytest.mark.parametrize("principal", ["sales-agent", "helpdesk-agent", "global-admin"])
def test_d902_only_an_admin_agent_switches(caller, principal):
    """D-204: the others only look."""
    made = caller.post(ALL, wish(caller))
    headers, path = as_principal(caller, principal), f"{ALL}/{made['id']}"
    assert caller.call("GET", path, headers=headers).status_code == 200
    assert refused(caller, "POST", ALL, wish(caller, ADA), headers=headers) == (403, 900150)
    assert refused(caller, "DELETE", path, headers=headers) == (403, 900150)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"selfServeEntity": None}, (400, 3000)),
        ({"selfServeEntity": {"selfServeEntityType": "partner", "tenantID": BOB}}, (400, 3000)),
        ({"selfServeEntity": {"selfServeEntityType": "customer", "tenantID": NOBODY}}, (404, 60003)),
        ({"grantor": {"grantorType": "billToPartner", "tenantID": NOBODY}}, (400, 3000)),
        ({"grantor": {"grantorType": "king", "tenantID": NOBODY}}, (400, 3000)),
        ({"permissions": []}, (400, 3000)),
        ({"permissions": [{"resource": "Everything", "action": "Purchase"}]}, (400, 3000)),
        ({"permissions": [{"resource": "AzureReservedInstances", "action": "Sell"}]}, (400, 3000)),
        ({"permissions": [7]}, (400, 3000)),
    ],
)
def test_a_policy_with_a_mistake(caller, change, error):
    assert refused(caller, "POST", ALL, wish(caller, **change)) == error


def test_the_list_needs_a_customer(caller):
    assert refused(caller, "GET", ALL) == (400, 2001)
    assert refused(caller, "GET", f"{ALL}?entity_id={NOBODY}") == (404, 60003)


def test_d910_what_was_bought_runs_on(caller):
    made = caller.post(ALL, wish(caller))
    buy(caller, line(caller))
    caller.call("DELETE", f"{ALL}/{made['id']}")
    caller.advance(15)
    assert caller.get(f"/v1/customers/{BOB}/entitlements")["totalCount"] == 1
