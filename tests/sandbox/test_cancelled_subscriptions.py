"""What a cancelled subscription does to VMs and to reservations (D-1256)."""

from datetime import timedelta

import azure_caller
import pytest
from azure_caller import CAPACITY
from commerce_steps import buy, legacy_line
from test_commerce_subscriptions import LEGACY, change
from tiny_world import ADA, ADA_AZURE_ONE, ADA_ONE, BOB, BOB_AZURE_TWO, BOB_PLAN

SUB = f"/subscriptions/{ADA_AZURE_ONE}"
VM = f"{SUB}/resourceGroups/rg-a/providers/Microsoft.Compute/virtualMachines/vm-a1"
DAY = 24 * 60


def power(caller):
    return azure_caller.get(caller, f"{VM}/instanceView")["statuses"][-1]["code"]


def usage(caller):
    """Hours of VMs of each day in the records of the subscription."""
    end = f"{caller.world.now:%Y-%m-%dT%H:%M:%SZ}"
    path = f"/v1/customers/{ADA}/subscriptions/{ADA_ONE}/utilizations/azure?start_time=2026-11-16T00:00:00Z"
    found = {}
    for page in caller.pages(f"{path}&end_time={end}&granularity=daily&show_details=true"):
        for one in page:
            if one["unit"] == "1 Hour" and one["instanceData"]["resourceUri"].lower().endswith("/vm-a1"):
                day = one["usageStartTime"][:10]
                found[day] = found.get(day, 0) + one["quantity"]
    return found


def used_hours(caller, held):
    text = "properties/usageDate ge 2026-11-16 and properties/usageDate le 2026-12-31"
    path = (
        f"{CAPACITY}/reservationOrders/{held.order_id}/providers/Microsoft.Consumption/reservationSummaries"
    )
    days = azure_caller.get(caller, f"{path}?grain=daily&$filter={text}", version="2023-11-01")["value"]
    return {one["properties"]["usageDate"][:10]: one["properties"] for one in days}


def test_its_machines_are_deallocated_and_use_nothing(caller):
    assert power(caller) == "PowerState/running"
    caller.advance(2 * DAY)
    change(caller, LEGACY, status="suspended")
    assert azure_caller.get(caller, SUB)["state"] == "Disabled"
    assert power(caller) == "PowerState/deallocated"
    caller.advance(2 * DAY)
    change(caller, LEGACY, status="active")
    caller.advance(3 * DAY)
    assert power(caller) == "PowerState/running"
    found = usage(caller)
    assert {day for day, hours in found.items() if hours == 24} >= {"2026-11-16", "2026-11-17", "2026-11-20"}
    assert not {"2026-11-18", "2026-11-19"} & set(found)


def test_its_reservation_lives_on_is_paid_for_and_loses_its_hours(caller):
    """The reservation is an object of the tenant (D-227)."""
    scope = {"provisioningContext": {"subscriptionId": ADA_ONE, "scope": "single"}}
    buy(caller, legacy_line(caller, **scope), customer=ADA)
    (held,) = caller.world.book.reservations(ADA)
    caller.advance(2 * DAY)
    change(caller, LEGACY, status="suspended")
    caller.advance(3 * DAY)
    days = used_hours(caller, held)
    assert days["2026-11-17"]["usedHours"] == 24
    assert (days["2026-11-19"]["usedHours"], days["2026-11-19"]["reservedHours"]) == (0, 24)
    path = f"{CAPACITY}/reservationOrders/{held.order_id}/reservations/{held.id}"
    assert azure_caller.get(caller, path)["properties"]["provisioningState"] == "Succeeded"


def test_a_cancelled_azure_subscription_of_a_plan_stops_too(caller, world):
    path = f"/v1/customers/{BOB}/subscriptions/{BOB_PLAN}/azureEntitlements/{BOB_AZURE_TWO}/cancel"
    caller.advance(30)
    caller.post(path, {"cancellationReason": "compromise"}, 200)
    first, *_ = [
        one for one in world.directory.machines_of(BOB) if one.azure_subscription_id == BOB_AZURE_TWO
    ]
    hour = int((world.now - timedelta(minutes=30)).timestamp() // 3600)
    assert world.demand.running([first], hour, hour + 3)[:, 0].tolist() == [1, 0, 0]


@pytest.mark.parametrize("times", [1, 2])
def test_suspending_twice_is_suspending_once(world, times):
    for _ in range(times):
        world.directory.pause(ADA_AZURE_ONE, 500)
    world.directory.resume(ADA_AZURE_ONE, 600)
    world.directory.resume(ADA_AZURE_ONE, 700)
    assert world.state.directory.pauses == {ADA_AZURE_ONE: [(500, 600)]}
