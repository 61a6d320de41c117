"""Entitlements after what happens in Azure: rescoped, split, returned, expired; both contracts."""

from datetime import timedelta

import pytest
from commerce_steps import buy, line, refused, switch
from tiny_world import ADA, BOB, BOB_AZURE_ONE

from bespeak.sandbox.reservation_records import Applied, Reservation, Scope

ALL = f"/v1/customers/{BOB}/entitlements"


def artifact(caller, query=""):
    (owned,) = caller.get(f"{ALL}{query}")["items"]
    uri = owned["entitledArtifacts"][0]["link"]["uri"]
    return owned, caller.get("/v1/" + uri.removeprefix("/v1").lstrip("/"))


@pytest.fixture
def held(caller):
    """Four instances, bought and fulfilled."""
    buy(caller, line(caller, quantity=4))
    caller.advance(15)
    (only,) = caller.world.book.reservations(BOB)
    return only


def end(held, now, why):
    held.until, held.ended_as = now, why
    if why == "Returned":
        held.revise(now, "Cancelled", "Cancelled")


def part_of(held, key, quantity, now):
    return Reservation(
        id=key,
        order_id=held.order_id,
        customer_id=held.customer_id,
        offer=held.offer,
        name=held.name,
        quantity=quantity,
        starts=held.starts,
        since=now,
        applied=[Applied(now, held.scope, flexible=True)],
    )


@pytest.mark.parametrize(
    ("scope", "kind", "applied"),
    [
        (Scope("Single", BOB_AZURE_ONE), "Single", [f"/subscriptions/{BOB_AZURE_ONE}"]),
        (
            Scope("ResourceGroup", f"{BOB_AZURE_ONE}/rg-p"),
            "Single",
            [f"/subscriptions/{BOB_AZURE_ONE}/resourceGroups/rg-p"],
        ),
        (
            Scope("ManagementGroup", BOB),
            "ManagementGroup",
            [f"/providers/Microsoft.Management/managementGroups/{BOB}"],
        ),
    ],
)
def test_a_changed_scope_shows(caller, held, scope, kind, applied):
    held.applied.append(Applied(caller.world.now, scope, flexible=True))
    _, body = artifact(caller)
    shown = body["reservations"][0]
    assert (shown["scopeType"], shown["appliedScopes"]) == (kind, applied)
    assert shown["provisioningState"] == "Created"


def test_a_split_shows_its_parts_only(caller, held):
    now = caller.world.now
    order = caller.world.book.order_of(held)
    end(held, now, "Split")
    parts = [part_of(held, f"eeeeeeee-0000-4000-8000-00000000000{n}", n, now) for n in (1, 3)]
    caller.world.book.add(order, *parts)
    owned, body = artifact(caller)
    assert owned["quantity"] == 4
    assert [one["quantity"] for one in body["reservations"]] == [1, 3]


def test_a_return_lowers_the_quantity_and_shows_cancelled(caller, held):
    now = caller.world.now
    end(held, now, "Split")
    parts = [part_of(held, f"eeeeeeee-0000-4000-8000-00000000000{n}", n, now) for n in (1, 3)]
    caller.world.book.add(caller.world.book.order_of(held), *parts)
    caller.advance(60)
    end(parts[1], caller.world.now, "Returned")
    owned, body = artifact(caller)
    assert owned["quantity"] == 1
    assert owned["quantityDetails"] == [
        {"quantity": 1, "status": "Fulfilled"},
        {"quantity": 3, "status": "Unfulfilled"},
    ]
    assert [one["provisioningState"] for one in body["reservations"]] == ["Created", "Cancelled"]
    end(parts[0], caller.world.now, "Returned")
    owned, _ = artifact(caller)
    assert (owned["quantity"], owned["fulfillmentState"]) == (0, "Unfulfilled")


def test_an_expired_reservation_shows_it(caller, held):
    caller.advance(365 * 24 * 60)
    owned, body = artifact(caller, "?showExpiry=True")
    assert (owned["quantity"], owned["expiryDate"]) == (0, "2027-11-16T00:00:00")
    assert body["reservations"][0]["provisioningState"] == "Expired"
    assert held.expiry - held.starts == timedelta(days=365)


def test_what_moved_to_another_directory_is_gone(caller, held):
    caller.world.book.order_of(held).tenant_id = ADA
    assert caller.get(ALL)["items"] == []


@pytest.mark.usefixtures("held")
def test_the_old_contract(caller):
    owned, body = artifact(caller, "?entitlementType=virtualmachinereservedinstance")
    assert owned["entitlementType"] == "virtual_machine_reserved_instance"
    assert "alternateId" not in owned["referenceOrder"]
    assert owned["entitledArtifacts"][0]["artifactType"] == "virtual_machine_reserved_instance"
    assert body["type"] == "virtual_machine_reserved_instance"
    assert body["virtualMachineReservations"][0]["quantity"] == 4


@pytest.mark.usefixtures("held")
def test_types_of_entitlements(caller):
    counts = {
        word: caller.get(f"{ALL}?entitlementType={word}")["totalCount"]
        for word in ("reservedInstance", "reservedinstance", "virtual_machine_reserved_instance", "software")
    }
    assert list(counts.values()) == [1, 1, 1, 0]
    assert refused(caller, "GET", f"{ALL}?entitlementType=shoes") == (400, 2001)


@pytest.mark.usefixtures("held")
def test_the_artifact_of_another_customer_is_not_found(caller):
    (owned,) = caller.get(ALL)["items"]
    uri = "/v1/" + owned["entitledArtifacts"][0]["link"]["uri"]
    assert refused(caller, "GET", uri.replace(BOB, ADA)) == (404, 1000)
    assert refused(caller, "GET", uri.replace("lineitems/0", "lineitems/1")) == (404, 1000)
    assert refused(caller, "GET", uri, user=False) == (403, 900329)


def test_fulfilment_can_take_longer(caller):
    switch(caller, order_minutes=90)
    buy(caller, line(caller))
    caller.advance(89)
    assert caller.get(ALL)["items"] == []
    caller.advance(1)
    assert caller.get(ALL)["totalCount"] == 1
