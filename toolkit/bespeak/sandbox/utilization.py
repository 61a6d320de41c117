"""Utilization records of legacy Azure subscriptions, hourly and daily, rendered from pieces prepared for each VM.

A covered hour is written in the legacy encoding: the reservation meter on the record, the real meter and the
reservation in ``additionalInfo`` (Microsoft, *Azure usage data*, 2021-07-08).
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from bespeak.sandbox.benefit import Array
from bespeak.sandbox.clock import DAY_HOURS, HOUR, hour_number, instant_of, offset
from bespeak.sandbox.demand import Demand
from bespeak.sandbox.estate import AzureSubscription, Machine
from bespeak.sandbox.facts import Facts, Meter, windows_meter
from bespeak.sandbox.ids import guid
from bespeak.sandbox.ledger import LICENCE, PAY_AS_YOU_GO, Rows, per_day, usage_rows
from bespeak.sandbox.reservations import Coverage

#: Records exist from this instant on.
RECORDS_FROM = datetime(2026, 8, 1, tzinfo=UTC)
_FROM = hour_number(RECORDS_FROM)

#: Licence meters by number of cores, all series but B (domain guide, section 13; Microsoft, 2022-12-06).
LICENCE_METERS = {
    1: "f65a06cf-c9c3-47a2-8104-f17a8542215a",
    2: "b99d40ae-41fe-4d1d-842b-56d72f3d15ee",
    4: "1cb88381-0905-4843-9ba2-7914066aabe5",
    8: "603f58d1-1e96-460b-a933-ce3775ac7e2e",
    16: "02968a6b-1654-4495-ada6-13f378ba7172",
    32: "0d5bdf46-b719-4b1f-a780-b9bdfffd0591",
    64: "637b7c77-65ad-4486-9cc7-dc7b3e9a8731",
    96: "6fdab81b-4284-4df9-8939-c237cc7462fe",
}
_DISK_DAY = 0.032258


@dataclass(frozen=True, slots=True)
class Window:
    """What a caller asks for: reporting time after ``start`` and not after ``end``, by hour or by day."""

    start: datetime
    end: datetime
    hourly: bool
    details: bool

    @property
    def slot_hours(self) -> int:
        """Length of one record in hours."""
        return 1 if self.hourly else DAY_HOURS

    def bounds(self) -> tuple[float, float]:
        """Records begin after the first and not after the second hour number: reported means it has passed."""
        start, end = self.start.timestamp() / HOUR, self.end.timestamp() / HOUR
        return start - self.slot_hours, end - self.slot_hours


class Utilization:
    """All records of one legacy Azure subscription up to one hour, under one coverage."""

    def __init__(self, azure: AzureSubscription, coverage: Coverage, facts: Facts, demand: Demand) -> None:
        self._azure = azure
        self._facts = facts
        columns = [i for i, m in enumerate(coverage.machines) if m.azure_subscription_id == azure.id]
        self._machines = [coverage.machines[i] for i in columns]
        self._reservations = coverage.reservations
        self._hours = np.arange(_FROM, max(_FROM, coverage.end))
        self._used = self._with_disk(demand.running(self._machines, _FROM, max(_FROM, coverage.end)))
        self._taken = [self._padded(taken[:, columns], coverage.start) for taken in coverage.taken]
        self._rows: dict[bool, Rows] = {}
        self._pieces: dict[tuple[int, int, float], str] = {}
        self._sums: dict[Window, list[str]] = {}
        self._heads: dict[tuple[int, int], str] = {}

    def count(self, window: Window) -> int:
        """How many records the window holds."""
        if not window.details:
            return len(self._aggregated(window))
        low, high = self._of(window.hourly).between(*window.bounds())
        return high - low

    def page(self, window: Window, skip: int, size: int) -> list[str]:
        """So many records of the window as JSON, after skipping some."""
        if not window.details:
            return self._aggregated(window)[skip : skip + size]
        rows = self._of(window.hourly)
        low, high = rows.between(*window.bounds())
        chosen = slice(low + skip, min(low + skip + size, high))
        keys = zip(
            rows.item[chosen].tolist(),
            rows.kind[chosen].tolist(),
            rows.quantity[chosen].tolist(),
            strict=True,
        )
        hours = window.slot_hours
        return [
            self._head(slot, hours) + self._piece(key)
            for slot, key in zip(rows.slot[chosen].tolist(), keys, strict=True)
        ]

    def _of(self, hourly: bool) -> Rows:
        if hourly not in self._rows:
            self._rows[hourly] = self._build(hourly)
        return self._rows[hourly]

    def _build(self, hourly: bool) -> Rows:
        licensed = np.array([machine.os == "Windows" for machine in self._machines] + [False])
        if hourly:
            return usage_rows(self._hours, self._used, self._taken, licensed)
        whole = len(self._hours) // DAY_HOURS * DAY_HOURS
        taken = [per_day(cover[:whole]) for cover in self._taken]
        return usage_rows(self._hours[:whole:DAY_HOURS], per_day(self._used[:whole]), taken, licensed)

    def _with_disk(self, used: Array) -> Array:
        disk = np.where(self._hours % DAY_HOURS == 0, _DISK_DAY, 0.0)
        return np.column_stack([used, disk])

    def _padded(self, taken: Array, start: int) -> Array:
        whole = np.zeros_like(self._used)
        whole[start - _FROM :, :-1] = taken
        return whole

    def _head(self, slot: int, hours: int) -> str:
        head = self._heads.get((slot, hours))
        if head is None:
            start, end = offset(instant_of(slot)), offset(instant_of(slot + hours))
            head = f'{{"usageStartTime":"{start}","usageEndTime":"{end}",'
            self._heads[(slot, hours)] = head
        return head

    def _piece(self, key: tuple[int, int, float]) -> str:
        piece = self._pieces.get(key)
        if piece is None:
            item, kind, quantity = key
            piece = _json(self._record(item, kind, quantity))[1:]
            self._pieces[key] = piece
        return piece

    def _record(self, item: int, kind: int, quantity: float) -> dict[str, Any]:
        if item == len(self._machines):
            return _disk_record(self._azure, quantity)
        machine = self._machines[item]
        meter = self._facts.meter(machine.region, machine.size)
        info = {
            "ImageType": "Canonical",
            "ServiceType": machine.size,
            "VMName": machine.name,
            "UsageType": "ComputeHR",
        }
        region = self._facts.billing_regions.get(machine.region, machine.region)
        resource = _resource(windows_meter(meter) if machine.os == "Windows" else meter, region)
        if machine.os == "Windows":
            info["ImageType"] = "Windows Server"
        if kind == LICENCE:
            info["UsageType"] = "ComputeHR_SW"
            resource = {"id": licence_meter(self._facts, machine), "name": "vCPU VM License"}
            resource |= {
                "category": "Virtual Machines Licenses",
                "subcategory": "Windows Server",
                "region": "",
            }
        elif kind != PAY_AS_YOU_GO:
            info |= {"ReservationId": self._reservations[kind].id, "ConsumptionMeter": meter.id}
            resource = _resource(meter, region) | {
                "id": meter.reservation_id,
                "subcategory": "Reservation-Base VM",
            }
        return _record(resource, quantity, "1 Hour", resource_uri(machine), machine.region, info)

    def _aggregated(self, window: Window) -> list[str]:
        if window not in self._sums:
            self._sums = {window: self._summed(window)}
        return self._sums[window]

    def _summed(self, window: Window) -> list[str]:
        rows = self._of(window.hourly)
        low, high = rows.between(*window.bounds())
        sums: dict[tuple[int, str, str], float] = defaultdict(float)
        part = (column[low:high].tolist() for column in (rows.slot, rows.item, rows.kind, rows.quantity))
        for slot, item, kind, quantity in zip(*part, strict=True):
            record = self._record(item, kind, 0.0)
            sums[(slot, _json(record["resource"]), record["unit"])] += quantity
        tail = '"infoFields":{},"attributes":{"objectType":"AzureUtilizationRecord"}}'
        hours = window.slot_hours
        return [
            f'{self._head(slot, hours)}"resource":{resource},"quantity":{round(total, 6)},"unit":"{unit}",{tail}'
            for (slot, resource, unit), total in sums.items()
        ]


def licence_meter(facts: Facts, machine: Machine) -> str:
    """The meter of the Windows licence of a covered machine; it depends on the number of cores only."""
    known = facts.sizes.get(machine.size.lower())
    cores = known.vcpus if known else 0
    return LICENCE_METERS.get(cores) or guid("licence meter", cores)


def resource_uri(machine: Machine) -> str:
    """The Azure id of a VM."""
    group = f"/subscriptions/{machine.azure_subscription_id}/resourceGroups/{machine.resource_group}"
    return f"{group}/providers/Microsoft.Compute/virtualMachines/{machine.name}"


def _resource(meter: Meter, region: str) -> dict[str, str]:
    resource = {"id": meter.id, "name": meter.name, "category": "Virtual Machines"}
    return resource | {"subcategory": meter.subcategory, "region": region}


def _disk_record(azure: AzureSubscription, quantity: float) -> dict[str, Any]:
    uri = f"/subscriptions/{azure.id}/resourceGroups/rg-storage/providers/Microsoft.Compute/disks/data-01"
    resource = {"id": guid("meter", "P10"), "name": "P10 LRS Disk", "category": "Storage"}
    resource |= {"subcategory": "Premium SSD Managed Disks", "region": "PL Central"}
    return _record(resource, quantity, "1/Month", uri, "polandcentral", None)


def _record(
    resource: dict[str, str], quantity: float, unit: str, uri: str, location: str, info: dict[str, str] | None
) -> dict[str, Any]:
    data: dict[str, Any] = {
        "resourceUri": uri,
        "location": location,
        "partNumber": "",
        "orderNumber": "",
        "tags": {},
    }
    if info is not None:
        data["additionalInfo"] = info
    record: dict[str, Any] = {"resource": resource, "quantity": quantity, "unit": unit, "infoFields": {}}
    return record | {"instanceData": data, "attributes": {"objectType": "AzureUtilizationRecord"}}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
