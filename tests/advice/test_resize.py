"""Resizing and reserving together: D-356, D-1115 (right-size first, then commit)."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from itertools import product

import numpy as np
import pandas as pd
import pytest

import bespeak
from bespeak.advice import plan_sizes, recommend
from bespeak.advice.resize import resized
from bespeak.errors import InputError
from bespeak.tables import FITS, HOLDINGS, SET_ASIDE
from bespeak.usage import UsageReading, demand

ON = date(2026, 11, 16)
START = datetime(2026, 10, 5, tzinfo=UTC)
HOURS = 48
#: Within the group a size costs by its units; outside of it the small-memory size is a little cheaper.
PRICES = {
    "Standard_D4s_v5": (0.2, {"P1Y": 0.12, "P3Y": 0.08}),
    "Standard_D8s_v5": (0.4, {"P1Y": 0.24, "P3Y": 0.16}),
    "Standard_D4ls_v5": (0.17, {"P1Y": 0.102}),
}


@pytest.fixture
def book(make_book):
    return make_book(PRICES)


@pytest.fixture
def owned(own):
    """So many units of the group are owned already."""
    return lambda units: own(own.row(units))


def reading(machines):
    """A reading of these machines by name: size and how many of the first hours it ran."""
    rows = [
        {
            "start": START + timedelta(hours=hour),
            "vm": name,
            "resource": f"/id/{name}",
            "size": size,
        }
        for name, (size, hours) in machines.items()
        for hour in range(hours)
    ]
    usage = pd.DataFrame(rows).assign(
        hours_in_window=1,
        azure_subscription_id="sub",
        region="polandcentral",
        hours=1.0,
        meter_id="m",
        reservation_id=None,
    )
    usage["start"] = usage["start"].astype("datetime64[us, UTC]")
    usage = usage.astype({"reservation_id": "str"})
    end = START + timedelta(hours=HOURS)
    return UsageReading(usage, SET_ASIDE.frame([]), len(usage), float(len(usage)), START, end, "test")


def fits(**verdicts):
    """FITS: by machine its size, its verdict, the cheapest size and that of the same group."""
    return FITS.frame(
        {
            "resource": f"/id/{name}",
            "vm": name,
            "region": "polandcentral",
            "size": size,
            "verdict": verdict,
            "to_size": far,
            "near_size": near,
            "reasons": ("why",),
        }
        for name, (size, verdict, far, near) in verdicts.items()
    )


BIG = ("Standard_D8s_v5", "oversized", "Standard_D4ls_v5", "Standard_D4s_v5")
NONE = HOLDINGS.frame([])


def test_what_is_reserved_is_worked_out_for_the_sizes_that_will_be(book):
    plan = plan_sizes(reading({"a": ("Standard_D8s_v5", HOURS)}), fits(a=BIG), book, NONE, ON)
    costs = plan.options.set_index("option")["cost"].round(6).to_dict()
    assert costs["As it is"] == pytest.approx(0.4 * HOURS)
    assert costs["Reserve only"] == pytest.approx(0.24 * HOURS)
    assert costs["Resize, then reserve"] == pytest.approx(0.102 * HOURS)
    assert plan.moves["becomes"].tolist() == ["Standard_D4ls_v5"]


def test_a_reservation_bought_before_the_resizing_is_wasted_in_part(book):
    """It pays for 4 units where 2 run: half of it is lost, and it covers the rest."""
    plan = plan_sizes(
        reading({"a": ("Standard_D8s_v5", HOURS)}),
        fits(a=("Standard_D8s_v5", "oversized", "Standard_D4s_v5", "Standard_D4s_v5")),
        book,
        NONE,
        ON,
    )
    options = plan.options.set_index("option")
    assert options.loc["Reserve first, then resize", "cost"] == pytest.approx(0.24 * HOURS)
    assert options.loc["Resize, then reserve", "cost"] == pytest.approx(0.12 * HOURS)


def test_what_is_owned_keeps_a_machine_in_its_group(book, owned):
    """Two units are owned: of the same group they cover the smaller machine whole; outside they would be lost."""
    plan = plan_sizes(reading({"a": ("Standard_D8s_v5", HOURS)}), fits(a=BIG), book, owned(2), ON)
    assert plan.moves["becomes"].tolist() == ["Standard_D4s_v5"]
    assert plan.options.iloc[-1]["cost"] == pytest.approx(0.0)


def test_a_machine_that_is_covered_anyway_stays(book, owned):
    """All its units are owned: every size of the group costs nothing more, so nothing is gained by a change."""
    only_far = fits(a=("Standard_D8s_v5", "oversized", "Standard_D4ls_v5", None))
    plan = plan_sizes(reading({"a": ("Standard_D8s_v5", HOURS)}), only_far, book, owned(4), ON)
    assert plan.moves.empty


def test_an_idle_machine_is_stopped_and_its_hours_are_set_aside(book):
    idle = fits(a=("Standard_D8s_v5", "idle", None, None))
    plan = plan_sizes(reading({"a": ("Standard_D8s_v5", HOURS)}), idle, book, NONE, ON)
    assert plan.moves["becomes"].tolist() == [""]
    assert plan.options.iloc[-1]["cost"] == 0.0


def test_an_idle_machine_may_be_left_alone(book):
    idle = fits(a=("Standard_D8s_v5", "idle", None, None))
    plan = plan_sizes(reading({"a": ("Standard_D8s_v5", HOURS)}), idle, book, NONE, ON, stop_idle=False)
    assert plan.moves.empty


def test_a_resized_reading_accounts_for_every_record():
    before = reading({"a": ("Standard_D8s_v5", 10), "b": ("Standard_D8s_v5", 20)})
    after = resized(before, {"/id/a": "", "/id/b": "Standard_D4s_v5"})
    assert (len(after.usage), after.rows_in, after.hours_in) == (20, 30, 30.0)
    assert set(after.usage["size"]) == {"Standard_D4s_v5"}


def test_without_fits_there_is_no_plan(book):
    with pytest.raises(InputError, match="No machine was judged"):
        plan_sizes(reading({"a": ("Standard_D8s_v5", 1)}), FITS.frame([]), book, NONE, ON)


def test_no_plan_is_made_from_usage_that_is_not_all_there(book):
    part = dataclasses.replace(reading({"a": ("Standard_D8s_v5", 1)}), incomplete="INCOMPLETE: a day lacks.")
    with pytest.raises(InputError, match="INCOMPLETE"):
        plan_sizes(part, fits(a=BIG), book, NONE, ON)


@pytest.mark.parametrize("seed", range(12))
def test_the_plan_is_as_cheap_as_the_best_of_all_combinations(book, owned, seed):
    """Brute force over every option of every machine of up to four, some units owned."""
    rng = np.random.default_rng(seed)
    names = "abcd"[: 2 + seed % 3]
    machines = {name: ("Standard_D8s_v5", int(rng.integers(1, HOURS + 1))) for name in names}
    far = [None if rng.random() < 0.3 else "Standard_D4ls_v5" for _ in names]
    judged = fits(
        **{
            name: ("Standard_D8s_v5", "oversized", one or "Standard_D4s_v5", "Standard_D4s_v5")
            for name, one in zip(names, far, strict=True)
        }
    )
    held = owned(int(rng.integers(0, 9)))
    used = reading(machines)
    plan = plan_sizes(used, judged, book, held, ON)

    def cost(becomes):
        rows = recommend(demand(resized(used, becomes)), book, held, ON, scopes=["shared"])
        return rows.loc[rows["term"] == "P1Y", "cost"].sum()

    options = [{None, "Standard_D4s_v5", one or "Standard_D4s_v5"} for one in far]
    tried = [
        cost({f"/id/{name}": size for name, size in zip(names, sizes, strict=True) if size})
        for sizes in product(*options)
    ]
    assert plan.options.iloc[-1]["cost"] <= min(tried) * 1.02 + 0.01
    assert plan.options.iloc[-1]["cost"] <= cost({}) + 1e-9


def test_a_customer_of_the_sandbox_saves_more_by_both_than_by_either():
    session = bespeak.connect()
    contoso = bespeak.find_customer(session, "Contoso")
    usage = bespeak.read_usage(session, contoso, days=14)
    prices = bespeak.read_prices(session, contoso)
    measured = bespeak.read_measures(session, contoso, usage.usage["resource"].unique())
    judged = bespeak.fit_sizes(bespeak.demand(usage), measured.table, prices, ON, user_facing=False)
    plan = bespeak.plan_sizes(usage, judged, prices, bespeak.holdings(session, contoso), ON)
    saving = plan.options.set_index("option")["saving"]
    both = saving["Resize, then reserve"]
    assert both > max(saving["Reserve only"], saving["Resize only"], saving["Reserve first, then resize"])
