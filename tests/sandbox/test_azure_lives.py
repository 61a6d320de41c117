"""VMs that come, change their size and go: what Compute, Azure Monitor and the activity log say of them."""

import copy
from dataclasses import replace

import pytest
from azure_caller import get, refused
from tiny_world import ADA_AZURE_ONE, TOKEN, Caller

from bespeak.sandbox import World, create_app
from bespeak.sandbox.clock import START, hour_number

SUB = f"/subscriptions/{ADA_AZURE_ONE}"
VMS = f"{SUB}/resourceGroups/rg-a/providers/Microsoft.Compute/virtualMachines"
LOG = f"{SUB}/providers/Microsoft.Insights/eventtypes/management/values"
#: Two days before the world begins.
TURN = hour_number(START) - 48


@pytest.fixture
def caller(first_world):
    """Vm-a1 was a D2s_v5 and is a D4s_v5; vm-a2 is gone; vm-w1 comes in two days."""
    base = copy.copy(first_world.base)
    old, gone, new, *_ = base.estate.machines[ADA_AZURE_ONE]
    lives = (
        replace(old, end_hour=TURN),
        replace(old, size="Standard_D4s_v5", first_hour=TURN),
        replace(gone, end_hour=TURN),
        replace(new, first_hour=TURN + 96, series="steady"),
    )
    base.estate = replace(base.estate, machines={**base.estate.machines, ADA_AZURE_ONE: lives})
    world = World(base)
    return Caller(world, create_app(world, TOKEN).test_client(), [0.0], [])


def names(caller):
    return [one["name"] for one in get(caller, VMS)["value"]]


def test_a_vm_is_there_while_it_lives_and_has_the_size_of_the_day(caller):
    """D-301 (d)."""
    assert names(caller) == ["vm-a1"]
    assert get(caller, f"{VMS}/vm-a1")["properties"]["hardwareProfile"]["vmSize"] == "Standard_D4s_v5"
    for name in ("vm-a2", "vm-w1"):
        assert refused(caller, "GET", f"{VMS}/{name}") == (404, "ResourceNotFound")
    caller.advance(48 * 60)
    assert names(caller) == ["vm-a1", "vm-w1"]


def test_metrics_go_on_over_a_change_of_size(caller):
    span = (
        "timespan=2026-11-13T22:00:00Z/2026-11-14T02:00:00Z&interval=PT1H&metricnames=Available Memory Bytes"
    )
    answer = get(caller, f"{VMS}/vm-a1/providers/Microsoft.Insights/metrics?{span}")
    found = [point["average"] / 2**30 for point in answer["value"][0]["timeseries"][0]["data"]]
    assert len(found) == 4
    assert max(found[:2]) < 8 < min(found[2:]) * 2
    assert sum(found[2:]) > 1.5 * sum(found[:2])


def test_the_log_says_what_became_of_them(caller):
    text = "eventTimestamp ge '2026-11-13T00:00:00Z'"
    found = get(caller, f"{LOG}?$filter={text}")["value"]
    begun = {
        (one["resourceId"].rpartition("/")[2], one["operationName"]["value"].partition("virtualMachines/")[2])
        for one in found
        if one["status"]["value"] == "Started"
    }
    assert begun == {
        ("vm-a1", "write"),
        ("vm-a1", "start/action"),
        ("vm-a1", "deallocate/action"),
        ("vm-a2", "delete"),
        ("vm-a2", "deallocate/action"),
    }
    assert {one["eventTimestamp"][:16] for one in found} == {"2026-11-14T00:00", "2026-11-14T00:01"}
