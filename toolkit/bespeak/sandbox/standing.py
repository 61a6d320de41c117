"""How the partner and each customer stand with Microsoft: credit, reviews, quota, capacity; settings of a world.

Nothing here happens by itself. A test, a scenario or the control sets it (F-25 of reliability.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from bespeak.sandbox.catalogue import Sku
from bespeak.sandbox.refusals import RefusalError

#: No quota was set.
UNLIMITED = 10**9
#: After a payment buying resumes within about a day (D-604).
CLEARING = timedelta(hours=24)
#: Business refusals of a purchase: code -> status and sentence (Microsoft, *Partner Center REST error codes*).
REFUSALS: dict[int, tuple[int, str]] = {
    2006: (403, "The partner is not valid."),
    2030: (403, "The partner is not onboarded for the country of the customer."),
    2085: (403, "The offer is not eligible for this purchase."),
    2091: (403, "The offer is withdrawn."),
    4018: (400, "The order could not be processed."),
    20002: (403, "The partner has no commerce relationship with the customer."),
    800005: (500, "The order could not be processed."),
    800017: (400, "The quantity is not available."),
    800018: (400, "A limit of the sandbox is reached."),
    800020: (403, "The item is not eligible for this purchase."),
    800022: (400, "The purchase is not eligible. Contact support."),
    800023: (403, "The credit line of the partner is below what this purchase needs."),
    800024: (400, "The purchase is not eligible. Contact support."),
    800025: (400, "The credit line of the partner is below what this purchase needs."),
    800026: (400, "The purchase is not eligible. Contact support."),
    800039: (403, "The reseller program is not active for this partner."),
    800060: (409, "An order of this customer is in progress. Look at its recent orders in a few minutes."),
    800062: (400, "The purchase is not eligible. Contact support."),
    800069: (403, "The purchase did not pass the risk check."),
    800073: (403, "The account of the customer is under review."),
    800074: (403, "The account of the customer is not approved."),
    800075: (403, "The account of the customer is locked."),
    900116: (400, "The limit of Azure plans of the sandbox is reached."),
    900121: (403, "The credit of the partner is insufficient."),
    900123: (403, "The reseller has not signed the partner agreement."),
    900124: (403, "The partner has not signed the partner agreement."),
    900149: (403, "The Cloud Solution Provider program is not active for this partner."),
    900416: (403, "The account of the customer is locked."),
}


@dataclass(frozen=True, slots=True)
class Restriction:
    """No capacity for what fits; an empty member fits everything."""

    size: str = ""
    region: str = ""
    customer_id: str = ""

    def meets(self, sku: Sku, customer_id: str) -> bool:
        """Whether it holds for this SKU and customer."""
        pairs = ((self.size, sku.size.name), (self.region, sku.region), (self.customer_id, customer_id))
        return all(wanted.lower() in ("", there.lower()) for wanted, there in pairs)


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that the partner paid to Microsoft, in US dollars; it counts a day later."""

    at: datetime
    amount: Decimal


@dataclass(slots=True)
class StandingState:
    """Settings by customer, the empty one for all: which code refuses a checkout, how many cores are left."""

    refusals: dict[str, int] = field(default_factory=dict)
    quotas: dict[str, int] = field(default_factory=dict)
    restrictions: list[Restriction] = field(default_factory=list)
    #: US dollars; None for no limit.
    credit_limit: Decimal | None = None
    #: Which of 800023, 800025 and 900121 says that it is used up; the documents have all three.
    credit_code: int = 800023
    payments: list[Payment] = field(default_factory=list)


class Standing:
    """Asks the settings; changes them for the control."""

    def __init__(self, state: StandingState) -> None:
        self.state = state

    def refuse(self, code: int, customer_id: str = "") -> None:
        """From now on each purchase for the customer (or for all) is refused with this code; 0 ends it."""
        if code and code not in REFUSALS:
            known = ", ".join(map(str, REFUSALS))
            raise RefusalError(400, "BadRequest", f"Member 'refuse' must be 0 or one of {known}.")
        if code:
            self.state.refusals[customer_id.lower()] = code
        else:
            self.state.refusals.pop(customer_id.lower(), None)

    def check(self, customer_id: str) -> None:
        """Refuses a purchase as it was set for the customer, or for all."""
        code = self.state.refusals.get(customer_id) or self.state.refusals.get("")
        if code:
            raise refusal(code)

    def quota(self, customer_id: str) -> int:
        """Cores that a reservation with single scope may have, deployed VMs counted inside (D-512)."""
        return self.state.quotas.get(customer_id, UNLIMITED)

    def restriction(self, sku: Sku, customer_id: str) -> Restriction | None:
        """What says that there is no capacity for a SKU, or None."""
        if sku.restricted:
            return Restriction(sku.size.name)
        return next((one for one in self.state.restrictions if one.meets(sku, customer_id)), None)

    def check_credit(self, incoming: Decimal, spent: Iterable[Decimal], now: datetime) -> None:
        """Refuses a purchase beyond the credit line (D-604).

        ``incoming`` and ``spent`` in US dollars: purchases made by hand; renewals and consumption do not count.
        """
        if self.state.credit_limit is None:
            return
        cleared = (one.amount for one in self.state.payments if now >= one.at + CLEARING)
        available = self.state.credit_limit - sum(spent, Decimal(0)) + sum(cleared, Decimal(0))
        if incoming > available:
            raise refusal(self.state.credit_code)


def refusal(code: int) -> RefusalError:
    """The refusal of a purchase with this code."""
    status, sentence = REFUSALS[code]
    return RefusalError(status, code, sentence)
