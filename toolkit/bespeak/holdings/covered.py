"""What a reservation covers: size, region, term. No entitlement says it, so the SKU is asked, else Azure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bespeak.catalogue import canonical_region, canonical_size, group_of
from bespeak.clients.azure import reservations
from bespeak.clients.partner_center import catalog
from bespeak.clients.session import Session
from bespeak.customers import CustomerDetails
from bespeak.errors import MissingError, RefusedError

#: The catalogue writes "3Years", the entitlement page "3Year"; Azure writes P3Y.
_TERMS = {"1year": "P1Y", "3years": "P3Y", "3year": "P3Y", "p1y": "P1Y", "p3y": "P3Y"}
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Covered:
    """Size and region as ARM names, and the term (P1Y or P3Y)."""

    size: str
    region: str
    term: str

    @property
    def group(self) -> tuple[str, float]:
        """The flexibility group and ratio; a size without one, or one that no table knows, covers itself only."""
        try:
            return group_of(self.size)
        except MissingError:
            return f"size:{self.size}", 1.0


@dataclass(slots=True)
class Lookup:
    """Asks what SKUs cover, each one once."""

    session: Session
    details: CustomerDetails
    known: dict[tuple[str, str], Covered | None] = field(default_factory=dict)

    def covered(self, entitlement: Mapping[str, Any], order_id: str, reservation_id: str) -> Covered:
        """What a reservation of an entitlement covers; raises ``MissingError`` when neither source says it.

        A holding that is left out would be bought a second time, so nothing is left out in silence.
        """
        key = (
            str(entitlement.get("productId", "")),
            str(entitlement.get("skuId") or entitlement.get("skuID") or ""),
        )
        if key not in self.known:
            self.known[key] = self._from_catalogue(*key)
        found = self.known[key] or self._from_azure(order_id, reservation_id)
        if found is None:
            raise MissingError(
                f"What reservation {reservation_id} of {self.details.name} covers could not be read.",
                "Look at it in the Azure portal; until then no advice can take it into account.",
            )
        return found

    def _from_catalogue(self, product_id: str, sku_id: str) -> Covered | None:
        of_plan = self.details.kind == "azure_plan"
        call = catalog.get_sku(product_id, sku_id, self.details.country, azure_plan=of_plan)
        try:
            attributes = self.session.door.send(call).get("dynamicAttributes")
        except RefusedError as error:
            if error.status != _NOT_FOUND:
                raise
            return None  # a product that is no longer sold can be owned all the same
        return _read(attributes, "armSkuName", "armRegionName", "duration")

    def _from_azure(self, order_id: str, reservation_id: str) -> Covered | None:
        try:
            told = self.session.door.send(reservations.get_reservation(order_id, reservation_id))
        except RefusedError:
            return None
        sku = told.get("sku")
        size = sku.get("name") if isinstance(sku, Mapping) else None
        term = told["properties"].get("term") if isinstance(told["properties"], Mapping) else None
        return _read({"size": size, "region": told.get("location"), "term": term}, "size", "region", "term")


def _read(attributes: Any, size: str, region: str, term: str) -> Covered | None:  # noqa: ANN401  # a part of an answer
    """What the attributes under these names say, ``None`` when one is missing."""
    if not isinstance(attributes, Mapping):
        return None
    told = [str(attributes.get(name) or "").strip() for name in (size, region, term)]
    known_term = _TERMS.get(told[2].lower())
    if not told[0] or not told[1] or known_term is None:
        return None
    return Covered(
        canonical_size(told[0]) or told[0], canonical_region(told[1]) or told[1].lower(), known_term
    )
