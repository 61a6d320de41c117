"""Whether a reservation buys itself again at its end, and how to stop that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from bespeak.clients.azure import reservations
from bespeak.clients.session import Session
from bespeak.errors import MissingError, UnreadableError
from bespeak.holdings.times import read_time


@dataclass(frozen=True, slots=True)
class Renewal:
    """Whether a reservation is bought again when it ends (UTC), and what became of it: Azure's own word."""

    on: bool
    expiry: datetime | None
    state: str

    def __str__(self) -> str:
        end = f"{self.expiry:%Y-%m-%d %H:%M} UTC" if self.expiry else "a date that Azure does not say"
        if self.on:
            return f"Auto-renewal is on: the same is bought again at the end, {end}."
        if self.state.lower() == "renewed":
            return f"It ended {end} and was bought again."
        return f"Auto-renewal is off: it ends {end}, and its machines go back to pay-as-you-go."


def renewal(session: Session, holding: pd.Series[Any]) -> Renewal:
    """The renewal of a row of HOLDINGS.

    A renewal is a new purchase for a new term (Microsoft, *Automatically renew reservations*, 2024-12-06).
    """
    told = session.door.send(reservations.get_reservation(*_ids(holding)))
    return _read(told)


def stop_renewal(session: Session, holding: pd.Series[Any]) -> Renewal:
    """Switches the auto-renewal off, so that nothing is bought at the end; it costs nothing and needs no confirmation.

    Sends nothing when it is off already.
    """
    now = renewal(session, holding)
    if not now.on:
        return now
    session.door.send(reservations.set_renew(*_ids(holding), renew=False))
    return renewal(session, holding)


def _ids(holding: pd.Series[Any]) -> tuple[str, str]:
    order_id, reservation_id = holding["reservation_order_id"], holding["reservation_id"]
    if not order_id or pd.isna(reservation_id):
        raise MissingError(
            f"The reservation of order {holding['order_id']} is still being made.",
            "Look again when 15 minutes have passed.",
        )
    return str(order_id), str(reservation_id)


def _read(told: Mapping[str, Any]) -> Renewal:
    properties = told["properties"]
    if not isinstance(properties, Mapping) or not isinstance(properties.get("renew"), bool):
        raise UnreadableError(
            "Azure does not say whether the reservation renews itself.", "Look in the portal."
        )
    state = str(properties.get("userFriendlyRenewState") or "")
    return Renewal(properties["renew"], read_time(properties.get("expiryDateTime")), state)
