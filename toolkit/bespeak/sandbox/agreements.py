"""The Microsoft Customer Agreement: who accepted it. Without it nothing is sold (Microsoft, error 13605)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bespeak.sandbox.clock import iso7
from bespeak.sandbox.estate import Customer
from bespeak.sandbox.ids import guid
from bespeak.sandbox.refusals import RefusalError

_TEMPLATE = guid("template", "MicrosoftCustomerAgreement")
_LINK = "https://aka.ms/customeragreement"
_CONTACT = ("firstname", "lastname", "email")
_SINCE = datetime(2025, 11, 3, tzinfo=UTC)


@dataclass(slots=True)
class AgreementState:
    """Confirmations since the world began, by customer."""

    confirmed: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: Customers that signed with Microsoft themselves.
    signed: list[str] = field(default_factory=list)


class Agreements:
    """Which customers accepted the agreement, from the estate and from confirmations since."""

    template = {  # noqa: RUF012  (a constant)
        "templateId": _TEMPLATE,
        "agreementType": "MicrosoftCustomerAgreement",
        "agreementLink": _LINK,
        "versionRank": 0,
    }

    def __init__(self, state: AgreementState) -> None:
        self._new = state.confirmed
        self._signed = state.signed

    def signed(self, customer: Customer) -> bool:
        """Whether the customer signed with Microsoft itself."""
        return customer.id in self._signed

    def sign(self, customer: Customer) -> None:
        """Lets the customer sign with Microsoft itself; it does so outside of this API."""
        if customer.id not in self._signed:
            self._signed.append(customer.id)

    def cleared(self, customer: Customer) -> bool:
        """Whether Azure plans and reservations may be sold to it: either way will do (D-602)."""
        return bool(self.confirmed(customer)) or self.signed(customer)

    def confirmed(self, customer: Customer) -> list[dict[str, Any]]:
        """The confirmations of a customer; empty when the agreement is open."""
        if customer.id in self._new:
            return [self._new[customer.id]]
        contact = {
            "firstName": "Sam",
            "lastName": "Sample",
            "email": f"it@{customer.domain}",
            "phoneNumber": "",
        }
        return [_confirmation(contact, _SINCE)] if customer.agreed else []

    def confirm(self, customer: Customer, body: dict[str, Any], now: datetime) -> dict[str, Any]:
        """A new confirmation; 400 / 3000 for a bad body, 600061 when it is confirmed already."""
        contact = body.get("primarycontact")
        if not isinstance(contact, dict) or not all(isinstance(contact.get(key), str) for key in _CONTACT):
            raise RefusalError(400, 3000, "Member 'primaryContact' needs firstName, lastName and email.")
        if str(body.get("templateid", "")).lower() != _TEMPLATE:
            raise RefusalError(
                400, 3000, "Member 'templateId' is not the template of the Microsoft Customer Agreement."
            )
        if self.confirmed(customer):
            raise RefusalError(400, 600061, "The agreement is already confirmed for this customer.")
        shown = {
            "firstName": contact["firstname"],
            "lastName": contact["lastname"],
            "email": contact["email"],
        }
        self._new[customer.id] = _confirmation(
            shown | {"phoneNumber": str(contact.get("phonenumber") or "")}, now
        )
        return self._new[customer.id]


def _confirmation(contact: dict[str, str], when: datetime) -> dict[str, Any]:
    return {
        "primaryContact": contact,
        "templateId": _TEMPLATE,
        "dateAgreed": iso7(when),
        "type": "MicrosoftCustomerAgreement",
        "agreementLink": _LINK,
        "userId": guid("user", "admin agent"),
    }
