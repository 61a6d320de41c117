"""The whole advice against a search over all quantities, in exact fractions, on random demand.

Ten demand series, each in a region of its own, make one example; a hundred examples are 1,000 series.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bespeak.advice import recommend
from bespeak.advice.exact import CLOSE
from bespeak.catalogue import PriceBook
from bespeak.tables import PAYG_PRICES, RESERVATION_PRICES, SET_ASIDE
from bespeak.usage import Demand

ON = date(2026, 11, 16)
START = datetime(2026, 10, 5, tzinfo=UTC)
GROUP = "Dsv5 Series"
RATIOS = {"Standard_D2s_v5": 1, "Standard_D4s_v5": 2, "Standard_D8s_v5": 4}
NAMES = list(RATIOS)
REGIONS = [f"region{number}" for number in range(10)]


@dataclass(frozen=True)
class Series:
    """Quarters of instances by hour and size, prices in cents by size, and owned units."""

    quarters: list[tuple[int, int, int]]
    payg: tuple[int, int, int]
    reserved: tuple[int, int, int]
    owned: int


@st.composite
def series(draw):
    """Ten series of the same length: zero hours, parts of instances, mixed sizes, dear and cheap prices."""
    hours = draw(st.integers(1, 12))
    three = st.tuples(*[st.integers(1, 30)] * 3)
    ran = st.lists(st.tuples(*[st.integers(0, 24)] * 3), min_size=hours, max_size=hours)
    return [draw(st.builds(Series, ran, three, three, st.integers(0, 9))) for _ in REGIONS]


def demand_of(many: list[Series]) -> Demand:
    instances = np.array([one.quarters for one in many], dtype=float).transpose(0, 2, 1) / 4
    hours = instances.shape[2]
    units = np.tensordot(instances, list(RATIOS.values()), axes=([1], [0]))
    when = pd.date_range(START, periods=hours, freq="h", unit="us")
    key = {"scope": "shared", "region": np.repeat(REGIONS, hours), "group": GROUP}
    groups = pd.DataFrame({**key, "hour": np.tile(when, len(many)), "units": units.ravel(), "unknown": 0.0})
    groups = groups.assign(upper=groups["units"], overlap=groups["units"])
    sizes = pd.DataFrame(
        {
            "scope": "shared",
            "region": np.repeat(REGIONS, hours * 3),
            "group": GROUP,
            "size": np.tile(np.repeat(NAMES, hours), len(many)),
            "hour": np.tile(when, 3 * len(many)),
            "instances": instances.ravel(),
            "unknown": 0.0,
            "overlap": instances.ravel(),
        }
    )
    vms = pd.DataFrame(columns=["scope", "region", "group", "size", "vm", "resource"], dtype="str").assign(
        hours=0.0
    )
    end = START + timedelta(hours=hours)
    return Demand(groups, sizes, vms, SET_ASIDE.frame([]), START, end, ("a subscription",))


def book_of(many: list[Series]) -> PriceBook:
    payg, reserved = [], []
    for region, one in zip(REGIONS, many, strict=True):
        for size, hour, term_hour in zip(NAMES, one.payg, one.reserved, strict=True):
            place = {"region": region, "size": size, "currency": "USD"}
            payg.append(place | {"per_hour": Decimal(hour) / 100})
            total = Decimal(term_hour) / 100 * 8760
            reserved.append(place | {"term": "P1Y", "total": total, "product_id": "p", "sku_id": "s"})
    return PriceBook(PAYG_PRICES.frame(payg), RESERVATION_PRICES.frame(reserved), "USD", ON, "test")


def searched(one: Series) -> dict[str, tuple[Fraction, int]]:
    """For each size the least cost over all quantities, and the smallest quantity that has it."""
    left = []
    for ran in one.quarters:
        units = sum(Fraction(count, 4) * RATIOS[name] for name, count in zip(NAMES, ran, strict=True))
        cost = sum(Fraction(count * price, 400) for count, price in zip(ran, one.payg, strict=True))
        left.append((max(units - one.owned, Fraction(0)), cost / units if units else Fraction(0)))
    return {
        name: least(left, RATIOS[name], Fraction(price, 100))
        for name, price in zip(NAMES, one.reserved, strict=True)
    }


def least(left: list[tuple[Fraction, Fraction]], ratio: int, price: Fraction) -> tuple[Fraction, int]:
    most = ceil(max(rest for rest, _ in left) / ratio) + 1
    return min(
        (sum(rate * max(rest - q * ratio, 0) for rest, rate in left) + q * price * len(left), q)
        for q in range(most + 1)
    )


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(many=series())
def test_the_advice_is_the_least_of_all_quantities_and_sizes(own, many):
    """D-1001, D-1022: exact for its size, ties to the smallest quantity; other sizes save a rounding at most."""
    holdings = own(*[own.row(one.owned, region=region) for region, one in zip(REGIONS, many, strict=True)])

    advice = recommend(demand_of(many), book_of(many), holdings, ON)

    rows = advice[advice["term"] == "P1Y"].set_index("region")
    assert len(rows) == len(many)
    for region, one in zip(REGIONS, many, strict=True):
        best, row = searched(one), rows.loc[region]
        lowest = min(cost for cost, _ in best.values())
        cost, quantity = best[row["size"]]
        assert quantity == row["quantity"]
        assert abs(row["cost"] - float(cost)) <= 1e-9 * max(1.0, row["payg_cost"])
        assert float(cost - lowest) <= (CLOSE + 1e-9) * row["payg_cost"]
        assert bool(quantity) == (float(lowest) < row["payg_cost"] * (1 - 1e-9))
