"""PATCH, scopes, archive, history and change of directory of a reservation over HTTP."""

import azure_caller
import changes_world as these
import pytest
import tiny_world as tiny
from azure_caller import refused
from changes_world import call, give_back, go, hold, order_path, path

from bespeak.sandbox.reservation_records import Scope
from bespeak.sandbox.scenes import segments

ONE, TWO = f"/subscriptions/{tiny.ADA_AZURE_ONE}", f"/subscriptions/{tiny.ADA_AZURE_TWO}"


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return these.build(tmp_path_factory.mktemp("changes"))


@pytest.fixture
def caller(first):
    return these.fresh(first)


@pytest.fixture
def world(caller):
    return caller.world


def patch(caller, held, status=200, version=azure_caller.VERSION, **properties):
    return call(caller, "PATCH", path(held), {"properties": properties}, status, version=version)


def bad(caller, held, **properties):
    return refused(caller, "PATCH", path(held), {"properties": properties})


def single(where=ONE):
    return {"appliedScopeType": "Single", "appliedScopes": [where]}


def test_a_patch_adds_two_revisions(caller, world):
    """0.2 number 9: one PATCH adds 2; a Pending revision and a final one."""
    held = hold(world)
    before = held.etag
    world.advance(90)
    body = patch(caller, held, name="tier-2")
    assert body["etag"] == before + 2
    assert body["properties"]["displayName"] == "tier-2"
    assert body["properties"]["effectiveDateTime"] == "2026-11-16T01:30:00.0000000Z"
    history = call(caller, "GET", f"{path(held)}/revisions")["value"]
    assert [(one["etag"], one["properties"]["provisioningState"]) for one in history[:2]] == [
        (before + 2, "Succeeded"),
        (before + 1, "Pending"),
    ]


def test_a_single_scope_reads_back_as_an_object(caller, world):
    """0.2 number 13: without appliedScopes, even when the PATCH used them."""
    shown = patch(caller, hold(world), **single())["properties"]
    assert shown["appliedScopeType"] == shown["userFriendlyAppliedScopeType"] == "Single"
    assert shown["appliedScopeProperties"]["subscriptionId"] == ONE
    assert "appliedScopes" not in shown


def test_a_resource_group_is_a_single_scope(caller, world):
    group = f"{ONE}/resourceGroups/rg-a"
    where = {"appliedScopeType": "Single", "appliedScopeProperties": {"resourceGroupId": group}}
    shown = patch(caller, hold(world), **where)["properties"]
    assert (shown["appliedScopeType"], shown["userFriendlyAppliedScopeType"]) == ("Single", "ResourceGroup")
    assert shown["appliedScopeProperties"]["resourceGroupId"] == group


def test_a_management_group_is_of_the_same_tenant(caller, world):
    """D-443: the group must hold subscriptions of this customer."""
    held = hold(world)
    world.state.directory.management_groups[tiny.ADA] = {"prod": [tiny.ADA_AZURE_ONE]}
    where = {
        "managementGroupId": "/providers/Microsoft.Management/managementGroups/prod",
        "tenantId": tiny.ADA,
    }
    shown = patch(caller, held, appliedScopeType="ManagementGroup", appliedScopeProperties=where)
    assert shown["properties"]["userFriendlyAppliedScopeType"] == "ManagementGroup"
    foreign = where | {"tenantId": tiny.BOB}
    got = bad(caller, held, appliedScopeType="ManagementGroup", appliedScopeProperties=foreign)
    assert got == (400, "AppliedScopesNotAssociatedWithCommerceAccount")


def test_an_empty_management_group_makes_the_scope_shared(world):
    """D-443: when all subscriptions have left the group."""
    world.state.directory.management_groups[tiny.ADA] = {"prod": [tiny.ADA_AZURE_ONE]}
    held = hold(world, scope=Scope("ManagementGroup", "prod"))
    world.advance(60)
    assert held.scope.kind == "ManagementGroup"
    world.state.directory.management_groups[tiny.ADA]["prod"] = []
    world.advance(1)
    assert held.scope.kind == "Shared"


def test_a_new_scope_counts_from_the_next_hour(caller, world):
    """D-401, D-445: hour by hour, without a gap and without an hour that is in two scopes."""
    held = hold(world)
    world.advance(90)
    patch(caller, held, **single())
    found = list(segments(held))
    assert (found[0].scope.kind, found[0].end_hour - found[0].first_hour) == ("Shared", 2)
    assert found[1].first_hour == found[0].end_hour
    assert found[1].scope == Scope("Single", tiny.ADA_AZURE_ONE)


