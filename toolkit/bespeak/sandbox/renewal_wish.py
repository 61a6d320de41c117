"""The purchase request of a renewal as a reservation keeps it: the JSON text that Azure takes and shows."""

from __future__ import annotations

import json
from typing import Any, cast

from bespeak.sandbox.purchase_request import PurchaseRequest
from bespeak.sandbox.reservation_records import BillingPlan, Scope

_GROUPS = "/providers/Microsoft.Management/managementGroups/"


def as_text(wish: PurchaseRequest) -> str:
    """A purchase request as text."""
    properties: dict[str, Any] = {
        "reservedResourceType": "VirtualMachines",
        "billingScopeId": f"/subscriptions/{wish.billing_id}",
        "term": wish.term,
        "billingPlan": wish.plan,
        "quantity": wish.quantity,
        "displayName": wish.name,
        "appliedScopeType": "Single" if wish.scope.kind == "ResourceGroup" else wish.scope.kind,
        "renew": wish.renew,
        "reservedResourceProperties": {"instanceFlexibility": "On" if wish.flexible else "Off"},
    }
    if wish.scope.kind != "Shared":
        properties["appliedScopeProperties"] = _where(wish.scope)
    return json.dumps({"sku": {"name": wish.size}, "location": wish.region, "properties": properties})


def _where(scope: Scope) -> dict[str, str]:
    owner, _, group = scope.id.partition("/")
    if scope.kind == "ManagementGroup":
        return {"managementGroupId": _GROUPS + scope.id}
    path = f"/subscriptions/{owner}"
    return {"resourceGroupId": f"{path}/resourceGroups/{group}"} if group else {"subscriptionId": path}


def from_text(text: str) -> PurchaseRequest:
    """The purchase request of such a text."""
    raw = json.loads(text)
    asked = raw["properties"]
    return PurchaseRequest(
        size=raw["sku"]["name"],
        region=raw["location"],
        billing_id=asked["billingScopeId"].removeprefix("/subscriptions/"),
        term=asked["term"],
        plan=cast("BillingPlan", asked["billingPlan"]),
        quantity=asked["quantity"],
        name=asked["displayName"],
        scope=_scope(asked.get("appliedScopeProperties", {})),
        flexible=asked["reservedResourceProperties"]["instanceFlexibility"] == "On",
        renew=asked["renew"],
    )


def _scope(where: dict[str, str]) -> Scope:
    if "managementGroupId" in where:
        return Scope("ManagementGroup", where["managementGroupId"].removeprefix(_GROUPS))
    if "resourceGroupId" in where:
        owner, _, group = (
            where["resourceGroupId"].removeprefix("/subscriptions/").partition("/resourceGroups/")
        )
        return Scope("ResourceGroup", f"{owner}/{group}")
    if "subscriptionId" in where:
        return Scope("Single", where["subscriptionId"].removeprefix("/subscriptions/"))
    return Scope()
