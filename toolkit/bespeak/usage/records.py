"""Usage records of any source as plain columns: what every reader makes and ``settle`` takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bespeak.usage.info import facts, info_bags


@dataclass(frozen=True, slots=True)
class Records:
    """Equally long lists, one entry a record, in the spelling of the source; "" where the source says nothing.

    ``usage_type``, ``size`` and the like come out of ``info``; ``meter_id`` and ``reservation_id`` are the
    record's own and give way to what ``info`` says about a covered record. ``flaw`` says what a record lacks that every
    record has; empty when none lacks anything.
    """

    start: list[str]
    end: list[str]
    quantity: list[Any]
    unit: list[str]
    category: list[str]
    subcategory: list[str]
    meter: list[str]
    meter_id: list[str]
    region: list[str]
    resource: list[str]
    subscription: list[str]
    service: list[str]
    charge: list[str]
    pricing: list[str]
    reservation_id: list[str]
    info: list[Any]
    flaw: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, slots=True)
class InfoFacts:
    """What the bags of extra facts say, one entry a record."""

    size: list[str]
    usage_type: list[str]
    vm: list[str]
    meter_id: list[str]
    reservation_id: list[str]


def info_facts(records: Records) -> InfoFacts:
    """The facts that sizing needs.

    A covered record of a legacy subscription carries a reservation meter; the machine's real meter is its
    ConsumptionMeter (azure-usage.md, 2021-07-08). In modern data both are the same.
    """
    bags = info_bags(records.info)
    meters = facts(bags, "ConsumptionMeter", "consumptionMeter")
    reservations = facts(bags, "ReservationId", "reservationId")
    return InfoFacts(
        size=facts(bags, "ServiceType", "serviceType"),
        usage_type=facts(bags, "UsageType", "usageType"),
        vm=facts(bags, "VMName", "vmName"),
        meter_id=[(real or own).lower() for real, own in zip(meters, records.meter_id, strict=True)],
        reservation_id=[
            (own or named).lower() for own, named in zip(records.reservation_id, reservations, strict=True)
        ],
    )