def test_flexibility_goes_off_with_one_subscription_only(caller, world):
    """D-428: flexibility or capacity priority; a wider scope turns flexibility on again."""
    held = hold(world)
    assert bad(caller, held, instanceFlexibility="Off") == (400, "BadRequest")
    assert (
        patch(caller, held, instanceFlexibility="Off", **single())["properties"]["instanceFlexibility"]
        == "Off"
    )
    assert patch(caller, held, appliedScopeType="Shared")["properties"]["instanceFlexibility"] == "On"
    world.switches.flexibility_off_needs_single = False
    assert patch(caller, held, instanceFlexibility="Off")["properties"]["instanceFlexibility"] == "Off"


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"appliedScopeType": "Single"}, "MissingAppliedScopesForSingle"),
        ({"appliedScopeType": "Single", "appliedScopes": [ONE, TWO]}, "InvalidSingleAppliedScopesCount"),
        (
            {"appliedScopeType": "Single", "appliedScopes": [f"/subscriptions/{tiny.BOB_AZURE_ONE}"]},
            "AppliedScopesNotAssociatedWithCommerceAccount",
        ),
        ({"appliedScopes": [ONE]}, "InvalidRequestContent"),
        ({"billingScopeId": TWO}, "BillingScopeIdCannotBeChanged"),
        ({"appliedScopeType": "Shared"}, "AppliedScopesSameAsExisting"),
        ({"name": "web", "renew": False}, "PatchValuesSameAsExisting"),
        ({"quantity": 3}, "BadRequest"),
        ({"term": "P3Y"}, "BadRequest"),
        ({"name": 7}, "InvalidRequestContent"),
        ({"name": "x" * 65}, "InvalidRequestContent"),
        ({"renew": "yes"}, "InvalidRequestContent"),
        ({"instanceFlexibility": "Maybe"}, "InvalidRequestContent"),
        ({"renewProperties": {"purchaseProperties": []}}, "InvalidRequestContent"),
        ({}, "BadRequest"),
    ],
)
def test_what_cannot_be_changed_is_refused(caller, world, properties, code):
    """2.8, D-703, D-510: the world stays as it was, and the refusal names the member."""
    assert bad(caller, hold(world), **properties) == (400, code)


def test_a_change_of_nothing_succeeds_when_the_switch_says_so(caller, world):
    """2.8: whether it fails is not known."""
    held = hold(world)
    world.switches.unchanged_patch_fails = False
    assert patch(caller, held, name="web")["etag"] == 10


def test_a_returned_reservation_is_not_changed(caller, world):
    held = hold(world)
    give_back(caller, held, 1)
    assert bad(caller, held, name="new") == (400, "OperationCannotBePerformedInCurrentState")
    world.advance(10)
    assert bad(caller, held, name="new") == (400, "OperationCannotBePerformedInCurrentState")


def test_the_older_version_answers_with_a_revision(caller, world):
    """2.8, 2.16: without term, billing scope and billing plan, under the path of the revision."""
    held = hold(world)
    body = patch(caller, held, version="2022-03-01", name="new")
    assert body["id"].endswith(f"/revisions/{held.etag}")
    assert body["name"] == f"{held.order_id}/{held.id}/{held.etag}"
    assert not {"term", "billingScopeId", "billingPlan"} & body["properties"].keys()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'{"properties":[]}', b'{"properties":null}'])
def test_a_body_that_is_none_is_refused(caller, world, body):
    held = hold(world)
    before = world.snapshot()
    head = {"Authorization": f"Bearer {caller.token(tiny.ARM)}", "Content-Type": "application/json"}
    answer = caller.client.patch(f"/arm{path(held)}?api-version=2022-11-01", data=body, headers=head)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "InvalidRequestContent")
    assert world.snapshot() == before


def test_ids_of_others_are_unknown(caller, world):
    held, other = hold(world), hold(world, customer=tiny.BOB)
    mixed = f"{order_path(held)}/reservations/{other.id}"
    wish = {"properties": {"name": "x"}}
    assert refused(caller, "PATCH", mixed, wish) == (404, "ReservationIdNotInReservationOrder")
    assert refused(caller, "PATCH", f"{order_path(held)}/reservations/x", wish) == (
        400,
        "InvalidReservationId",
    )
    no_order = path(held).replace(held.order_id, "x")
    assert refused(caller, "PATCH", no_order, wish) == (400, "InvalidReservationOrderId")
    head = these.signed_in(caller, "admin-agent", tiny.BOB)
    got = refused(caller, "PATCH", path(held), wish, headers=head)
    assert got == (404, "ReservationOrderNotFound")


