"""What a role of Azure allows: D-210 to D-214, D-220 to D-228, D-813, D-906."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tiny_world import ADA, ADA_AZURE_ONE, ADA_AZURE_TWO, BOB, BOB_AZURE_ONE

from bespeak.sandbox.azure_roles import AzureRole, role_named
from bespeak.sandbox.grants import ADMIN_AGENTS, Assignment, object_id
from bespeak.sandbox.ids import guid
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import Offer, ReservationOrder, Scope, first_reservation
from bespeak.sandbox.rights import ORDER, can, may, sees

BUY = "Microsoft.Capacity/reservationOrders/purchase/action"
QUOTE = "Microsoft.Capacity/calculatePrice/action"
RETURN = "Microsoft.Capacity/reservationOrders/return/action"
EXCHANGE = "Microsoft.Capacity/exchange/action"
SPLIT = "Microsoft.Capacity/reservationOrders/split/action"
PATCH = "Microsoft.Capacity/reservationOrders/reservations/write"
READ = "Microsoft.Capacity/reservationOrders/read"
DELEGATE = "Microsoft.Authorization/roleAssignments/write"
ADA_SCOPE = f"/subscriptions/{ADA_AZURE_ONE}"
CAPACITY = "/providers/Microsoft.Capacity"
PARTNERS = ("sales-agent", "helpdesk-agent", "billing-admin", "global-admin", "user-admin", "app")


def assign(world, principal, role, scope, customer=ADA):
    role_id = role.id if isinstance(role, AzureRole) else role_named(role).id
    owner = object_id(principal, customer)
    made = Assignment(
        guid("test", scope, role_id, owner), customer, scope, role_id, owner, "User", world.now, owner
    )
    world.grants.add(made)
    return made


def buy(world, name="first", buyer="partner"):
    offer = Offer("P", "S", "Standard_D2s_v5", "polandcentral", "P1Y", "title", Decimal(595), "USD")
    order = ReservationOrder(
        guid("order", name),
        ADA,
        offer,
        name,
        2,
        "Upfront",
        ADA_AZURE_ONE,
        world.now,
        world.now,
        world.now,
        buyer=buyer,
    )
    world.book.add(order, first_reservation(order, guid("held", name), Scope(), flexible=True))
    return order, f"{ORDER}/{order.id}"


def test_an_admin_agent_is_owner_on_behalf_until_the_customer_ends_it(world):
    """D-211, D-220."""
    may(world, "admin-agent", BUY, ADA_SCOPE, ADA)
    given = next(one for one in world.grants.exactly_at(ADA_SCOPE, ADA) if one.principal_id == ADMIN_AGENTS)
    world.grants.remove(given, world.now)
    assert not can(world, "admin-agent", BUY, ADA_SCOPE, ADA)
    assert can(world, "admin-agent", BUY, f"/subscriptions/{ADA_AZURE_TWO}", ADA)


@pytest.mark.parametrize("principal", PARTNERS)
def test_others_of_the_partner_need_explicit_access(world, principal):
    """D-210, D-214: a role of Partner Center counts for nothing in Azure."""
    assert not can(world, principal, BUY, ADA_SCOPE, ADA)
    _, order = buy(world)
    assert not can(world, principal, READ, order, ADA)
    assign(world, principal, "Owner", ADA_SCOPE)
    assert can(world, principal, BUY, ADA_SCOPE, ADA)


def test_a_refusal_names_client_action_and_scope(world):
    with pytest.raises(RefusalError) as caught:
        may(world, "sales-agent", BUY, ADA_SCOPE, ADA)
    assert (caught.value.status, caught.value.code) == (403, "AuthorizationFailed")
    for part in ("sales-agent@", object_id("sales-agent", ADA), BUY, ADA_SCOPE):
        assert part in caught.value.description


def test_lighthouse_reaches_machines_and_no_reservation(world):
    """D-212: whatever role it is given on an order."""
    _, order = buy(world)
    assert can(world, "lighthouse", "Microsoft.Compute/virtualMachines/read", ADA_SCOPE, ADA)
    assert not can(world, "lighthouse", "Microsoft.Compute/virtualMachines/read", ADA_SCOPE, BOB)
    assert not can(world, "lighthouse", BUY, ADA_SCOPE, ADA)
    assert not can(world, "lighthouse", DELEGATE, ADA_SCOPE, ADA)
    for place in (order, CAPACITY, ADA_SCOPE):
        assign(world, "lighthouse", "Owner", place)
    for action in (READ, RETURN, SPLIT):
        assert not can(world, "lighthouse", action, order, ADA)
    assert not can(world, "lighthouse", BUY, ADA_SCOPE, ADA)


def test_a_guest_looks_but_returns_nothing_until_it_is_added_to_the_order(world):
    """D-213."""
    _, order = buy(world)
    assert can(world, "guest", READ, order, ADA)
    assert not can(world, "guest", RETURN, order, ADA)
    assert not can(world, "guest", PATCH, f"{order}/reservations/x", ADA)
    assign(world, "guest", "Owner", order)
    assert can(world, "guest", RETURN, order, ADA)
    assert can(world, "guest", EXCHANGE, order, ADA)


def test_a_purchaser_buys_without_being_owner_in_one_step_only(world):
    """D-221, D-633: reported that the two-step flow refuses it; a switch says otherwise."""
    assign(world, "customer-user", "Reservation Purchaser", ADA_SCOPE)
    assert can(world, "customer-user", "Microsoft.Capacity/reservationOrderAliases/write", ADA_SCOPE, ADA)
    assert not can(world, "customer-user", QUOTE, ADA_SCOPE, ADA)
    world.switches.purchaser_in_two_steps = True
    assert can(world, "customer-user", BUY, ADA_SCOPE, ADA)
    assert not can(world, "customer-user", "Microsoft.Compute/virtualMachines/write", ADA_SCOPE, ADA)


@pytest.mark.parametrize(
    "role", ["Contributor", "Reader", "User Access Administrator", "Reservations Administrator"]
)
def test_no_other_role_buys(world, role):
    assign(world, "sales-agent", role, ADA_SCOPE)
    assert not can(world, "sales-agent", BUY, ADA_SCOPE, ADA)


def test_a_custom_role_that_imitates_owner_does_not_buy(world):
    """D-225."""
    custom = AzureRole(guid("custom"), "Owner", "", ("*",), custom=True)
    world.grants.state.custom[custom.id] = custom
    assign(world, "sales-agent", custom, ADA_SCOPE)
    assert can(world, "sales-agent", "Microsoft.Compute/virtualMachines/read", ADA_SCOPE, ADA)
    for action in (BUY, QUOTE, "Microsoft.Capacity/reservationOrderAliases/write"):
        assert not can(world, "sales-agent", action, ADA_SCOPE, ADA)
    _, order = buy(world)
    assert not can(world, "sales-agent", RETURN, order, ADA)


@pytest.mark.parametrize(
    ("role", "reads", "splits", "delegates", "returns"),
    [
        ("Owner", True, True, True, True),
        ("Reservations Administrator", True, True, True, True),
        ("Reservations Contributor", True, True, False, False),
        ("Reservations Reader", True, False, False, False),
        ("User Access Administrator", True, False, True, False),
    ],
)
def test_each_role_on_an_order_does_its_part(world, role, reads, splits, delegates, returns):
    """D-222, D-223, D-224, D-226."""
    _, order = buy(world)
    assign(world, "sales-agent", role, order)
    found = [can(world, "sales-agent", action, order, ADA) for action in (READ, SPLIT, DELEGATE, RETURN)]
    assert found == [reads, splits, delegates, returns]


def test_a_role_on_a_reservation_only_does_not_return_it(world):
    """D-226: on the order, not just on the reservation."""
    _, order = buy(world)
    one = f"{order}/reservations/{guid('held', 'first')}"
    assign(world, "sales-agent", "Owner", one)
    assert can(world, "sales-agent", PATCH, one, ADA)
    assert not can(world, "sales-agent", RETURN, one, ADA)
    assert not can(world, "sales-agent", RETURN, order, ADA)


def test_an_owner_at_the_purchase_owns_the_order_and_a_later_one_does_not(world):
    """D-227, although the sandbox clock stands still between the two."""
    assign(world, "sales-agent", "Owner", ADA_SCOPE)
    bought, order = buy(world)
    assign(world, "helpdesk-agent", "Owner", ADA_SCOPE)
    assert can(world, "sales-agent", RETURN, order, ADA)
    assert not can(world, "helpdesk-agent", READ, order, ADA)
    assert not sees(world, "helpdesk-agent", bought.id, ADA)


def test_an_order_keeps_its_owner_when_the_subscription_loses_it(world):
    """D-227: nothing is inherited in either direction."""
    given = assign(world, "sales-agent", "Owner", ADA_SCOPE)
    _, order = buy(world)
    world.advance(60)
    world.grants.remove(given, world.now)
    assert not can(world, "sales-agent", BUY, ADA_SCOPE, ADA)
    assert can(world, "sales-agent", RETURN, order, ADA)


def test_who_bought_owns_the_order(world):
    """D-227: a Purchaser owns what it bought."""
    assign(world, "sales-agent", "Reservation Purchaser", ADA_SCOPE)
    bought, order = buy(world)
    assert not can(world, "sales-agent", SPLIT, order, ADA)
    world.grants.bought(bought, "sales-agent")
    assert can(world, "sales-agent", SPLIT, order, ADA)


def test_a_tenant_wide_grant_reaches_orders_bought_later(world):
    """D-228."""
    assign(world, "sales-agent", "Reservations Administrator", CAPACITY)
    _, order = buy(world)
    assert can(world, "sales-agent", RETURN, order, ADA)
    assert not can(world, "sales-agent", READ, order, BOB)


@pytest.mark.parametrize("action", [RETURN, EXCHANGE, "Microsoft.Capacity/calculateExchange/action"])
def test_a_customer_returns_and_exchanges_nothing_although_it_owns_the_order(world, action):
    """D-813, D-906."""
    _, order = buy(world, buyer="customer")
    assert can(world, "customer-owner", SPLIT, order, ADA)
    with pytest.raises(RefusalError, match="their partner does it"):
        may(world, "customer-owner", action, order, ADA)


@pytest.mark.parametrize("part", ["scope", "renew"])
def test_a_customer_neither_rescopes_nor_renews_but_may_rename(world, part):
    """D-906."""
    _, order = buy(world, buyer="customer")
    one = f"{order}/reservations/{guid('held', 'first')}"
    may(world, "customer-owner", PATCH, one, ADA, touches=("name",))
    with pytest.raises(RefusalError, match="AuthorizationFailed"):
        may(world, "customer-owner", PATCH, one, ADA, touches=(part,))
    may(world, "admin-agent", PATCH, one, ADA, touches=(part,))


def test_a_right_in_one_tenant_is_none_in_another(world):
    assert not can(world, "customer-owner", BUY, f"/subscriptions/{BOB_AZURE_ONE}", ADA)
    assert not can(world, "admin-agent", READ, f"/subscriptions/{guid('nowhere')}", ADA)


def test_a_role_on_a_management_group_counts_in_its_subscriptions(world):
    world.state.directory.management_groups[ADA] = {"production": [ADA_AZURE_TWO]}
    assign(world, "sales-agent", "Owner", "/providers/Microsoft.Management/managementGroups/production")
    assert can(world, "sales-agent", BUY, f"/subscriptions/{ADA_AZURE_TWO}", ADA)
    assert not can(world, "sales-agent", BUY, ADA_SCOPE, ADA)


def test_reading_the_use_of_a_reservation_needs_reading_it(world):
    _, order = buy(world)
    action = "Microsoft.Consumption/reservationSummaries/read"
    assign(world, "sales-agent", "Reservations Reader", order)
    assert can(world, "sales-agent", action, order, ADA)
    assert not can(world, "helpdesk-agent", action, order, ADA)


def test_asking_changes_nothing_and_grants_survive_a_snapshot(world):
    assign(world, "sales-agent", "Owner", ADA_SCOPE)
    _, order = buy(world)
    before = world.snapshot()
    for principal in (*PARTNERS, "guest", "customer-owner", "admin-agent"):
        can(world, principal, RETURN, order, ADA)
    assert world.snapshot() == before
    world.restore(before)
    assert can(world, "sales-agent", RETURN, order, ADA)
    world.advance(int(timedelta(days=1).total_seconds() // 60))
    assert can(world, "sales-agent", RETURN, order, ADA)
