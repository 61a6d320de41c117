"""What reservations and savings plans cover hour by hour, on the law (the worked examples of the domain guide)."""

from datetime import timedelta

import numpy as np
import pytest
from benefit_help import hold, promise
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_world import ADA, ADA_AZURE_ONE, ADA_AZURE_TWO, BOB, BOB_AZURE_ONE, BOB_AZURE_TWO

from bespeak.sandbox.benefit import Budget, Pool, apply_budgets, apply_pools
from bespeak.sandbox.clock import hour_number
from bespeak.sandbox.day_use import daily_use
from bespeak.sandbox.reservation_records import Applied, Scope
from bespeak.sandbox.scenes import RANK, segments

DAY = 24 * 60


def covered_by(world, customer, benefit):
    """VM hours that a benefit covered, by the name of the machine, in all hours until now."""
    coverage = world.covered(customer)
    cells = coverage.cells(coverage.start, coverage.end)
    found = {}
    for item, place, hours in zip(cells.item, cells.benefit, cells.hours, strict=True):
        if coverage.benefits[place] == benefit.id:
            name = coverage.machines[item].name
            found[name] = round(found.get(name, 0) + float(hours), 6)
    return found


def test_x18_group_then_subscription_then_management_group_then_shared(world):
    """X-18, D-441: each narrow reservation takes its own machine, so that the shared one is left for the last."""
    world.directory._state.management_groups[ADA] = {"mg": [ADA_AZURE_TWO]}
    shared = hold(world, ADA, flexible=False)
    group = hold(world, ADA, scope=Scope("ResourceGroup", f"{ADA_AZURE_ONE}/rg-a"), flexible=False)
    managed = hold(world, ADA, scope=Scope("ManagementGroup", "mg"), flexible=False)
    world.advance(9 * 60)
    assert covered_by(world, ADA, group) == {"vm-a1": 9}
    assert covered_by(world, ADA, managed) == {"vm-b1": 9}
    # Only vm-w1 is left for the shared one; it runs from 8 o'clock on.
    assert covered_by(world, ADA, shared) == {"vm-w1": 1}


def test_x19_reservation_first_then_the_plan_by_discount():
    """X-19: the plan takes F8 (40 %) before the second D4 (25 %), of which 0.06 of 0.15 buys 40 %; 0.42 in cash."""
    hours = np.ones((1, 3))  # D4, D4, F8
    payg, plan = np.array([0.20, 0.20, 0.40]), np.array([0.15, 0.15, 0.24])
    (reserved,) = apply_pools(hours, [Pool(np.ones(1), np.array([True, True, False]))])
    order = np.argsort(plan / payg, kind="stable")
    (bought,) = apply_budgets(hours - reserved, [Budget(np.array([0.30]), plan, order)])
    assert np.allclose(bought, [[0, 0.4, 1]])
    rest = float(((hours - reserved - bought) * payg).sum())
    assert round(rest, 9) == 0.12
    assert round(0.30 + rest, 9) == 0.42


def test_d1112_the_narrower_plan_first_then_three_years(world):
    """Bob's two machines of one subscription need 0.12 an hour under a 3 year plan, 0.16 under a 1 year plan."""
    short = promise(world, BOB, 1, term="P1Y")
    wide = promise(world, BOB, 1, term="P3Y")
    narrow = promise(world, BOB, 1, term="P1Y", scope=Scope("Single", BOB_AZURE_TWO))
    world.advance(60)
    assert covered_by(world, BOB, narrow) == {"vm-q1": 1}
    assert covered_by(world, BOB, wide) == {"vm-p1": 1}
    assert covered_by(world, BOB, short) == {}


def test_d450_a_reservation_comes_before_a_plan_and_the_rest_of_a_machine_moves_on(world):
    held = hold(world, BOB, scope=Scope("Single", BOB_AZURE_TWO))
    plan = promise(world, BOB, "0.06")
    world.advance(60)
    assert covered_by(world, BOB, held) == {"vm-q1": 0.5}
    # Both sizes have the same discount of 3 years, so the machines come in their order.
    assert covered_by(world, BOB, plan) == {"vm-p1": 1}


def test_d1110_money_that_is_left_in_an_hour_is_lost(world):
    plan = promise(world, BOB, 10)
    world.advance(2 * 60)
    coverage = world.covered(BOB)
    assert coverage.drawn(plan.id, coverage.start, coverage.end).round(6).tolist() == [0.18, 0.18]


def test_d1106_a_lower_pay_as_you_go_price_is_used():
    """The plan would cost 0.30 for a machine of 0.20: an hour burns 0.20 and comes last."""
    hours = np.ones((1, 2))
    rates, order = np.array([0.20, 0.10]), np.array([1, 0])
    (bought,) = apply_budgets(hours, [Budget(np.array([0.2]), rates, order)])
    assert np.allclose(bought, [[0.5, 1.0]])


def test_d402_hours_that_nothing_uses_are_lost(world):
    held = hold(world, ADA, size="Standard_D96s_v5")
    world.advance(DAY)
    (day,) = daily_use(world.covered(ADA), held)
    # 48 units an hour, of which 1 + 2 + 1 and by day 1 more find a machine.
    assert (day.reserved, round(day.used * 48, 6)) == (24, 24 * 4 + 10)


def test_d428_without_flexibility_only_the_exact_size_is_covered(world):
    held = hold(world, BOB, quantity=5, flexible=False)
    world.advance(60)
    assert covered_by(world, BOB, held) == {"vm-p1": 1}


