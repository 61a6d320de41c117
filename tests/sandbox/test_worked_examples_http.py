"""Worked examples of benefits over HTTP: what a client reads of covered hours (X-01 to X-03, X-18, X-19)."""

import json

import pytest
from benefit_help import hold, promise
from tiny_world import ADA, ADA_AZURE_ONE, ARM, BOB, BOB_AZURE_ONE, BOB_AZURE_TWO

from bespeak.sandbox.reservation_records import Scope

DAY = 24 * 60
VERSION = "api-version=2024-08-01"
FIRST_DAY = "properties/usageDate ge 2026-11-16 AND properties/usageDate le 2026-11-16"


def used(caller, held):
    """Hours of each machine that a reservation covered on the first day, and its row of that day."""
    caller.advance(DAY * 2)
    below = f"/providers/Microsoft.Capacity/reservationorders/{held.order_id}/providers/Microsoft.Consumption"
    details = rows(caller, f"{below}/reservationDetails?$filter={FIRST_DAY}&{VERSION}")
    (day,) = rows(caller, f"{below}/reservationSummaries?grain=daily&$filter={FIRST_DAY}&{VERSION}")
    return {one["instanceId"].rpartition("/")[2]: one["usedHours"] for one in details}, day


def rows(caller, path):
    answer = caller.call("GET", path, prefix="/arm", audience=ARM)
    assert answer.status_code == 200, answer.text
    return [one["properties"] for one in answer.get_json()["value"]]


def lines(caller, machine):
    """The rated lines of a machine on the first day."""
    caller.advance(DAY * 2)
    path = "/v1/invoices/unbilled/lineitems?provider=onetime&invoicelineitemtype=usagelineitems"
    found = [line for page in caller.pages(f"{path}&currencycode=usd&period=current") for line in page]
    return [
        line
        for line in found
        if line["resourceUri"].rpartition("/")[2] == machine and line["usageDate"].startswith("2026-11-16")
    ]


@pytest.mark.parametrize(
    ("size", "quantity", "hours", "utilization"),
    [
        ("Standard_D2s_v5", 1, 12, 100),  # one unit for a machine of two: covered by half
        ("Standard_D2s_v5", 2, 24, 100),
        ("Standard_D4s_v5", 1, 24, 100),
        ("Standard_D4s_v5", 2, 24, 50),
    ],
)
def test_x01_a_large_machine_is_covered_in_part(caller, world, size, quantity, hours, utilization):
    """X-01: units of the group are what counts; here one D4s (ratio 2) alone in its subscription."""
    held = hold(world, BOB, size=size, quantity=quantity, scope=Scope("Single", BOB_AZURE_TWO))
    machines, day = used(caller, held)
    assert machines == {"vm-q1": hours}
    assert day["avgUtilizationPercentage"] == utilization


def test_x02_an_hour_is_filled_once(caller, world):
    """X-02: one reservation, two machines in ten hours of the day: one hour in each is covered, the other is not."""
    held = hold(world, BOB, scope=Scope("Single", BOB_AZURE_ONE))
    machines, day = used(caller, held)
    assert (sum(machines.values()), day["usedHours"], day["avgUtilizationPercentage"]) == (24, 24, 100)
    assert set(machines) == {"vm-p1"}


def test_x03_a_covered_record_counts_by_its_ratio(caller, world):
    """X-03 (D-344): hours of the reservation = quantity of the record x ratio; here 24 x 2 = 48."""
    held = hold(world, BOB, quantity=2, scope=Scope("Single", BOB_AZURE_TWO))
    (line,) = lines(caller, "vm-q1")
    ratio = float(json.loads(line["additionalInfo"])["RINormalizationRatio"])
    assert line["quantity"] * ratio == 48
    assert used(caller, held)[1]["usedHours"] == 48


def test_x18_the_narrow_scope_leaves_the_shared_one_for_the_last(caller, world):
    """X-18: one reservation for the group, one for the subscription, one for all: none takes the machine of another."""
    shared = hold(world, ADA, flexible=False)
    group = hold(world, ADA, scope=Scope("ResourceGroup", f"{ADA_AZURE_ONE}/rg-a"), flexible=False)
    single = hold(world, ADA, scope=Scope("Single", ADA_AZURE_ONE), flexible=False)
    assert used(caller, group)[0] == {"vm-a1": 24}
    assert used(caller, single)[0] == {"vm-w1": 10}
    assert used(caller, shared)[0] == {"vm-b1": 24}


def test_x19_the_rest_of_a_machine_moves_on_to_the_plan(caller, world):
    """X-19 (D-450): half by the reservation; 0.03 an hour buy half of the rest; a quarter is paid by the hour."""
    hold(world, BOB, scope=Scope("Single", BOB_AZURE_TWO))
    promise(world, BOB, "0.03", scope=Scope("Single", BOB_AZURE_TWO))
    found = {_benefit(line): line["quantity"] for line in lines(caller, "vm-q1")}
    assert found == {"ReservationId": 12, "SavingsPlanId": 6, "": 6}


def _benefit(line):
    info = json.loads(line["additionalInfo"])
    return next((name for name in ("ReservationId", "SavingsPlanId") if name in info), "")
