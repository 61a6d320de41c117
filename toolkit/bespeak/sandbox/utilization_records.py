"""A record of utilization as Partner Center writes it: resource, quantity, instance data in the legacy encoding."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from bespeak.sandbox.estate import AzureSubscription, Machine
from bespeak.sandbox.facts import Facts, Meter, windows_meter
from bespeak.sandbox.fleet import machine_path
from bespeak.sandbox.ids import guid

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


_Text = TypeVar("_Text")


def cased(info: dict[str, _Text], case: str) -> dict[str, _Text]:
    """Additional information with the first letter of its names as asked for: ``pascal`` or ``camel``."""
    if case != "camel":
        return info
    return {name[0].lower() + name[1:]: value for name, value in info.items()}


def licence_meter(facts: Facts, machine: Machine) -> str:
    """The meter of the Windows licence of a covered machine; it depends on the number of cores only."""
    known = facts.sizes.get(machine.size.lower())
    cores = known.vcpus if known else 0
    return LICENCE_METERS.get(cores) or guid("licence meter", cores)


def machine_record(
    facts: Facts, machine: Machine, quantity: float, reservation_id: str, case: str
) -> dict[str, Any]:
    """A record of hours of a machine; if a reservation covers them, on its meter and with its id."""
    meter = facts.meter(machine.region, machine.size)
    region = facts.billing_regions.get(machine.region, machine.region)
    info = _info(machine, "ComputeHR")
    if reservation_id:
        info |= {"ReservationId": reservation_id, "ConsumptionMeter": meter.id}
        covered = {"id": meter.reservation_id, "subcategory": "Reservation-Base VM"}
        return _of_machine(machine, _resource(meter, region) | covered, quantity, cased(info, case))
    shown = windows_meter(meter) if machine.os == "Windows" else meter
    return _of_machine(machine, _resource(shown, region), quantity, cased(info, case))


def licence_record(facts: Facts, machine: Machine, quantity: float, case: str) -> dict[str, Any]:
    """A record of hours of the Windows licence of a covered machine."""
    resource = {"id": licence_meter(facts, machine), "name": "vCPU VM License"}
    resource |= {"category": "Virtual Machines Licenses", "subcategory": "Windows Server", "region": ""}
    return _of_machine(machine, resource, quantity, cased(_info(machine, "ComputeHR_SW"), case))


def _info(machine: Machine, usage_type: str) -> dict[str, str]:
    return {
        "ImageType": "Windows Server" if machine.os == "Windows" else "Canonical",
        "ServiceType": machine.size,
        "VMName": machine.name,
        "UsageType": usage_type,
    }


def _of_machine(
    machine: Machine, resource: dict[str, str], quantity: float, info: dict[str, str]
) -> dict[str, Any]:
    return _record(resource, quantity, "1 Hour", machine_path(machine), machine.region, info)


def _resource(meter: Meter, region: str) -> dict[str, str]:
    resource = {"id": meter.id, "name": meter.name, "category": "Virtual Machines"}
    return resource | {"subcategory": meter.subcategory, "region": region}


def disk_record(azure: AzureSubscription, quantity: float) -> dict[str, Any]:
    """A record of the disk that each subscription has, in shares of a month."""
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


def compact(value: object) -> str:
    """JSON without blanks, in the letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
