"""The same life gives the same ledger; what was reported late, twice, wrong or taken back; what came before July."""

import json
from collections import Counter
from datetime import timedelta
from hashlib import blake2b

import numpy as np
import pytest
from benefit_help import hold, promise
from hypothesis import given
from hypothesis import strategies as st
from tiny_world import ADA, ADA_AZURE_ONE, ADA_ONE, ADA_TWO, BOB, BOB_AZURE_TWO

from bespeak.sandbox import World
from bespeak.sandbox.clock import hour_number
from bespeak.sandbox.coverage import Cells
from bespeak.sandbox.day_use import daily_use
from bespeak.sandbox.ledger import Usage, usage_rows
from bespeak.sandbox.oddities import LATE_HOURS, Oddities
from bespeak.sandbox.reservation_records import Applied, Scope

DAY = 24 * 60
DAYS = ("2026-11-10T00:00:00Z", "2026-11-13T00:00:00Z")


def where(start, end, more="&granularity=hourly", subscription=ADA_ONE):
    path = f"/v1/customers/{ADA}/subscriptions/{subscription}/utilizations/azure"
    return f"{path}?start_time={start}&end_time={end}{more}"


def records(caller, start=DAYS[0], end=DAYS[1], **more):
    return [one for page in caller.pages(where(start, end, **more)) for one in page]


def key(record):
    """The key that the documents name (D-326)."""
    data = record["instanceData"]
    info = data.get("additionalInfo", {})
    return (
        data["resourceUri"],
        record["resource"]["id"],
        info.get("ConsumptionMeter"),
        info.get("ReservationId"),
        record["usageStartTime"],
        record["usageEndTime"],
    )


def live(world):
    """A life with reservations that change their scope and a savings plan, as far as it is known beforehand."""
    one = hold(world, ADA, quantity=2)
    one.applied.append(Applied(world.now + timedelta(days=9, hours=5), Scope("Single", ADA_AZURE_ONE), False))
    hold(world, BOB, scope=Scope("Single", BOB_AZURE_TWO))
    promise(world, BOB, "0.1")


def digest(world):
    """A name for all records: of two legacy subscriptions by hour and by day, all rated lines, all daily use."""
    hashed = blake2b()
    for key in (ADA_ONE, ADA_TWO):
        records = world.utilization(world.subscription(ADA, key))
        hashed.update((records.digest(hourly=True) + records.digest(hourly=False)).encode())
    for period in ("previous", "current"):
        month = world.rated(period)
        hashed.update("".join(month.page(0, len(month))).encode())
    for held in world.book.reservations():
        hashed.update(repr(daily_use(world.covered(held.customer_id), held)).encode())
    return hashed.hexdigest()


def test_the_same_seed_gives_the_same_ledger(folder):
    worlds = [World.demo(folder=folder), World.demo(folder=folder)]
    for world in worlds:
        live(world)
        world.advance(40 * DAY)
    assert digest(worlds[0]) == digest(worlds[1])
    worlds[1].advance(60)
    assert digest(worlds[0]) != digest(worlds[1])


def test_thirty_steps_of_a_day_are_one_step_of_thirty_days(folder):
    whole, steps = World.demo(folder=folder), World.demo(folder=folder)
    for world in (whole, steps):
        live(world)
    whole.advance(30 * DAY)
    for _ in range(30):
        steps.advance(DAY)
        digest(steps)
    assert digest(whole) == digest(steps)
    assert whole.snapshot() == steps.snapshot()


def test_a_snapshot_holds_all_that_the_ledger_needs(folder):
    world, other = World.demo(folder=folder), World.demo(folder=folder)
    live(world)
    world.advance(20 * DAY)
    other.restore(world.snapshot())
    assert digest(world) == digest(other)


def test_a_purchase_of_today_leaves_the_past_alone(world):
    live(world)
    world.advance(20 * DAY)
    before = world.covered(ADA).cells(0, hour_number(world.now))
    hold(world, ADA, quantity=3, scope=Scope("ResourceGroup", f"{ADA_AZURE_ONE}/rg-a"))
    after = world.covered(ADA)
    assert np.array_equal(before.hours, after.cells(0, after.end).hours)


