"""Parts of a reservation that are there or not: where it is applied, what it came from and what it became."""

from __future__ import annotations

from bespeak.sandbox.http.arm.paths import reservation_path
from bespeak.sandbox.http.shapes import capacity as shapes
from bespeak.sandbox.reservation_records import Reservation, Scope
from bespeak.sandbox.world import World


def add_scope(shown: shapes.ReservationProperties, held: Reservation, world: World, *, old: bool) -> None:
    """Where it is applied: newer answers have an object and no list, older ones the list."""
    scope = held.scope
    if scope.kind == "Shared":
        return
    shown["appliedScopeType"] = "ManagementGroup" if scope.kind == "ManagementGroup" else "Single"
    shown["userFriendlyAppliedScopeType"] = scope.kind
    if old and scope.subscription_id:
        shown["appliedScopes"] = [f"/subscriptions/{scope.subscription_id}"]
    else:
        shown["appliedScopeProperties"] = scope_body(scope, held.customer_id, world)


def scope_body(scope: Scope, customer_id: str, world: World) -> shapes.AppliedScope:
    """The object that names a scope other than Shared."""
    owner, _, group = scope.id.partition("/")
    if scope.kind == "ManagementGroup":
        target = f"/providers/Microsoft.Management/managementGroups/{scope.id}"
        return {"managementGroupId": target, "tenantId": customer_id, "displayName": scope.id}
    if scope.kind == "ResourceGroup":
        target = f"/subscriptions/{owner}/resourceGroups/{group}"
        return {"resourceGroupId": target, "displayName": group}
    names = {
        azure.id: azure.name for one in world.directory.subscriptions_of(customer_id) for azure in one.azure
    }
    return {"subscriptionId": f"/subscriptions/{owner}", "displayName": names.get(owner, owner)}


def add_relatives(shown: shapes.ReservationProperties, held: Reservation, world: World) -> None:
    """What it came from and became; sources are whole ids, but lists of several hold bare ones."""
    if split := _split(held, world):
        shown["splitProperties"] = split
    if merge := _merge(held, world):
        shown["mergeProperties"] = merge
    if swap := _swap(held, world):
        shown["swapProperties"] = swap
    if held.renewed_from:
        shown["renewSource"] = _whole(held.renewed_from, world)
    if held.renewed_to:
        shown["renewDestination"] = _whole(held.renewed_to, world)


def _split(held: Reservation, world: World) -> shapes.SplitParts:
    parts: shapes.SplitParts = {}
    if held.split_into:
        parts["splitDestinations"] = list(held.split_into)
    if held.split_source:
        parts["splitSource"] = _whole(held.split_source, world)
    return parts


def _merge(held: Reservation, world: World) -> shapes.MergeParts:
    parts: shapes.MergeParts = {}
    if held.merged_into:
        parts["mergeDestination"] = _whole(held.merged_into, world)
    if held.merge_sources:
        parts["mergeSources"] = list(held.merge_sources)
    return parts


def _swap(held: Reservation, world: World) -> shapes.SwapParts:
    parts: shapes.SwapParts = {}
    if held.swap_source:
        parts["swapSource"] = _whole(held.swap_source, world)
    if held.swapped_into:
        parts["swapDestination"] = _whole(held.swapped_into, world)
    return parts


def _whole(reservation_id: str, world: World) -> str:
    found = world.book.reservation(reservation_id)
    return reservation_path(found) if found else reservation_id
