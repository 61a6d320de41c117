"""What a customer owns: reservations behind its entitlements, and own orders that are too young to be listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from bespeak.clients.partner_center import entitlements
from bespeak.clients.session import Session
from bespeak.customers import CustomerDetails
from bespeak.errors import UnreadableError
from bespeak.holdings.covered import Lookup
from bespeak.holdings.times import read_time
from bespeak.holdings.wire import Item, order_of, scope_of, vm_artifacts
from bespeak.holdings.young import young_rows
from bespeak.tables import HOLDINGS
from bespeak.worlds import stamp


def holdings(session: Session, details: CustomerDetails) -> pd.DataFrame:
    """The customer's VM reservations (contract ``HOLDINGS``), oldest first; those that ended too, with their state.

    Raises ``MissingError`` or ``ServiceError`` when one of them cannot be read: it would be advised a second time.
    """
    found = session.door.collect(entitlements.list_entitlements(details.customer_id))
    lookup = Lookup(session, details)
    rows = [row for entitlement in found for row in _rows(session, details, entitlement, lookup)]
    orders, names = [order_of(entitlement) for entitlement in found], [str(row["name"]) for row in rows]
    rows += young_rows(session, details, orders, names)
    table = stamp(session.world, HOLDINGS.frame(rows))
    return table.sort_values(["start", "order_id", "reservation_id"], kind="stable", ignore_index=True)


def _rows(
    session: Session, details: CustomerDetails, entitlement: Item, lookup: Lookup
) -> Iterator[Mapping[str, Any]]:
    for artifact in vm_artifacts(entitlement):
        order_id = str(artifact.get("resourceId") or "").lower()
        for reservation in session.door.send(entitlements.artifact(details.customer_id, artifact)):
            yield _row(entitlement, order_id, reservation, lookup)


def _row(entitlement: Item, order_id: str, reservation: Item, lookup: Lookup) -> Mapping[str, Any]:
    reservation_id = str(reservation.get("reservationId") or "").lower()
    covered = lookup.covered(entitlement, order_id, reservation_id)
    group, ratio = covered.group
    return {
        "reservation_order_id": order_id,
        "reservation_id": reservation_id or None,
        "order_id": order_of(entitlement),
        "name": str(reservation.get("displayName") or ""),
        "size": covered.size,
        "region": covered.region,
        "group": group,
        "ratio": ratio,
        "quantity": _quantity(reservation, reservation_id),
        "term": covered.term,
        "scope": scope_of(reservation),
        "start": read_time(reservation.get("effectiveDateTime")),
        "expiry": read_time(reservation.get("expiryDateTime")),
        "state": str(reservation.get("provisioningState") or "Unknown"),
        "source": "entitlement",
    }


def _quantity(reservation: Item, reservation_id: str) -> int:
    found = reservation.get("quantity")
    if isinstance(found, bool) or not isinstance(found, int) or found < 0:
        raise UnreadableError(
            f"Reservation {reservation_id} has the quantity {found!r}, which is no number of instances.",
            "Look at it in the Azure portal.",
        )
    return found
