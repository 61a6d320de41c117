"""Revisions, and reservations in the older shape that split, merge and earlier versions answer with."""

from __future__ import annotations

from collections.abc import Mapping

from bespeak.sandbox.clock import iso7
from bespeak.sandbox.http.arm.paths import reservation_path as path_of
from bespeak.sandbox.http.arm.reservation_state import status_words
from bespeak.sandbox.http.shapes import capacity as parts
from bespeak.sandbox.http.shapes import changes as shapes
from bespeak.sandbox.reservation_records import Reservation, Revision, Scope

_RESERVATION = "Microsoft.Capacity/reservationOrders/reservations"
_SCOPE_TYPES: Mapping[str, str] = {
    "ResourceGroup": "Single",
    "Single": "Single",
    "ManagementGroup": "ManagementGroup",
    "Shared": "Shared",
}


def scope_type(scope: Scope) -> str:
    """The kind of a scope as the service names it; a resource group is a single scope."""
    return _SCOPE_TYPES[scope.kind]


def scope_path(scope: Scope) -> str:
    """The path of a single scope; of a resource group its own."""
    owner, _, group = scope.id.partition("/")
    return f"/subscriptions/{owner}/resourceGroups/{group}" if group else f"/subscriptions/{owner}"


def lineage(
    held: Reservation,
) -> tuple[parts.SplitParts | None, parts.MergeParts | None, parts.SwapParts | None]:
    """Where a reservation came from and what it became, with whole ids, unlike the read of a single one."""

    def whole(key: str) -> str:
        return path_of(held).replace(held.id, key)

    def listed(keys: list[str]) -> list[str]:
        return [whole(key) for key in keys]

    split: parts.SplitParts = {}
    merge: parts.MergeParts = {}
    swap: parts.SwapParts = {}
    if held.split_into:
        split["splitDestinations"] = listed(held.split_into)
    if held.split_source:
        split["splitSource"] = whole(held.split_source)
    if held.merged_into:
        merge["mergeDestination"] = whole(held.merged_into)
    if held.merge_sources:
        merge["mergeSources"] = listed(held.merge_sources)
    if held.swapped_into:
        swap["swapDestination"] = whole(held.swapped_into)
    if held.swap_source:
        swap["swapSource"] = whole(held.swap_source)
    return split or None, merge or None, swap or None


def effective(held: Reservation, upto: int) -> Revision:
    """The revision that was in force when the one of this number was the newest: it is not ``Pending``."""
    known = [one for one in held.revisions if one.etag <= upto]
    settled = [one for one in known if one.state != "Pending"]
    return (settled or known)[-1]


def revision_body(held: Reservation, revision: Revision, version: str) -> shapes.Revision:
    """One revision; its name is its number from 2022-11-01 on."""
    path = f"{path_of(held)}/revisions/{revision.etag}"
    older = f"{held.order_id}/{held.id}/{revision.etag}"
    return {
        "sku": {"name": held.offer.size},
        "id": path,
        "type": f"{_RESERVATION}/revisions",
        "name": str(revision.etag) if version >= "2022-11" else older,
        "etag": revision.etag,
        "location": held.offer.region,
        "properties": _revision_properties(held, revision),
    }


def _revision_properties(held: Reservation, revision: Revision) -> shapes.RevisionProperties:
    applied = revision.applied or held.applied[0]
    shown: shapes.RevisionProperties = {
        "appliedScopeType": scope_type(applied.scope),
        "quantity": revision.quantity,
        "provisioningState": revision.state,
        "expiryDateTime": iso7(held.expiry),
        "benefitStartTime": iso7(held.starts),
        "displayName": revision.name,
        "effectiveDateTime": iso7(effective(held, revision.etag).at),
        "lastUpdatedDateTime": iso7(revision.at),
        "reservedResourceType": "VirtualMachines",
        "instanceFlexibility": "On" if applied.flexible else "Off",
        "skuDescription": held.offer.title,
        "renew": revision.renew,
        "archived": revision.archived,
    }
    if revision.status_code:
        shown["extendedStatusInfo"] = status_words(revision.status_code, revision.state)
    if revision.etag == held.etag:
        _add_lineage(shown, held)
    return shown


def old_body(held: Reservation) -> shapes.OldReservation:
    """A reservation as the results of split and merge show it."""
    return {
        "sku": {"name": held.offer.size},
        "id": path_of(held),
        "type": _RESERVATION,
        "name": f"{held.order_id}/{held.id}",
        "etag": held.etag,
        "location": held.offer.region,
        "properties": _old_properties(held),
    }


def _old_properties(held: Reservation) -> shapes.OldProperties:
    newest = held.revisions[-1]
    shown: shapes.OldProperties = {
        "appliedScopeType": scope_type(held.scope),
        "quantity": held.quantity,
        "provisioningState": newest.state,
        "expiryDate": held.expiry.date().isoformat(),
        "displayName": held.name,
        "effectiveDateTime": iso7(effective(held, newest.etag).at),
        "lastUpdatedDateTime": iso7(newest.at),
        "reservedResourceType": "VirtualMachines",
        "instanceFlexibility": "On" if held.now_applied.flexible else "Off",
        "skuDescription": held.offer.title,
        "renew": held.renew,
    }
    if held.scope.kind in ("Single", "ResourceGroup"):
        shown["appliedScopes"] = [scope_path(held.scope)]
    if newest.status_code:
        shown["extendedStatusInfo"] = status_words(newest.status_code, newest.state)
    _add_lineage(shown, held)
    return shown


def _add_lineage(shown: shapes.RevisionProperties | shapes.OldProperties, held: Reservation) -> None:
    split, merge, swap = lineage(held)
    if split:
        shown["splitProperties"] = split
    if merge:
        shown["mergeProperties"] = merge
    if swap:
        shown["swapProperties"] = swap