def test_a_change_of_scope_leaves_the_hours_before_it_alone(world):
    """D-445, and the hour in which the change falls belongs to the old scope."""
    held = hold(world, BOB, scope=Scope("Single", BOB_AZURE_TWO))
    world.advance(90)
    held.applied.append(Applied(world.now, Scope("Single", BOB_AZURE_ONE), flexible=True))
    world.advance(90)
    assert covered_by(world, BOB, held) == {"vm-q1": 1.0, "vm-p1": 1.0}


def test_x15_bought_at_13_o_clock_has_eleven_hours_that_day(world):
    world.advance(13 * 60)
    held = hold(world, BOB, quantity=3)
    world.advance(11 * 60 + DAY)
    assert [day.reserved for day in daily_use(world.covered(BOB), held)] == [33, 72]


def test_the_last_day_of_what_was_returned_counts_its_hours(world):
    held = hold(world, BOB)
    world.advance(DAY + 6 * 60)
    held.until = world.now
    world.advance(2 * DAY)
    assert [day.reserved for day in daily_use(world.covered(BOB), held)] == [24, 6]


@pytest.mark.parametrize(
    ("machines", "reserved", "low", "high"),
    [([(1, 12), (1, 12)], 1, 12, 24), ([(2, 24), (1, 10), (1, 10)], 3, 58, 68)],
)
def test_x05_what_is_covered_lies_between_the_bounds_of_daily_data(machines, reserved, low, high):
    """X-05: all at the same time is the least, one after the other the most; every shift lies between."""
    seen = []
    for shifts in ((0, 0, 0), (0, 12, 12), (0, 14, 4), (3, 15, 7), (0, 0, 10)):
        need = np.zeros((24, len(machines)))
        for place, ((weight, hours), shift) in enumerate(zip(machines, shifts, strict=False)):
            need[(np.arange(hours) + shift) % 24, place] = weight
        pools = [Pool(np.full(24, float(reserved)), np.ones(len(machines), dtype=bool))]
        seen.append(float(apply_pools(need, pools)[0].sum()))
    assert min(seen) == low
    assert max(seen) == high


SCOPES = [
    Scope(),
    Scope("Single", ADA_AZURE_ONE),
    Scope("Single", ADA_AZURE_TWO),
    Scope("ResourceGroup", f"{ADA_AZURE_ONE}/rg-a"),
    Scope("ManagementGroup", ADA),
]
SIZES = ["Standard_D2s_v5", "Standard_D4s_v5", "Standard_X1_v9"]
HELD = st.tuples(
    st.sampled_from(SIZES),
    st.integers(1, 4),
    st.sampled_from(SCOPES),
    st.booleans(),
    st.integers(0, 72),
    st.integers(1, 72),
    st.sampled_from(SCOPES),
)
PLANS = st.tuples(st.sampled_from(SCOPES), st.sampled_from(["P1Y", "P3Y"]), st.floats(0.01, 0.5))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(st.lists(HELD, max_size=5), st.lists(PLANS, max_size=3))
def test_no_hour_is_covered_twice_and_none_beyond_what_is_reserved(world, held, plans):
    """The laws of benefits: covered <= used, drawn <= reserved and <= promised, narrow scopes are used up first."""
    world.reset()
    born = world.now
    for size, quantity, scope, flexible, since, later, other in held:
        one = hold(world, ADA, size=size, quantity=quantity, scope=scope, flexible=flexible)
        one.since = one.starts = born + timedelta(hours=since)
        one.applied = [
            Applied(one.since, scope, flexible),
            Applied(one.since + timedelta(hours=later), other, flexible),
        ]
    for scope, term, money in plans:
        promise(world, ADA, round(money, 3), scope=scope, term=term)
    world.advance(4 * DAY)
    coverage = world.covered(ADA)
    start, end = hour_number(born), coverage.end
    used = world.demand.running(coverage.machines, start, end)
    cells = coverage.cells(start, end)
    total = np.zeros_like(used)
    np.add.at(total, (cells.hour - start, cells.item), cells.hours)
    assert (total <= used + 1e-9).all()
    for one in coverage.reservations:
        drawn, reserved = coverage.drawn(one.id, start, end), np.zeros(end - start)
        for part in segments(one):
            reserved[max(0, part.first_hour - start) : max(0, part.end_hour - start)] += part.quantity
        assert (drawn <= reserved + 1e-9).all()
    for plan in coverage.plans:
        assert (coverage.drawn(plan.id, start, end) <= float(plan.promise.commitment) + 1e-9).all()
    _narrow_first(world, coverage, start, end, total, used)


def _narrow_first(world, coverage, start, end, total, used):
    """A wide reservation covers a machine only in an hour in which no narrower one that matches has hours left."""
    cells = coverage.cells(start, end)
    spare = {
        one.id: _reserved(one, start, end) - coverage.drawn(one.id, start, end)
        for one in coverage.reservations
    }
    for hour, item, place in zip(cells.hour - start, cells.item, cells.benefit, strict=True):
        if place >= len(coverage.reservations):
            continue
        mine = _part(coverage.reservations[place], hour + start)
        machine = coverage.machines[item]
        for other in coverage.reservations:
            part = _part(other, hour + start)
            if part is None or RANK[part.scope.kind] >= RANK[mine.scope.kind]:
                continue
            if world.coverage._matches(ADA, part, machine):
                assert spare[other.id][hour] < 1e-6
    assert (total >= -1e-9).all()
    assert used.max(initial=0) <= 1


def _reserved(one, start, end):
    found = np.zeros(end - start)
    for part in segments(one):
        found[max(0, part.first_hour - start) : max(0, part.end_hour - start)] += part.quantity
    return found


def _part(one, hour):
    return next((part for part in segments(one) if part.first_hour <= hour < part.end_hour), None)
