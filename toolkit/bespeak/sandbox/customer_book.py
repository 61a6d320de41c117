"""What is kept of a customer beside the directory: profiles, relationship, qualifications, consents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bespeak.sandbox.estate import Customer
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.switches import Switches

Relationship = Literal["none", "reseller"]
Vetting = Literal["Approved", "InReview", "Denied"]


@dataclass(slots=True)
class Qualification:
    """A special standing of a customer, asked for at an instant and vetted."""

    name: str
    vetting: Vetting
    created: datetime
    reason: str = ""


@dataclass(slots=True)
class Consent:
    """What an application of a vendor may do in the tenant of a customer: scope by enterprise application."""

    application_id: str
    display_name: str
    grants: list[tuple[str, str]]


@dataclass(slots=True)
class CustomerRecord:
    """What differs from the estate. ``version`` counts the changes of the billing profile."""

    #: When it was created through this API; None for a customer of the estate.
    created: datetime | None = None
    version: int = 0
    company: dict[str, str] = field(default_factory=dict)
    billing: dict[str, str] = field(default_factory=dict)
    address: dict[str, str] = field(default_factory=dict)
    reseller: str = ""
    qualifications: list[Qualification] = field(default_factory=list)
    consents: dict[str, Consent] = field(default_factory=dict)


@dataclass(slots=True)
class CustomerState:
    """Records by customer, and those whose relationship ended."""

    records: dict[str, CustomerRecord] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)


class CustomerBook:
    """Reads records and begins new ones."""

    def __init__(self, state: CustomerState, switches: Switches) -> None:
        self.state = state
        self._switches = switches

    def read(self, customer_id: str) -> CustomerRecord:
        """The record; an empty one for what was never changed."""
        return self.state.records.get(customer_id) or CustomerRecord()

    def change(self, customer_id: str) -> CustomerRecord:
        """The record, kept from now on."""
        return self.state.records.setdefault(customer_id, CustomerRecord())

    def relationship(self, customer: Customer, now: datetime) -> Relationship:
        """``none`` until a new customer has accepted it: some minutes after it was created."""
        record = self.state.records.get(customer.id)
        created = record.created if record else None
        waits = timedelta(minutes=self._switches.relationship_minutes)
        return "none" if created is not None and now < created + waits else "reseller"

    def check_relationship(self, customer: Customer, now: datetime) -> None:
        """403 / 20002 for a purchase without a commerce relationship."""
        if self.relationship(customer, now) == "none":
            raise RefusalError(403, 20002, f"There is no commerce relationship with customer {customer.id}.")

    def etag(self, customer_id: str) -> str:
        """The etag of the billing profile: a signed 64-bit number as text (partner-center-api 1.8)."""
        number = int(customer_id.replace("-", "")[:15], 16) + self.read(customer_id).version * 1_000_003
        return str(-number)
