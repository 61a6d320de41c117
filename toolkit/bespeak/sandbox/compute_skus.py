"""Which sizes a subscription may deploy where (Microsoft, *Resource Skus - List*).

Sizes, cores and memory are figures of the sample data; disks and features are derived from the name of a size, which is
an inference. A region without prices in the sample data offers nothing here, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bespeak.sandbox.facts import Facts, Size
from bespeak.sandbox.rules import is_restricted

#: Families whose cores are not in the quota of a new subscription (INF).
_BEYOND_QUOTA = re.compile(r"Standard_(N|M|HB|HC)", re.IGNORECASE)
_NAME = re.compile(r"Standard_[A-Z]+(?P<cores>\d+)(-(?P<active>\d+))?(?P<features>[a-z]*)", re.IGNORECASE)
_ZONES = ["3", "1", "2"]
_MOST_DISKS = 64
#: Lists that are kept ready; each has about a megabyte.
_KEPT = 4
#: What else is in the list, between the VMs.
_OTHERS = ("availabilitySets", "disks", "hostGroups/hosts", "snapshots")


@dataclass(frozen=True, slots=True)
class ComputeSku:
    """A size in a region. ``reason``: why it cannot be deployed there, or empty."""

    size: Size
    region: str
    shown_region: str
    reason: str

    @property
    def capabilities(self) -> Mapping[str, str]:
        """What it can do; every value is a text, also numbers and booleans."""
        found = _NAME.match(self.size.name)
        cores = (found and found["cores"]) or str(self.size.vcpus)
        active = (found and found["active"]) or str(self.size.vcpus)
        features = found["features"].lower() if found else ""
        arm = self.size.architecture.lower() == "arm64"
        return {
            "OSVhdSizeMB": "1047552",
            "vCPUs": cores if found and found["active"] else str(self.size.vcpus),
            "MemoryPreservingMaintenanceSupported": "True",
            "HyperVGenerations": "V2" if arm else "V1,V2",
            "MemoryGB": self.size.memory_gib,
            "MaxDataDiskCount": str(min(_MOST_DISKS, 2 * self.size.vcpus)),
            "CpuArchitectureType": "Arm64" if arm else "x64",
            "LowPriorityCapable": "True",
            "PremiumIO": _said(holds="s" in features),
            "VMDeploymentTypes": "IaaS",
            "vCPUsAvailable": active,
            "vCPUsPerCore": "1" if arm else "2",
            "EphemeralOSDiskSupported": _said(holds="d" in features),
            "EncryptionAtHostSupported": _said(holds="s" in features),
            "AcceleratedNetworkingEnabled": _said(holds=self.size.vcpus > 1),
            "RdmaEnabled": "False",
            "MaxNetworkInterfaces": str(max(2, min(8, self.size.vcpus))),
        }

    @property
    def zones(self) -> list[str]:
        """The zones that offer it."""
        return [] if self.reason else list(_ZONES)


def _said(*, holds: bool) -> str:
    return "True" if holds else "False"


class ComputeSkus:
    """The sizes of all regions of one world."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._lists: dict[str, bytes] = {}

    @cached_property
    def _priced(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for price in self._facts.prices:
            found.setdefault(price.region, set()).add(price.size.lower())
        return {region: frozenset(sizes) for region, sizes in found.items()}

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions that offer anything."""
        return tuple(sorted(self._priced))

    def of(self, region: str) -> Iterator[ComputeSku]:
        """The sizes of a region, sorted as in the table; none for a region that does not exist."""
        known = {name.lower() for name in self._facts.region_names}
        wanted = region.lower().replace(" ", "")
        if wanted not in known:
            return
        shown = self._shown(wanted)
        offered = self._priced.get(wanted)
        for size in self._facts.sizes.values():
            if offered is None or size.name.lower() in offered:
                reason = "NotAvailableForSubscription" if offered is None else _reason(size)
                yield ComputeSku(size, wanted, shown, reason)

    def _shown(self, region: str) -> str:
        """The region as this list spells it: some in lower case, most with the capitals of their name."""
        name = self._facts.region_names[region]
        return region if name.endswith("US") else name.replace(" ", "")

    def kept(self, name: str, make: Callable[[], bytes]) -> bytes:
        """The list of this name, made once: sizes never change. The few newest ones are kept."""
        found = self._lists.get(name)
        if found is None:
            while len(self._lists) >= _KEPT:
                self._lists.pop(next(iter(self._lists)), None)
            found = self._lists[name] = make()
        return found

    def others(self) -> tuple[str, ...]:
        """Resource types that stand between the VMs."""
        return _OTHERS


def _reason(size: Size) -> str:
    if _BEYOND_QUOTA.match(size.name):
        return "QuotaId"
    return "NotAvailableForSubscription" if is_restricted(size.vcpus) else ""
