"""The invented resellers of an indirect provider (Microsoft, *Retrieve a list of indirect resellers*)."""

from __future__ import annotations

from dataclasses import dataclass

from bespeak.sandbox.ids import guid


@dataclass(frozen=True, slots=True)
class Reseller:
    """A partner that sells what this partner provides; ``mpn_id`` is what goes into ``partnerIdOnRecord``."""

    id: str
    name: str
    mpn_id: str
    location: str


RESELLERS = (
    Reseller(guid("reseller", 1), "Proseware Consulting", "5010021", "US"),
    Reseller(guid("reseller", 2), "Adatum Cloud", "5010022", "GB"),
    Reseller(guid("reseller", 3), "Lucerne Partners", "5010023", "DE"),
)


def reseller_of(customer_id: str) -> Reseller:
    """The reseller that a customer of an indirect provider buys from; always the same one."""
    return RESELLERS[int(customer_id.replace("-", "")[:8], 16) % len(RESELLERS)]
