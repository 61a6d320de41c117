"""What Azure Monitor measured of a virtual machine (Azure Monitor REST API, *Metrics - List*, 2024-02-01)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from bespeak.clients.call import Call
from bespeak.clients.reading import Item, values
from bespeak.errors import InputError

METRICS_VERSION = "2024-02-01"
CPU = "Percentage CPU"
FREE_MEMORY = "Available Memory Bytes"
AVAILABILITY = "VmAvailabilityMetric"
NAMESPACE = "Microsoft.Compute/virtualMachines"

_MACHINE = re.compile(
    r"/subscriptions/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/resourcegroups/[\w().-]{1,90}"
    r"/providers/microsoft\.compute/virtualmachines/[\w().-]{1,80}",
    re.IGNORECASE,
)


def vm_metrics(
    resource: str,
    start: datetime,
    end: datetime,
    *,
    names: Sequence[str] = (CPU, FREE_MEMORY),
    aggregations: Sequence[str] = ("Average", "Minimum", "Maximum"),
    interval: str = "PT30M",
    tenant: str = "",
) -> Call[list[Item]]:
    """The named metrics of a machine over [start, end), one point an interval; intervals when it was off have no value.

    ``tenant`` is the customer's directory. Raises ``InputError`` for what is no id of a virtual machine.
    """
    if not _MACHINE.fullmatch(resource):
        raise InputError(
            f"'{resource[:120]}' is not the id of a virtual machine, so it has no metrics.",
            "Machines of scale sets and of other services are measured elsewhere; leave them out.",
        )
    params = {
        "api-version": METRICS_VERSION,
        "timespan": f"{_instant(start)}/{_instant(end)}",
        "interval": interval,
        "metricnames": ",".join(names),
        "aggregation": ",".join(aggregations),
        "metricnamespace": NAMESPACE,
    }
    path = f"{resource}/providers/Microsoft.Insights/metrics"
    return Call("read the metrics of a machine", "arm", "GET", path, values, params, tenant=tenant)


def is_machine(resource: str) -> bool:
    """Whether metrics of this resource can be asked for: it is a virtual machine of its own."""
    return _MACHINE.fullmatch(resource) is not None


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