def test_months_that_have_passed_are_not_worked_out_again(world, monkeypatch):
    live(world)
    world.advance(70 * DAY)
    digest(world)
    done = []
    cover = type(world.coverage).cover
    monkeypatch.setattr(
        type(world.coverage), "cover", lambda *args: done.append(args[1].customer_id) or cover(*args)
    )
    world.advance(DAY)
    hold(world, ADA)
    digest(world)
    assert sorted(done) == [ADA, BOB]


def test_by_default_every_record_is_there_once_and_on_time(caller):
    found = Counter(map(key, records(caller)))
    assert set(found.values()) == {1}
    assert all(one["quantity"] > 0 for one in records(caller))


def test_f69_what_is_late_stands_under_its_old_date_in_a_later_window(caller, world):
    on_time = {key(one): one["quantity"] for one in records(caller)}
    world.switches.set("usage_late", 20)
    first = {key(one): one["quantity"] for one in records(caller)}
    rest = records(caller, DAYS[1], "2026-11-16T00:00:00Z")
    late = {key(one): one["quantity"] for one in rest if one["usageStartTime"][:19] < DAYS[1][:19]}
    assert 0 < len(late) < len(on_time) / 2
    assert [one["usageStartTime"] for one in rest] == sorted(one["usageStartTime"] for one in rest)
    early = {name for name in first if name[4][:19] < DAYS[0][:19]}
    assert {name: amount for name, amount in (first | late).items() if name not in early} == on_time
    assert LATE_HOURS == 40


def test_f69_what_comes_twice_has_the_same_key_and_quantity(caller, world):
    once = {key(one): one["quantity"] for one in records(caller)}
    world.switches.set("usage_doubled", 10)
    twice = records(caller, DAYS[0], "2026-11-16T00:00:00Z")
    counted = Counter(key(one) for one in twice if DAYS[0][:19] <= one["usageStartTime"][:19] < DAYS[1][:19])
    assert set(counted.values()) == {1, 2}
    assert {
        key(one): one["quantity"] for one in twice if one["usageStartTime"] < DAYS[1] and key(one) in once
    } == once


def test_f69_of_what_is_corrected_the_last_report_counts(caller, world):
    right = {key(one): one["quantity"] for one in records(caller)}
    world.switches.set("usage_corrected", 30)
    found = records(caller, DAYS[0], "2026-11-16T00:00:00Z")
    reports = [one for one in found if key(one) in right]
    wrong = [one for one in reports if one["quantity"] != right[key(one)]]
    assert wrong
    assert all(one["quantity"] == pytest.approx(1.5 * right[key(one)], abs=1e-6) for one in wrong)
    assert {key(one): one["quantity"] for one in reports} == right


def test_f70_what_is_taken_back_is_a_negative_record_of_a_machine_that_did_not_run():
    """Machine 0 runs on both days, machine 1 only on the first: its second day is negative."""
    usage = Usage(24 * 20_000, 24, np.array([[24.0, 10.0], [24.0, 0.0]]))
    plain = usage_rows(usage, Cells.joined([]), np.array([False, False]))
    rows = Oddities(credited=100).applied(plain)
    shown = list(
        zip(rows.slot - usage.start, rows.item, rows.quantity, rows.reported - rows.slot, strict=True)
    )
    assert shown == [(0, 0, 24, 24), (0, 1, 10, 24), (24, 0, 24, 24), (24, 1, -10, 24)]


def test_the_same_seed_chooses_the_same_records(caller, world):
    world.switches.set("usage_late", 50)
    once = records(caller)
    world.switches.set("usage_late", 0)
    assert records(caller) != once
    world.switches.set("usage_late", 50)
    assert records(caller) == once


def test_by_day_and_without_details_doubled_usage_counts_twice(caller, world):
    more = "&granularity=daily&show_details=false"
    once = records(caller, more=more)
    world.switches.set("usage_doubled", 100)
    whole = records(caller, DAYS[0], "2026-11-16T00:00:00Z", more=more)
    first = {(one["usageStartTime"], one["resource"]["id"]): one["quantity"] for one in once}
    again = {(one["usageStartTime"], one["resource"]["id"]): one["quantity"] for one in whole}
    assert all(again[name] == pytest.approx(2 * amount) for name, amount in first.items())


def test_a_window_that_is_not_ready_is_204_until_it_is(caller, world):
    world.switches.set("usage_ready_minutes", 90)
    path = where("2026-11-15T00:00:00Z", "2026-11-16T00:00:00Z")
    answer = caller.call("GET", path)
    assert (answer.status_code, answer.data, answer.headers["Retry-After"]) == (204, b"", "2")
    caller.advance(89)
    assert caller.call("GET", path).status_code == 204
    caller.advance(1)
    assert caller.get(path)["items"]


