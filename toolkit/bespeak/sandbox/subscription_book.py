"""What is kept of a subscription beside the directory: status, name, version, order, who supports it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bespeak.sandbox.clock import START
from bespeak.sandbox.estate import AzureSubscription, Subscription
from bespeak.sandbox.ids import base36, guid

Status = Literal["active", "suspended", "pending", "deleted"]
#: When the subscriptions of the estate were bought: before the first record of their use.
BOUGHT = START.replace(month=8, day=1)


@dataclass(slots=True)
class SubscriptionRecord:
    """One subscription; each change makes ``version`` one more, which its etag shows."""

    status: Status = "active"
    name: str = ""
    version: int = 1
    created: datetime = BOUGHT
    order_id: str = ""
    reasons: list[str] = field(default_factory=list)
    #: Tenant, MPN id and name of who supports it; the partner itself when they are empty.
    support: list[str] = field(default_factory=list)
    partner_on_record: str = ""
    #: A change under way ends at this instant.
    pending_until: datetime | None = None
    #: The legacy subscription that went into this plan, when it did.
    migrated_from: str = ""


@dataclass(slots=True)
class SubscriptionState:
    """Records that differ from those of the estate, and Azure subscriptions that were cancelled, by lower-case id."""

    records: dict[str, SubscriptionRecord] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)


class SubscriptionBook:
    """Reads records and begins new ones."""

    def __init__(self, state: SubscriptionState) -> None:
        self._state = state

    def read(self, held: Subscription) -> SubscriptionRecord:
        """The record; a fresh one for what was never changed."""
        kept = self._state.records.get(held.id)
        return kept or SubscriptionRecord(order_id=first_order(held), name=first_name(held))

    def change(self, held: Subscription) -> SubscriptionRecord:
        """The record, kept from now on and with a new version."""
        record = self._state.records.setdefault(held.id, self.read(held))
        record.version += 1
        return record

    def begin(self, held: Subscription, record: SubscriptionRecord) -> None:
        """Keeps the record of a new subscription."""
        self._state.records[held.id] = record

    def status(self, held: Subscription) -> Status:
        """Its status."""
        return self.read(held).status

    def etag(self, held: Subscription) -> str:
        """Base64 of its id and version as JSON, as real ones are (partner-center-api 1.8)."""
        body = json.dumps({"id": held.id, "version": self.read(held).version}, separators=(",", ":"))
        return base64.b64encode(body.encode()).decode()

    def azure_status(self, azure: AzureSubscription) -> Literal["active", "disabled"]:
        """The status of an Azure subscription of a plan."""
        return "disabled" if azure.id in self._state.cancelled else "active"

    def cancel_azure(self, azure: AzureSubscription) -> None:
        """Ends an Azure subscription of a plan."""
        if azure.id not in self._state.cancelled:
            self._state.cancelled.append(azure.id)


def first_order(held: Subscription) -> str:
    """The order that a subscription of the estate came by: a GUID for legacy, 12 hexadecimal digits for a plan."""
    if held.kind == "legacy":
        return guid("legacy order", held.id)
    return guid("plan order", held.id).replace("-", "")[:12]


def first_name(held: Subscription) -> str:
    """The name that a subscription of the estate bears."""
    return held.azure[0].name if held.kind == "legacy" and held.azure else "Azure plan"


def first_item(held: Subscription) -> str:
    """The availability that a plan of the estate was bought as."""
    return f"DZH318Z0{base36('plan', held.id)}"
