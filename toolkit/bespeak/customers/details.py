"""What is known of one customer: market, agreement, subscriptions and their registration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import pandas as pd

from bespeak.catalogue import market
from bespeak.clients.call import Door
from bespeak.clients.partner_center import customers as customer_calls
from bespeak.clients.partner_center import subscriptions as subscription_calls
from bespeak.clients.session import Session
from bespeak.errors import MissingError, RefusedError, ServiceError
from bespeak.tables import AZURE_SUBSCRIPTIONS, SUBSCRIPTIONS

Kind = Literal["azure_plan", "legacy", "none"]
T = TypeVar("T")

#: Microsoft's offer ids (Get a customer's subscriptions; Create an Azure plan, 2021-03).
_LEGACY = "ms-azr-0145p"
_PLAN = "dzh318z0bps6:"


@dataclass(frozen=True, eq=False, repr=False)
class CustomerDetails:
    """One customer as it was read: who, where, through which subscriptions, and what it has signed.

    ``country`` is an ISO 3166 code and "" when it may not be read; ``currency`` is that of its sales market, if known.
    ``subscriptions`` is a SUBSCRIPTIONS table, ``azure_subscriptions`` an AZURE_SUBSCRIPTIONS table.
    ``agreement_signed`` is ``None`` when it could not be read.
    """

    customer_id: str
    name: str
    domain: str
    country: str
    currency: str | None
    relationship: str
    kind: Kind
    subscriptions: pd.DataFrame
    azure_subscriptions: pd.DataFrame
    agreement_signed: bool | None

    def __repr__(self) -> str:
        count = len(self.azure_subscriptions)
        kind = {"azure_plan": "Azure plan", "legacy": "legacy Azure", "none": "no Azure"}[self.kind]
        plural = "" if count == 1 else "s"
        return f"CustomerDetails({self.name}, {self.country or '??'}, {kind}, {count} Azure subscription{plural})"


def customer_details(session: Session, customer_id: str) -> CustomerDetails:
    """What Partner Center knows of a customer.

    Raises ``InputError`` for what is no id, and ``MissingError`` when there is no such customer.
    """
    door = session.door
    item = _customer(door, customer_id)
    listed = door.collect(subscription_calls.list_subscriptions(customer_id))
    subscriptions = _subscriptions(door, customer_id, listed)
    country = _country(item)
    profile = item.get("companyProfile") or {}
    return CustomerDetails(
        customer_id=str(item["id"]).lower(),
        name=str(profile.get("companyName") or ""),
        domain=str(profile.get("domain") or ""),
        country=country,
        currency=_currency(country),
        relationship=str(item.get("relationshipToPartner") or "unknown").lower(),
        kind=_kind(subscriptions["kind"].tolist()),
        subscriptions=subscriptions,
        azure_subscriptions=_azure_subscriptions(door, customer_id, listed),
        agreement_signed=_agreement_signed(door, customer_id),
    )


def _customer(door: Door, customer_id: str) -> dict[str, Any]:
    try:
        return door.send(customer_calls.get_customer(customer_id))
    except RefusedError as error:
        if error.status != 404:  # noqa: PLR2004  # not found
            raise
        raise MissingError(
            f"There is no customer with the id {customer_id}.",
            "Find it by its name or domain, and use its id.",
        ) from error


def _country(item: Mapping[str, Any]) -> str:
    """The country of the company, else of its bills."""
    company = (item.get("companyProfile") or {}).get("address") or {}
    billing = (item.get("billingProfile") or {}).get("defaultAddress") or {}
    return str(company.get("country") or billing.get("country") or "").upper()


def _currency(country: str) -> str | None:
    try:
        return market(country).currency
    except MissingError:
        return None


def _kind(kinds: Iterable[str]) -> Kind:
    found = set(kinds)
    return "azure_plan" if "azure_plan" in found else "legacy" if "legacy" in found else "none"


def kind_of(offer_id: str) -> Literal["azure_plan", "legacy", "other"]:
    """What a subscription is, by the id of its offer."""
    lowered = offer_id.lower()
    if lowered.startswith(_PLAN):
        return "azure_plan"
    return "legacy" if lowered == _LEGACY else "other"


def _subscriptions(door: Door, customer_id: str, listed: list[dict[str, Any]]) -> pd.DataFrame:
    """The SUBSCRIPTIONS table; only those of Azure are asked for their registration."""
    return SUBSCRIPTIONS.frame(
        {
            "subscription_id": str(item["id"]).lower(),
            "kind": kind_of(str(item.get("offerId") or "")),
            "name": str(item.get("friendlyName") or item.get("offerName") or ""),
            "status": str(item.get("status") or "unknown").lower(),
            "offer_id": str(item.get("offerId") or ""),
            "registration": _registration(door, customer_id, item),
        }
        for item in listed
    )


def _registration(door: Door, customer_id: str, item: Mapping[str, Any]) -> str | None:
    if kind_of(str(item.get("offerId") or "")) == "other":
        return None
    call = subscription_calls.registration_status(customer_id, str(item["id"]))
    return _if_told(lambda: door.send(call))


def _azure_subscriptions(door: Door, customer_id: str, listed: list[dict[str, Any]]) -> pd.DataFrame:
    """The AZURE_SUBSCRIPTIONS table: legacy ones name their own, a plan has a list of them."""
    rows: list[dict[str, str]] = []
    for item in listed:
        kind, parent = kind_of(str(item.get("offerId") or "")), str(item["id"]).lower()
        if kind == "legacy" and item.get("entitlementId"):
            rows.append(
                _azure_row(item["entitlementId"], parent, item.get("friendlyName"), item.get("status"))
            )
        if kind == "azure_plan":
            found = door.collect(subscription_calls.list_azure_entitlements(customer_id, parent))
            rows += [
                _azure_row(one["id"], parent, one.get("friendlyName"), one.get("status")) for one in found
            ]
    return AZURE_SUBSCRIPTIONS.frame(rows)


def _azure_row(azure_id: object, parent: str, name: object, status: object) -> dict[str, str]:
    return {
        "azure_subscription_id": str(azure_id).lower(),
        "subscription_id": parent,
        "name": str(name or ""),
        "status": str(status or "unknown").lower(),
    }


def _agreement_signed(door: Door, customer_id: str) -> bool | None:
    """Whether the partner has confirmed or the customer has signed; ``None`` when neither is seen and one is unread."""
    confirmed = _if_told(lambda: bool(door.collect(customer_calls.agreements(customer_id))))
    if confirmed:
        return True
    direct = _if_told(lambda: door.send(customer_calls.direct_signing(customer_id)))
    return True if direct else None if confirmed is None else direct


def _if_told(ask: Callable[[], T]) -> T | None:
    """The answer, or ``None`` when the service does not give it: a pre-flight light says 'unknown' then."""
    try:
        return ask()
    except ServiceError:
        return None
