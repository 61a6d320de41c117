"""The usage of one customer as the local store knows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import narwhals as nw
import pandas as pd


class Store(Protocol):
    """What a portfolio needs of the local usage store."""

    def customers(self) -> pd.DataFrame:
        """A row for each customer with usage: customer_id, rows, set_aside, first, last, received, incomplete."""
        ...

    def hourly(self, customer_id: str | None = None) -> nw.LazyFrame[Any]:
        """HOURLY_USAGE of a customer."""
        ...

    def conservation(self, customer_id: str | None = None) -> pd.DataFrame:
        """What came, what is used and what is set aside of it, in whole millionths."""
        ...

    def known_until(self, customer_id: str, subscription: str = "") -> datetime | None:
        """Up to when the source was asked, whether there was usage or not."""
        ...


@dataclass(frozen=True, eq=False)
class Usage:
    """HOURLY_USAGE, the share of the hours that is set aside, up to when it is known (UTC), and what is missing."""

    hourly: pd.DataFrame
    set_aside: float
    known_until: datetime | None
    incomplete: str


def usage_of(store: Store, told: Mapping[str, Any], subscriptions: Iterable[str], end: datetime) -> Usage:
    """What the store knows of a customer; ``told`` is its row there.

    Machines that stopped leave no records behind, so what ends before ``end`` is known up to where the source was
    asked, of the subscription that was asked least.
    """
    customer_id = str(told["customer_id"])
    last = None if pd.isna(told["last"]) else pd.Timestamp(told["last"]).to_pydatetime().astimezone(UTC)
    if last is None or last < end:
        last = _asked_until(store, customer_id, subscriptions) or last
    return Usage(
        hourly=store.hourly(customer_id).collect().to_pandas(),
        set_aside=_share(store.conservation(customer_id)),
        known_until=last,
        incomplete=str(told["incomplete"] or ""),
    )


def _asked_until(store: Store, customer_id: str, subscriptions: Iterable[str]) -> datetime | None:
    together = store.known_until(customer_id)
    ends = [store.known_until(customer_id, one) or together for one in subscriptions]
    return min((end for end in ends if end is not None), default=together)


def _share(kept: pd.DataFrame) -> float:
    hours = kept[kept["what"] == "hours_e6"]
    came = float(hours["came"].sum())
    return float(hours["set_aside"].sum()) / came if came else 0.0
