"""Whether a record counts as VM demand, and what is in its way if it does not.

Records come by the million but in few kinds, so a judgement is made once for each distinct kind.
Nothing is guessed: what cannot be told is set aside with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from bespeak.catalogue import canonical_region, canonical_size

#: Charge types under which usage itself is charged; "new" is what rated lines of Partner Center say.
_USAGE_CHARGES = frozenset({"", "usage", "new"})

#: "1 Hour", "100 Hours", "Hours": the quantity beside it counts hours in all of them, the number is the pricing block.
_HOURS = re.compile(r"^(\d+ )?hours?$")


class Kind(NamedTuple):
    """All that a judgement looks at, as it came; equal kinds get equal verdicts."""

    category: str
    subcategory: str
    meter: str
    unit: str
    usage_type: str
    charge: str
    pricing: str
    provider: str
    size: str
    region: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of the records of one kind.

    ``reason`` is empty when they count. ``in_hours`` says that their quantity counts VM hours, used or reserved in
    vain; ``by_resource`` that each machine deserves its own line among what is set aside; ``licensed`` that the
    machine runs software with a price of its own, in the meter of the machine or beside it.
    """

    reason: str
    size: str
    region: str
    in_hours: bool
    by_resource: bool
    licensed: bool


def judge(kind: Kind) -> Verdict:
    """The verdict on one kind of record."""
    size, region = canonical_size(kind.size), canonical_region(kind.region)
    general = next(filter(None, (check(kind) for check in _CHECKS)), "")
    reason = general or _unknown(kind, size, region)
    return Verdict(
        reason=reason,
        size=size or kind.size,
        region=region or kind.region,
        in_hours=_in_hours(kind) and not _not_a_machine(kind) and not _bought_or_taxed(kind),
        by_resource=not general,
        licensed=_licensed(kind),
    )


def _unknown(kind: Kind, size: str | None, region: str | None) -> str:
    """Why size or region cannot be told; sizes come from ServiceType only (azure-usage.md, 2021-07-08)."""
    if not kind.size:
        return "The record does not say its size (ServiceType), and a meter name is no safe source for it."
    if size is None:
        return f"The size '{kind.size}' is not in the size table."
    if region is None:
        return f"The region '{kind.region}' is not in the region table."
    return ""


def _licensed(kind: Kind) -> bool:
    """Windows stands in the subcategory of a meter whose price holds it; a licence beside is a record of its own.

    With Azure Hybrid Benefit neither is there (Software costs not included with Azure Reserved VM Instances,
    2022-12-06).
    """
    words = f"{kind.subcategory} {kind.meter}".lower()
    return "windows" in words or kind.usage_type.lower() == "computehr_sw"


def _in_hours(kind: Kind) -> bool:
    unit = kind.unit.strip().lower()
    return bool(_HOURS.match(unit)) or (not unit and kind.usage_type.lower().startswith("compute"))


def _not_a_machine(kind: Kind) -> str:
    if kind.category.lower() == "virtual machines":
        return ""
    return f"{kind.category or 'A record without a category'} is not a virtual machine; no VM reservation covers it."


def _unused(kind: Kind) -> str:
    if kind.charge.lower().startswith("unused"):
        return f"{kind.charge}: reserved hours that nothing used are no demand."
    return ""


def _bought_or_taxed(kind: Kind) -> str:
    if kind.charge.lower() in _USAGE_CHARGES or _unused(kind):
        return ""
    return f"{kind.charge}: a charge of this type is not usage."


def _not_base_compute(kind: Kind) -> str:
    """UsageType decides: ComputeHR is the machine itself, _SW its software, ComputeCR a capacity reservation."""
    usage_type = kind.usage_type.lower()
    if usage_type in {"", "computehr"}:
        return ""
    if usage_type == "computehr_sw":
        return "ComputeHR_SW: software licences are not covered by a VM reservation."
    if usage_type == "computecr":
        return "ComputeCR: hours of a capacity reservation that no machine used are no demand."
    return f"{kind.usage_type}: this usage type is not known as machine hours."


def _spot(kind: Kind) -> str:
    words = f"{kind.meter} {kind.subcategory} {kind.pricing}".lower()
    if "spot" in words or "low priority" in words:
        return "Spot machines take no reservation discount."
    return ""


def _promo(kind: Kind) -> str:
    if "promo" in f"{kind.meter} {kind.size}".lower():
        return "Promotional sizes take no reservation discount."
    return ""


def _classic(kind: Kind) -> str:
    if kind.provider.lower() == "microsoft.classiccompute":
        return "Classic machines are never sized for a reservation."
    return ""


def _not_in_hours(kind: Kind) -> str:
    if _in_hours(kind):
        return ""
    return f"The unit '{kind.unit}' does not count hours."


_CHECKS: tuple[Callable[[Kind], str], ...] = (
    _not_a_machine,
    _unused,
    _bought_or_taxed,
    _not_base_compute,
    _spot,
    _promo,
    _classic,
    _not_in_hours,
)
