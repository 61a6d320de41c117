"""Bodies of Microsoft.Compute."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class Named(TypedDict):
    """A capability: its value is always a text."""

    name: str
    value: str


class ZoneDetail(TypedDict):
    """What some zones can do; ``Name`` has a capital N and is a list."""

    Name: list[str]
    capabilities: list[Named]


class LocationInfo(TypedDict):
    """Where in a region a size is."""

    location: str
    zones: list[str]
    zoneDetails: list[ZoneDetail]


class RestrictionInfo(TypedDict):
    """Where a restriction holds."""

    locations: list[str]
    zones: NotRequired[list[str]]


class Restriction(TypedDict):
    """Why a size cannot be deployed: QuotaId or NotAvailableForSubscription."""

    type: str
    values: list[str]
    restrictionInfo: RestrictionInfo
    reasonCode: str


class ResourceSku(TypedDict):
    """One size in one region, or something else that is deployed."""

    resourceType: str
    name: str
    tier: str
    size: NotRequired[str]
    family: NotRequired[str]
    locations: list[str]
    locationInfo: list[LocationInfo]
    capabilities: list[Named]
    restrictions: list[Restriction]


class ResourceSkus(TypedDict):
    """All sizes that a filter lets through, in one page."""

    value: list[ResourceSku]


class HardwareProfile(TypedDict):
    """The size of a VM."""

    vmSize: str


class ImageReference(TypedDict):
    """What a VM was made from."""

    publisher: str
    offer: str
    sku: str
    version: str


class ManagedDisk(TypedDict):
    """The disk behind a drive."""

    id: str
    storageAccountType: str


class OsDisk(TypedDict):
    """The system disk."""

    osType: str
    name: str
    createOption: str
    caching: str
    managedDisk: ManagedDisk


class StorageProfile(TypedDict):
    """Image and disks; data disks are not part of this sandbox."""

    imageReference: ImageReference
    osDisk: OsDisk
    dataDisks: list[str]


class OsProfile(TypedDict):
    """The system as its user knows it."""

    computerName: str
    adminUsername: str


class NetworkInterface(TypedDict):
    """A link to a network card."""

    id: str


class NetworkProfile(TypedDict):
    """The network cards."""

    networkInterfaces: list[NetworkInterface]


class InstanceStatus(TypedDict):
    """One state: ``PowerState/running``, ``ProvisioningState/succeeded``."""

    code: str
    level: str
    displayStatus: str
    time: NotRequired[str]


class InstanceView(TypedDict):
    """How a VM is at the moment."""

    statuses: list[InstanceStatus]


class VmProperties(TypedDict):
    """What a VM is."""

    vmId: str
    hardwareProfile: HardwareProfile
    storageProfile: StorageProfile
    osProfile: OsProfile
    networkProfile: NetworkProfile
    provisioningState: str
    timeCreated: NotRequired[str]
    instanceView: NotRequired[InstanceView]


class VirtualMachine(TypedDict):
    """A VM (Microsoft, *Virtual Machines - Get*)."""

    id: str
    name: str
    type: str
    location: str
    tags: dict[str, str]
    properties: VmProperties


class VirtualMachines(TypedDict):
    """One page of VMs."""

    value: list[VirtualMachine]
    nextLink: NotRequired[str]
