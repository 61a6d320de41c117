"""What a customer is and owns, as it was read at one time, and how it is kept as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, cast

import pandas as pd

from bespeak.customers import CustomerDetails
from bespeak.customers.details import Kind
from bespeak.tables import AZURE_SUBSCRIPTIONS, HOLDINGS, SUBSCRIPTIONS

_VERSION = 1
_TIMES = ("start", "expiry")


@dataclass(frozen=True, slots=True)
class Used:
    """The reserved and used hours of one reservation on one day."""

    day: date
    used: float
    reserved: float


@dataclass(frozen=True, slots=True)
class Owned:
    """One reservation: its row of HOLDINGS, whether it renews itself, its use, and what an hour of it costs.

    ``renews`` and ``hour_price`` (one instance, list price spread over the term) are ``None`` where that is not known;
    ``unread`` says what could not be read of it.
    """

    holding: Mapping[str, Any]
    renews: bool | None = None
    use: tuple[Used, ...] = ()
    hour_price: float | None = None
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read of one customer; ``why_not`` says why it could not be, and then nothing else counts."""

    customer_id: str
    read: datetime
    kind: str = ""
    country: str = ""
    currency: str = ""
    owned: tuple[Owned, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    no_prices: str = ""
    why_not: str = ""

    @property
    def holdings(self) -> pd.DataFrame:
        """The table HOLDINGS."""
        return HOLDINGS.frame(one.holding for one in self.owned) if self.owned else _nothing_owned()

    @property
    def legacy(self) -> list[str]:
        """The legacy subscriptions, each of which is asked for its usage alone."""
        return [str(one["subscription_id"]) for one in self.details["held"] if one["kind"] == "legacy"]

    @property
    def customer(self) -> CustomerDetails:
        """What was read of the customer, as those take it who read its usage."""
        told = self.details
        return CustomerDetails(
            customer_id=self.customer_id,
            name=str(told["name"]),
            domain=str(told["domain"]),
            country=self.country,
            currency=told["currency"],
            relationship=str(told["relationship"]),
            kind=cast("Kind", self.kind),
            subscriptions=SUBSCRIPTIONS.frame(told["held"]),
            azure_subscriptions=AZURE_SUBSCRIPTIONS.frame(told["azure"]),
            agreement_signed=told["agreement_signed"],
        )

    def as_json(self) -> dict[str, Any]:
        """The facts as JSON can hold them."""
        return {
            "version": _VERSION,
            "customer_id": self.customer_id,
            "read": self.read.isoformat(),
            "kind": self.kind,
            "country": self.country,
            "currency": self.currency,
            "details": self.details,
            "no_prices": self.no_prices,
            "why_not": self.why_not,
            "owned": [_owned_json(one) for one in self.owned],
        }


@cache
def _nothing_owned() -> pd.DataFrame:
    return HOLDINGS.frame([])


def details_json(details: CustomerDetails) -> dict[str, Any]:
    """What is kept of a customer beside its kind and market."""
    return {
        "name": details.name,
        "domain": details.domain,
        "currency": details.currency,
        "relationship": details.relationship,
        "agreement_signed": details.agreement_signed,
        "held": _rows(details.subscriptions),
        "azure": _rows(details.azure_subscriptions),
    }


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of texts, empty cells as ``None``."""
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def facts_of(told: Mapping[str, Any]) -> Facts:
    """The facts that ``as_json`` gave; raises ``KeyError``, ``TypeError`` or ``ValueError`` for anything else."""
    if told["version"] != _VERSION:
        raise ValueError(told["version"])
    return Facts(
        customer_id=str(told["customer_id"]),
        read=datetime.fromisoformat(told["read"]),
        kind=str(told["kind"]),
        country=str(told["country"]),
        currency=str(told["currency"]),
        details=dict(told["details"]),
        no_prices=str(told["no_prices"]),
        why_not=str(told["why_not"]),
        owned=tuple(_owned_of(one) for one in told["owned"]),
    )


def _owned_json(one: Owned) -> dict[str, Any]:
    holding = {
        name: value.isoformat() if name in _TIMES and value is not None else value
        for name, value in one.holding.items()
    }
    use = [[day.day.isoformat(), day.used, day.reserved] for day in one.use]
    return {
        "holding": holding,
        "renews": one.renews,
        "use": use,
        "hour_price": one.hour_price,
        "unread": one.unread,
    }


def _owned_of(told: Mapping[str, Any]) -> Owned:
    holding = {
        name: datetime.fromisoformat(value) if name in _TIMES and value is not None else value
        for name, value in told["holding"].items()
    }
    return Owned(
        holding=holding,
        renews=told["renews"],
        use=tuple(Used(date.fromisoformat(day), float(used), float(res)) for day, used, res in told["use"]),
        hour_price=told["hour_price"],
        unread=str(told["unread"]),
    )