def test_records_go_back_to_july(caller):
    found = records(caller, "2026-07-01T00:00:00Z", "2026-07-02T00:00:00Z")
    assert found[0]["usageStartTime"] == "2026-07-01T00:00:00+00:00"


def test_names_in_additional_info_may_begin_small(caller, world):
    world.switches.set("info_case", "camel")
    found = records(caller)[1]["instanceData"]["additionalInfo"]
    assert set(found) == {"imageType", "serviceType", "vMName", "usageType"}


def test_d340_a_covered_hour_is_on_the_reservation_meter_and_names_the_real_one(caller, world):
    held = hold(world, ADA, quantity=1)
    caller.advance(60)
    found = records(caller, "2026-11-16T00:00:00Z", "2026-11-16T01:00:00Z")
    (covered,) = [one for one in found if "ReservationId" in one["instanceData"].get("additionalInfo", {})]
    info = covered["instanceData"]["additionalInfo"]
    assert covered["resource"]["id"] == "22222222-0000-4000-8000-000000000001"
    assert covered["resource"]["subcategory"] == "Reservation-Base VM"
    assert info["ReservationId"] == held.id
    assert info["ConsumptionMeter"] == "11111111-0000-4000-8000-000000000001"
    assert covered["quantity"] == 1


def rated(caller):
    path = (
        "/v1/invoices/unbilled/lineitems?provider=onetime&invoicelineitemtype=usagelineitems&currencycode=usd"
    )
    return [line for page in caller.pages(f"{path}&period=current") for line in page]


def test_a_day_under_a_savings_plan_costs_nothing_more_and_names_the_plan(caller, world):
    plan = promise(world, BOB, "0.06")
    caller.advance(3 * DAY)
    (line,) = [
        one
        for one in rated(caller)
        if one["usageDate"].startswith("2026-11-16") and "SavingsPlanId" in one["additionalInfo"]
    ]
    info = json.loads(line["additionalInfo"])
    assert (info["SavingsPlanId"], info["SavingsPlanOrderId"]) == (plan.id, plan.order_id)
    assert (line["quantity"], line["unitPrice"], line["effectiveUnitPrice"]) == (24, 0.1152, 0)
    assert (line["billingPreTaxTotal"], line["hasPartnerEarnedCredit"]) == (0, False)


def test_d1231_without_access_there_is_no_earned_credit(caller, world):
    world.switches.set("no_earned_credit_for", BOB)
    line = rated(caller)[0]
    assert (line["effectiveUnitPrice"], line["rateOfPartnerEarnedCredit"]) == (0.1152, 0)


def test_lines_as_values_say_the_same_as_the_json(caller, world):
    held = hold(world, BOB, quantity=2)
    promise(world, BOB, "0.06")
    caller.advance(3 * DAY)
    shown = rated(caller)
    lines = list(world.rated("current").lines())
    assert [float(one.total) for one in lines] == [one["billingPreTaxTotal"] for one in shown]
    kinds = {one.benefit and (one.benefit.type, one.benefit.id == held.id) for one in lines}
    assert kinds == {None, ("Reservation", True), ("SavingsPlan", False)}


@given(
    st.lists(st.lists(st.sampled_from([0.0, 0.25, 1.0]), min_size=3, max_size=3), min_size=1, max_size=48),
    st.integers(0, 100),
    st.integers(0, 100),
    st.integers(0, 100),
    st.integers(0, 2**63),
)
def test_f69_whatever_is_late_doubled_or_corrected_the_last_reports_are_the_truth(
    used, late, doubled, wrong, salt
):
    usage = Usage(24 * 20_000, 1, np.array(used))
    plain = usage_rows(usage, Cells.joined([]), np.zeros(3, dtype=bool))
    odd = Oddities(late=late, doubled=doubled, corrected=wrong, salt=salt)
    rows = odd.applied(plain)
    order = np.argsort(rows.reported, kind="stable")
    last = {(s, i, k): q for s, i, k, q in rows.at(order)}
    assert last == {(s, i, k): q for s, i, k, q in plain.at(slice(None))}
    assert (np.diff(rows.slot) >= 0).all()
    assert (rows.reported - rows.slot - 1 <= odd.latest).all()
