"""Demand, prices and holdings small enough to count by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from bespeak.catalogue import PriceBook, group_of
from bespeak.tables import HOLDINGS, PAYG_PRICES, RESERVATION_PRICES, SET_ASIDE
from bespeak.usage import SHARED, Demand

START = datetime(2026, 10, 5, tzinfo=UTC)
REGION = "polandcentral"
HOURS_OF = {"P1Y": 8760, "P3Y": 26280}


def demand_of(by_subscription: dict[str, dict[str, object]], unknown: float = 0.0) -> Demand:
    """A demand of these instances by subscription and size, one number an hour."""
    parts = {
        sub: {size: np.asarray(ran, dtype=float) for size, ran in sizes.items()}
        for sub, sizes in by_subscription.items()
    }
    hours = len(next(iter(next(iter(parts.values())).values())))
    shared: dict[str, np.ndarray] = {}
    for sizes in parts.values():
        for size, ran in sizes.items():
            shared[size] = shared.get(size, 0.0) + ran
    scopes = {SHARED: shared} | (parts if len(parts) > 1 else {})
    size_rows, group_rows, vms = [], [], []
    for scope, sizes in scopes.items():
        units: dict[str, np.ndarray] = {}
        for size, ran in sorted(sizes.items()):
            group, ratio = group_of(size)
            size_rows.append(((scope, REGION, group, size), ran))
            units[group] = units.get(group, 0.0) + ran * ratio
            vms.append((scope, REGION, group, size, f"vm-{size[9:]}", float(ran.sum()), "/id"))
        group_rows += [((scope, REGION, group), total) for group, total in sorted(units.items())]
    return Demand(
        groups=_unfolded(group_rows, ["scope", "region", "group"], "units", hours).assign(
            unknown=unknown, upper=lambda table: table["units"], overlap=lambda table: table["units"]
        ),
        sizes=_unfolded(size_rows, ["scope", "region", "group", "size"], "instances", hours).assign(
            unknown=0.0, overlap=lambda table: table["instances"]
        ),
        vms=pd.DataFrame(vms, columns=["scope", "region", "group", "size", "vm", "hours", "resource"]),
        set_aside=SET_ASIDE.frame([]),
        start=START,
        end=START + timedelta(hours=hours),
        subscriptions=tuple(sorted(parts)),
    )


def _unfolded(rows, names, value, hours):
    frame = pd.DataFrame(
        {
            name: np.repeat(np.array([key[place] for key, _ in rows], dtype=object), hours)
            for place, name in enumerate(names)
        }
    ).astype("str")
    frame["hour"] = pd.DatetimeIndex(
        np.tile(pd.date_range(START, periods=hours, freq="h").tz_convert(None).to_numpy(), len(rows)),
        tz="UTC",
    )
    frame["hour"] = frame["hour"].astype("datetime64[us, UTC]")
    frame[value] = np.concatenate([series for _, series in rows])
    return frame


def book_of(prices: dict[str, tuple[object, dict[str, object]]]) -> PriceBook:
    """A price book: by size the pay-as-you-go price of an hour (None: none) and the reserved prices an hour by term."""
    payg = [
        {"region": REGION, "size": size, "currency": "USD", "per_hour": Decimal(str(hour))}
        for size, (hour, _) in prices.items()
        if hour is not None
    ]
    reserved = [
        {
            "region": REGION,
            "size": size,
            "term": term,
            "currency": "USD",
            "total": Decimal(str(hour)) * HOURS_OF[term],
            "product_id": "p",
            "sku_id": "s",
        }
        for size, (_, terms) in prices.items()
        for term, hour in terms.items()
    ]
    return PriceBook(
        PAYG_PRICES.frame(payg), RESERVATION_PRICES.frame(reserved), "USD", date(2026, 11, 1), "the test book"
    )


def holding(quantity=1, size="Standard_D2s_v5", scope=SHARED, **changes):
    """One row of holdings."""
    group, ratio = group_of(size)
    return {
        "reservation_order_id": "ro",
        "reservation_id": "r",
        "order_id": "o",
        "name": "n",
        "size": size,
        "region": REGION,
        "group": group,
        "ratio": ratio,
        "quantity": quantity,
        "term": "P1Y",
        "scope": scope,
        "start": START,
        "expiry": START + timedelta(days=365),
        "state": "Created",
        "source": "entitlement",
    } | changes


@pytest.fixture
def make_demand():
    return demand_of


@pytest.fixture
def make_book():
    return book_of


@pytest.fixture
def own():
    """Makes a HOLDINGS table of rows; ``own.row`` makes a row."""

    def table(*rows):
        return HOLDINGS.frame(rows)

    table.row = holding
    return table
