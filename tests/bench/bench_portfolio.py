"""How long the page of all customers takes: 1,000 of them with 72 machines each and 30 days of hourly usage."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from figures import Figure, at_most

from bespeak import customers, private_sandbox
from bespeak.portfolio import Survey
from bespeak.portfolio.facts import Facts, Owned, Used
from bespeak.portfolio.kept import Kept

CUSTOMERS = 1000
DAYS = 30
#: Size, how many machines of it, and whether they run around the clock.
_RUNS = (
    ("Standard_D2s_v5", 20, True),
    ("Standard_D4s_v5", 12, False),
    ("Standard_E4as_v5", 10, True),
    ("Standard_D2as_v5", 14, False),
    ("Standard_B2s_v2", 10, False),
    ("Standard_D8ds_v5", 6, True),
)
_REGION = "polandcentral"
_DETAILS = {"held": [{"subscription_id": "held", "kind": "legacy"}], "azure": []}


class GeneratedUsage:
    """The hourly aggregate of many customers, the same each time; made when it is asked for."""

    def __init__(self, ids: list[str], end: datetime) -> None:
        self.ids = ids
        self._end = end
        self._last = int(end.timestamp()) // 3600
        self._number = {one: number for number, one in enumerate(ids)}

    def customers(self) -> pd.DataFrame:
        """A row a customer, as the store on disk gives it."""
        start = self._end - timedelta(days=DAYS)
        row = {"rows": 72 * DAYS * 24, "set_aside": 0, "first": start, "last": self._end, "incomplete": ""}
        return pd.DataFrame([{"customer_id": one, **row} for one in self.ids])

    def conservation(self, customer_id: str | None = None) -> pd.DataFrame:
        """Everything is used."""
        assert customer_id in self._number
        return pd.DataFrame({"what": ["hours_e6"], "came": [1], "used": [1], "set_aside": [0]})

    def known_until(self, customer_id: str, subscription: str = "") -> datetime | None:
        """The end of the window."""
        return None if subscription or customer_id not in self._number else self._end

    def known_since(self, customer_id: str, subscription: str = "") -> datetime | None:
        """The beginning of the window."""
        return None if subscription or customer_id not in self._number else self._end - timedelta(days=DAYS)

    def hourly(self, customer_id: str | None = None) -> nw.LazyFrame[Any]:
        """HOURLY_USAGE of one customer."""
        hours = np.arange(self._last - DAYS * 24, self._last)
        parts = [self._size(str(customer_id), hours, *run) for run in _RUNS]
        return nw.from_native(pd.concat(parts, ignore_index=True), eager_only=True).lazy()

    def _size(
        self, customer: str, hours: np.ndarray[Any, Any], size: str, count: int, always: bool
    ) -> pd.DataFrame:
        random = np.random.default_rng([self._number[customer], count])
        office = (hours % 24 >= 7) & (hours % 24 < 18)
        least = random.integers(count // 2, count + 1)
        machines = np.where(office | always, count, least) - random.integers(0, 2, len(hours))
        return pd.DataFrame(
            {
                "customer_id": customer,
                "azure_subscription_id": f"azure of {customer}",
                "resource_group": "rg",
                "region": _REGION,
                "size": size,
                "hour": hours,
                "hours_in_window": 1,
                "each_e6": 0,
                "machines": machines,
                "hours_e6": machines * 1_000_000,
                "covered_e6": 0,
                "cost_e6": 0,
                "currency": "",
            }
        )


def figures() -> list[Figure]:
    """Seconds of the page when all is known, of working all figures out anew, and milliseconds of one more rank."""
    os.environ.pop("BESPEAK_SANDBOX", None)
    session = private_sandbox()
    listed = customers(session).head(CUSTOMERS).reset_index(drop=True)
    ids = list(listed["customer_id"])
    now = session.now().astimezone(UTC)
    kept = Kept(session.home / "portfolio")
    for number, one in enumerate(ids):
        kept.keep(_facts(one, number, now))
    store = GeneratedUsage(ids, now)

    def page() -> Survey:
        survey = Survey(session, store, listed)
        survey.work_out(survey.open_figures())
        survey.view()
        return survey

    anew = _seconds(page)
    warm = min(_seconds(page) for _ in range(3))
    view = Survey(session, store, listed).view()
    rank = _seconds(lambda: view.ranked("under_use"))
    find = _seconds(lambda: view.found("albany", "money"))
    assert view.table["saving_low"].notna().all()
    return [
        at_most(f"portfolio of {CUSTOMERS:,}, warm page in the kernel", warm, "s", 5),
        at_most(f"portfolio of {CUSTOMERS:,}, all figures anew from hours", anew, "s", 90),
        at_most("portfolio, another rank", rank * 1000, "ms", 200),
        at_most("portfolio, a search", find * 1000, "ms", 200),
    ]


def _facts(customer_id: str, number: int, now: datetime) -> Facts:
    """What a customer owns: every second one has a reservation, with 30 days of use."""
    held = (_owned(number, now),) if number % 2 else ()
    return Facts(customer_id, now, kind="legacy", country="US", currency="USD", owned=held, details=_DETAILS)


def _owned(number: int, now: datetime) -> Owned:
    bought = now - timedelta(days=300 + number % 60)
    holding = {
        "reservation_order_id": f"order-{number}",
        "reservation_id": f"reservation-{number}",
        "order_id": f"pc-{number}",
        "name": f"held {number}",
        "size": "Standard_D2s_v5",
        "region": _REGION,
        "group": "DSv5 Series",
        "ratio": 1.0,
        "quantity": 5,
        "term": "P1Y",
        "scope": "shared",
        "start": bought,
        "expiry": bought + timedelta(days=365),
        "state": "Succeeded",
        "source": "entitlement",
    }
    use = tuple(Used((now - timedelta(days=day)).date(), 120.0 - number % 100, 120.0) for day in range(1, 31))
    return Owned(holding, renews=bool(number % 3), use=use, hour_price=0.07)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
