"""Microsoft.Compute: the VMs with their size and location (*Virtual Machines*, D-301)."""

from __future__ import annotations

from bespeak.sandbox.clock import hour_number
from bespeak.sandbox.estate import Machine
from bespeak.sandbox.fleet import PROVIDER, find_machine, is_running, machine_path, machines_in
from bespeak.sandbox.http.arm.places import Place, page, place_of
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, plain
from bespeak.sandbox.http.shapes import compute as shapes
from bespeak.sandbox.ids import guid
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

#: VMs a page.
PAGE = 50
_READ = "Microsoft.Compute/virtualMachines/read"
_IMAGES: dict[str, shapes.ImageReference] = {
    "Linux": {
        "publisher": "Canonical",
        "offer": "0001-com-ubuntu-server-jammy",
        "sku": "22_04-lts-gen2",
        "version": "latest",
    },
    "Windows": {
        "publisher": "MicrosoftWindowsServer",
        "offer": "WindowsServer",
        "sku": "2022-datacenter-azure-edition",
        "version": "latest",
    },
}


def get_machine(ask: Ask, world: World) -> Answer:
    """One VM: its size and its location are what sizing asks for."""
    place, machine = asked_machine(ask, world, _READ)
    view = ask.query.get("$expand", "").lower() == "instanceview"
    return plain(_machine(machine, place, world, view=view))


def instance_view(ask: Ask, world: World) -> Answer:
    """How a VM is at the moment."""
    _, machine = asked_machine(ask, world, "Microsoft.Compute/virtualMachines/instanceView/read")
    return plain(_view(machine, world))


def list_machines(ask: Ask, world: World) -> Answer:
    """The VMs of a subscription, or of one resource group."""
    group = ask.args.get("rg", "")
    place = place_of(ask, world, _READ, f"/resourceGroups/{group}" if group else "")
    machines = machines_in(world.directory, place.customer.id, place.azure.id, world.now)
    if group:
        machines = [one for one in machines if one.resource_group.lower() == group.lower()]
        if not machines:
            raise no_group(group)
    found, following = page(ask, machines, PAGE)
    # Ids in the list of a whole subscription show the resource group in capitals.
    body: shapes.VirtualMachines = {
        "value": [_machine(one, place, world, capitals=not group) for one in found]
    }
    if following:
        body["nextLink"] = following
    return plain(body)


def asked_machine(ask: Ask, world: World, action: str) -> tuple[Place, Machine]:
    """The VM of the path, if the caller may do this with it."""
    group, name = ask.args["rg"], ask.args["vm"]
    place = place_of(ask, world, action, f"/resourceGroups/{group}/providers/{PROVIDER}/{name}")
    machines = machines_in(world.directory, place.customer.id, place.azure.id, world.now)
    machine = find_machine(machines, group, name)
    if machine is None:
        if not any(one.resource_group.lower() == group.lower() for one in machines):
            raise no_group(group)
        what = f"The Resource '{PROVIDER}/{name}' under resource group '{group}' was not found."
        raise RefusalError(404, "ResourceNotFound", what)
    return place, machine


def no_group(group: str) -> RefusalError:
    """The refusal for a resource group that a subscription has not."""
    return RefusalError(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.")


def _machine(
    machine: Machine, place: Place, world: World, *, view: bool = False, capitals: bool = False
) -> shapes.VirtualMachine:
    path = machine_path(machine)
    if capitals:
        path = path.replace(machine.resource_group, machine.resource_group.upper(), 1)
    group = f"{place.path}/resourceGroups/{machine.resource_group}/providers"
    disk = f"{machine.name}_OsDisk_1"
    properties: shapes.VmProperties = {
        "vmId": guid("vm", machine_path(machine)),
        "hardwareProfile": {"vmSize": machine.size},
        "storageProfile": {
            "imageReference": _IMAGES["Windows" if machine.os == "Windows" else "Linux"],
            "osDisk": {
                "osType": machine.os,
                "name": disk,
                "createOption": "FromImage",
                "caching": "ReadWrite",
                "managedDisk": {
                    "id": f"{group}/Microsoft.Compute/disks/{disk}",
                    "storageAccountType": "Premium_LRS",
                },
            },
            "dataDisks": [],
        },
        "osProfile": {"computerName": machine.name, "adminUsername": "azureuser"},
        "networkProfile": {
            "networkInterfaces": [{"id": f"{group}/Microsoft.Network/networkInterfaces/{machine.name}-nic"}]
        },
        "provisioningState": "Succeeded",
    }
    if view:
        properties["instanceView"] = _view(machine, world)
    return {
        "id": path,
        "name": machine.name,
        "type": PROVIDER,
        "location": machine.region,
        "tags": {"series": machine.series},
        "properties": properties,
    }


def _view(machine: Machine, world: World) -> shapes.InstanceView:
    on = is_running(world.demand, machine, hour_number(world.now))
    power = ("running", "VM running") if on else ("deallocated", "VM deallocated")
    return {
        "statuses": [
            {
                "code": "ProvisioningState/succeeded",
                "level": "Info",
                "displayStatus": "Provisioning succeeded",
            },
            {"code": f"PowerState/{power[0]}", "level": "Info", "displayStatus": power[1]},
        ]
    }


_SUB = "/subscriptions/<sub>"
_VMS = "providers/microsoft.compute/virtualmachines"
_GROUP = f"{_SUB}/resourcegroups/<rg>"
_VERSION = Query("api-version", needed=True)
_ERRORS = ((400, "InvalidSubscriptionId"), (403, "AuthorizationFailed"), (404, "SubscriptionNotFound"))
_ABSENT = ((404, "ResourceGroupNotFound"), (404, "ResourceNotFound"))
_TEST = "test_azure_compute.py::"
ROUTES = (
    Route(
        "GET",
        f"{_SUB}/{_VMS}",
        list_machines,
        about=About(
            "Virtual Machines - List All",
            "S, K; capitals in ids K; page size INF",
            {200: shapes.VirtualMachines},
            f"{_TEST}test_the_vms_of_a_subscription_come_in_pages",
            query=(_VERSION, Query("$skiptoken")),
            errors=(*_ERRORS, (400, "InvalidSkipToken")),
        ),
    ),
    Route(
        "GET",
        f"{_GROUP}/{_VMS}",
        list_machines,
        about=About(
            "Virtual Machines - List",
            "S, K; page size INF",
            {200: shapes.VirtualMachines},
            f"{_TEST}test_the_vms_of_a_resource_group_are_its_own",
            query=(_VERSION, Query("$skiptoken")),
            errors=(*_ERRORS, *_ABSENT[:1], (400, "InvalidSkipToken")),
        ),
    ),
    Route(
        "GET",
        f"{_GROUP}/{_VMS}/<vm>",
        get_machine,
        about=About(
            "Virtual Machines - Get",
            "S, D (D-301)",
            {200: shapes.VirtualMachine},
            f"{_TEST}test_a_vm_shows_its_size_and_its_location",
            query=(_VERSION, Query("$expand")),
            errors=(*_ERRORS, *_ABSENT),
        ),
    ),
    Route(
        "GET",
        f"{_GROUP}/{_VMS}/<vm>/instanceview",
        instance_view,
        about=About(
            "Virtual Machines - Instance View",
            "S, K",
            {200: shapes.InstanceView},
            f"{_TEST}test_a_vm_runs_or_not_as_its_demand_says",
            query=(_VERSION,),
            errors=(*_ERRORS, *_ABSENT),
            states=("PowerState/running", "PowerState/deallocated"),
        ),
    ),
)
