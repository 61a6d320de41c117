"""Where a reservation may be applied, read from a request and checked against the customer's own (D-440 to D-446)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bespeak.sandbox.directory import Directory
from bespeak.sandbox.members import GUID, object_at, text_at, texts_at
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import Scope

_GROUP = re.compile(r"/?subscriptions/([0-9a-f-]{36})/resourcegroups/([\w.()-]{1,90})/?", re.IGNORECASE)
_PLAIN = re.compile(r"/?(?:subscriptions/)?([0-9a-f-]{36})/?", re.IGNORECASE)
_MANAGED = re.compile(
    r"(?:/?providers/microsoft\.management/managementgroups/)?([\w.()-]{1,90})/?", re.IGNORECASE
)


def scope_in(properties: Mapping[str, Any], customer_id: str, directory: Directory) -> Scope:
    """The scope that ``appliedScopeType`` and its data name (lower-case keys); refuses one that is not the customer's.

    Older requests say where in the list ``appliedScopes``, newer ones in ``appliedScopeProperties``.
    """
    kind = text_at(properties, "appliedScopeType").lower()
    if kind == "shared":
        return _shared(properties)
    if kind == "single":
        return single_scope(_target(properties), customer_id, directory)
    if kind == "managementgroup":
        return _managed(object_at(properties, "appliedScopeProperties"), customer_id, directory)
    what = f"Member 'appliedScopeType' must be Shared, Single or ManagementGroup, not '{kind}'."
    raise RefusalError(400, "BadRequest", what[:300])


def single_scope(text: str, customer_id: str, directory: Directory) -> Scope:
    """The subscription or resource group that a path names; refuses one that is not the customer's."""
    group, plain = _GROUP.fullmatch(text), _PLAIN.fullmatch(text)
    found = group or plain
    if found is None or not GUID.fullmatch(found[1].lower()):
        what = f"'{text}' is no subscription and no resource group. Write /subscriptions/{{id}}."
        raise RefusalError(400, "InvalidSubscriptionId", what[:400])
    owner = found[1].lower()
    if owner not in directory.azure_ids(customer_id):
        raise foreign_scope(text)
    return Scope("ResourceGroup", f"{owner}/{group[2].lower()}") if group else Scope("Single", owner)


def foreign_scope(text: str) -> RefusalError:
    """The refusal of a scope that is unknown or another customer's: one sentence for both."""
    what = f"The applied scope '{text}' is not associated with the commerce account of this purchase."
    return RefusalError(400, "AppliedScopesNotAssociatedWithCommerceAccount", what[:400])


def _shared(properties: Mapping[str, Any]) -> Scope:
    if texts_at(properties, "appliedScopes") or object_at(properties, "appliedScopeProperties"):
        what = "A shared reservation takes neither 'appliedScopes' nor 'appliedScopeProperties'."
        raise RefusalError(400, "BadRequest", what)
    return Scope()


def _target(properties: Mapping[str, Any]) -> str:
    listed = texts_at(properties, "appliedScopes")
    if len(listed) > 1:
        what = f"Member 'appliedScopes' must have one entry for a single scope, not {len(listed)}."
        raise RefusalError(400, "InvalidSingleAppliedScopesCount", what)
    newer = object_at(properties, "appliedScopeProperties")
    named = text_at(newer, "resourceGroupId", "") or text_at(newer, "subscriptionId", "")
    target = named or (listed[0] if listed else "")
    if not target:
        what = "A single scope needs 'appliedScopes' or 'appliedScopeProperties' with a subscription."
        raise RefusalError(400, "MissingAppliedScopesForSingle", what)
    return target


def _managed(newer: Mapping[str, Any], customer_id: str, directory: Directory) -> Scope:
    text = text_at(newer, "managementGroupId")
    found = _MANAGED.fullmatch(text)
    name = found[1].lower() if found else ""
    tenant = text_at(newer, "tenantId", customer_id).lower()
    known = {one.lower(): one for one in directory.groups_of(customer_id)}
    if tenant != customer_id or name not in known:
        raise foreign_scope(text)
    return Scope("ManagementGroup", known[name])
