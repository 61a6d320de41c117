"""The VMs of a subscription as Azure sees them at an instant: which there are, and which run."""

from __future__ import annotations

from bespeak.sandbox.demand import Demand, Hours
from bespeak.sandbox.directory import Directory
from bespeak.sandbox.estate import Machine

PROVIDER = "Microsoft.Compute/virtualMachines"


def machine_path(machine: Machine) -> str:
    """The ARM id of a VM."""
    group = f"/subscriptions/{machine.azure_subscription_id}/resourceGroups/{machine.resource_group}"
    return f"{group}/providers/{PROVIDER}/{machine.name}"


def machines_in(directory: Directory, customer_id: str, azure_subscription_id: str) -> list[Machine]:
    """The VMs of one Azure subscription, by resource group and name."""
    found = [
        one
        for one in directory.machines_of(customer_id)
        if one.azure_subscription_id == azure_subscription_id
    ]
    return sorted(found, key=lambda one: (one.resource_group.lower(), one.name.lower()))


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
