"""What entitlements and reservations say, read with the shapes that the services really use. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Item = Mapping[str, Any]

_SUBSCRIPTION = re.compile(
    r"(?:/?subscriptions/)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE
)


def vm_artifacts(entitlement: Item) -> Iterator[Item]:
    """The artifacts of an entitlement that are reservations of virtual machines, included entitlements too.

    The kind stands on the artifact, in a sample beside it (Entitlement resources, 2021-03). A kind that is not said
    is taken for machines, so that nothing owned is overlooked.
    """
    beside = _kind(entitlement)
    for artifact in _objects(entitlement.get("entitledArtifacts")):
        is_reservation = (
            str(artifact.get("artifactType", "reservedinstance")).lower().endswith("reservedinstance")
        )
        if is_reservation and (_kind(artifact) or beside or "virtualmachines") == "virtualmachines":
            yield artifact
    for included in _objects(entitlement.get("includedEntitlements")):
        yield from vm_artifacts(included)


def order_of(entitlement: Item) -> str:
    """The Partner Center order of an entitlement, "" when it names none."""
    reference = entitlement.get("referenceOrder")
    return str(reference.get("id") or "") if isinstance(reference, Mapping) else ""


def scope_of(reservation: Item) -> str:
    """``shared``, or the Azure subscription that a reservation is bound to, lower case.

    A resource group counts as its subscription. A management group, whose members are not known here, and a scope that
    cannot be read count as shared: what is owned is never counted twice by advice.
    """
    if str(reservation.get("scopeType", "shared")).lower() in {"shared", "managementgroup"}:
        return "shared"
    applied = reservation.get("appliedScopes")
    texts = [str(one) for one in applied] if isinstance(applied, list) else []
    found = next((match for text in texts if (match := _SUBSCRIPTION.match(text))), None)
    return found[1].lower() if found else "shared"


def _kind(item: Item) -> str:
    """The type of reservation that an item names, "" for none."""
    attributes = item.get("dynamicAttributes")
    return str(attributes.get("reservationType") or "").lower() if isinstance(attributes, Mapping) else ""


def _objects(told: object) -> list[Item]:
    return [one for one in told if isinstance(one, Mapping)] if isinstance(told, list) else []
