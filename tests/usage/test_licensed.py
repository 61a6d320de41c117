"""Machines that run software with a price of its own are known by their records (D-309, D-407)."""

from __future__ import annotations

import pytest

from bespeak.usage import demand, from_rated, from_utilization

SUB = "b1e6aaaa-0000-4000-8000-000000000001"
ID = f"/subscriptions/{SUB}/resourcegroups/rg-web/providers/microsoft.compute/virtualmachines/web01"


def test_a_meter_whose_price_holds_windows(record):
    reading = from_utilization([record(resource={"subcategory": "Dsv5 Series Windows"}), record(vm="web02")])
    assert reading.licensed == {ID}
    assert len(reading.usage) == 2


def test_a_licence_that_is_billed_beside_a_covered_hour(record):
    """The covered hour itself has a reservation meter, which says nothing of Windows (D-340)."""
    covered = record(resource={"subcategory": "Reservation-Base VM"}, info={"ReservationId": "r-1"})
    licence = record(
        resource={
            "category": "Virtual Machines Licenses",
            "subcategory": "Windows Server",
            "name": "vCPU License",
        },
        info={"UsageType": "ComputeHR_SW"},
    )
    assert from_utilization([covered, licence]).licensed == {ID}


def test_windows_under_hybrid_benefit_has_no_licence_to_pay(record):
    """D-407: the licence is covered by Azure Hybrid Benefit, and the meter is the plain one."""
    assert from_utilization([record(info={"ImageType": "Windows Server"})]).licensed == frozenset()


def test_a_daily_line_says_it_too(line):
    reading = from_rated([line(meterSubCategory="Dsv5 Series Windows"), line(vm="web02")])
    (one,) = reading.licensed
    assert one.endswith("/virtualmachines/web01")


@pytest.mark.parametrize("subcategory", ["Dsv5 Series Windows", "Dsv5 Series"])
def test_it_changes_no_hour(record, subcategory):
    found = demand(from_utilization([record(resource={"subcategory": subcategory})]))
    assert found.sizes["instances"].sum() == 1
    assert found.licensed == ({ID} if "Windows" in subcategory else frozenset())
