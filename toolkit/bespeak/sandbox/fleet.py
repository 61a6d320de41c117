"""The VMs of a subscription as Azure sees them at an instant: which there are, and which run."""

from __future__ import annotations

from datetime import datetime

from bespeak.sandbox.clock import hour_number
from bespeak.sandbox.demand import Demand, Hours
from bespeak.sandbox.directory import Directory
from bespeak.sandbox.estate import Machine

PROVIDER = "Microsoft.Compute/virtualMachines"


def machine_path(machine: Machine) -> str:
    """The ARM id of a VM."""
    group = f"/subscriptions/{machine.azure_subscription_id}/resourceGroups/{machine.resource_group}"
    return f"{group}/providers/{PROVIDER}/{machine.name}"


def machines_in(
    directory: Directory, customer_id: str, azure_subscription_id: str, now: datetime
) -> list[Machine]:
    """The VMs that exist in one Azure subscription at an instant, by resource group and name."""
    hour = hour_number(now)
    found = [
        one
        for one in directory.machines_of(customer_id)
        if one.azure_subscription_id == azure_subscription_id and one.exists(hour)
    ]
    return sorted(found, key=lambda one: (one.resource_group.lower(), one.name.lower()))


def lives_in(directory: Directory, customer_id: str, azure_subscription_id: str) -> list[Machine]:
    """The VMs of one Azure subscription that there ever were; one that changed its size is there more than once."""
    found = [
        one
        for one in directory.machines_of(customer_id)
        if one.azure_subscription_id == azure_subscription_id
    ]
    return sorted(found, key=lambda one: (one.resource_group.lower(), one.name.lower(), one.first_hour))


def find_machine(machines: list[Machine], group: str, name: str) -> Machine | None:
    """A VM by its resource group and name in any case."""
    for one in machines:
        if one.resource_group.lower() == group.lower() and one.name.lower() == name.lower():
            return one
    return None


def groups_of(machines: list[Machine]) -> dict[str, str]:
    """The resource groups and the region of each: that of its first VM."""
    found: dict[str, str] = {}
    for one in machines:
        found.setdefault(one.resource_group, one.region)
    return found


def running(demand: Demand, machine: Machine, first: int, end: int) -> Hours:
    """Whether a VM ran in each clock hour of a window: 1 or 0; hours before the trace begins count as off."""
    start = max(first, demand.first_hour)
    return demand.running([machine], min(start, end), end)[:, 0]


def is_running(demand: Demand, machine: Machine, hour: int) -> bool:
    """Whether a VM runs in a clock hour."""
    found = running(demand, machine, hour, hour + 1)
    return bool(len(found) and found[0])