def test_a_customer_changes_the_name_but_not_the_scope(caller, world):
    """D-906: customers of a partner cannot rescope or renew what they have."""
    held = hold(world)
    world.grants.bought(world.book.order_of(held), "customer-owner")
    head = these.signed_in(caller, "customer-owner", tiny.ADA)
    got = refused(caller, "PATCH", path(held), {"properties": single()}, headers=head)
    assert got == (403, "AuthorizationFailed")
    call(caller, "PATCH", path(held), {"properties": {"name": "mine"}}, headers=head)


def test_scopes_of_another_customer_are_not_available(caller, world):
    """2.9."""
    held = hold(world)
    asked = [ONE, f"/subscriptions/{tiny.BOB_AZURE_ONE}", "nonsense"]
    body = {"properties": {"scopes": asked}}
    before = world.snapshot()
    found = call(caller, "POST", f"{path(held)}/availableScopes", body)["properties"]["scopes"]
    assert found == [{"scope": scope, "valid": scope == ONE} for scope in asked]
    assert world.snapshot() == before
    empty = {"properties": {"scopes": []}}
    assert refused(caller, "POST", f"{path(held)}/availableScopes", empty) == (400, "InvalidRequestContent")


def test_an_inactive_reservation_is_archived_and_taken_back(caller, world):
    """2.11: an empty body without a content type."""
    held = hold(world)
    busy = (400, "OperationCannotBePerformedInCurrentState")
    assert refused(caller, "POST", f"{path(held)}/archive") == busy
    give_back(caller, held, 1)
    assert refused(caller, "POST", f"{path(held)}/archive") == busy
    world.advance(10)
    answer = azure_caller.azure(caller, "POST", f"{path(held)}/archive")
    assert (answer.status_code, answer.data, answer.headers.get("Content-Type")) == (200, b"", None)
    assert call(caller, "GET", path(held))["properties"]["archived"] is True
    call(caller, "POST", f"{path(held)}/unarchive")
    assert call(caller, "GET", path(held))["properties"]["archived"] is False


def test_the_history_is_newest_first(caller, world):
    """2.12."""
    held = hold(world)
    patch(caller, held, **single())
    history = call(caller, "GET", f"{path(held)}/revisions")["value"]
    assert [one["etag"] for one in history] == sorted((one["etag"] for one in history), reverse=True)
    newest = history[0]
    assert newest["name"] == str(held.etag)
    assert newest["id"].endswith(f"/revisions/{held.etag}")
    assert [one["properties"]["appliedScopeType"] for one in history[:3]] == ["Single", "Single", "Shared"]
    assert history[1]["properties"]["extendedStatusInfo"]["statusCode"] == "Pending"


def test_an_order_moves_to_another_directory_and_loses_its_roles(caller, world):
    """D-706: the whole order moves, roles end but the caller's; scope and billing stay."""
    held = hold(world, scope=Scope("Single", tiny.ADA_AZURE_ONE))
    body = call(caller, "POST", f"{order_path(held)}/changeDirectory", {"destinationTenantId": tiny.BOB})
    assert body["reservationOrder"] == {"id": held.order_id, "name": "web", "isSucceeded": True}
    assert [one["id"] for one in body["reservations"]] == [held.id]
    for tenant, status in ((tiny.ADA, 404), (tiny.BOB, 200)):
        head = these.signed_in(caller, "admin-agent", tenant)
        assert azure_caller.azure(caller, "GET", path(held), headers=head).status_code == status
    assert held.scope == Scope("Single", tiny.ADA_AZURE_ONE)
    head = these.signed_in(caller, "customer-owner", tiny.BOB)
    assert azure_caller.azure(caller, "GET", path(held), headers=head).status_code == 403
    wrong = {"destinationTenantId": "11111111-1111-4111-8111-111111111111"}
    got = refused(caller, "POST", f"{order_path(held)}/changeDirectory", wrong)
    assert got == (400, "InvalidTenantId")
    assert go(world, "2027-01-01") is None
