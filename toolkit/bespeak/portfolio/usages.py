"""The usage of one customer as the local store knows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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

    def known_since(self, customer_id: str, subscription: str = "") -> datetime | None:
        """From when on the source was asked, whether there was usage or not."""
        ...

    def known_until(self, customer_id: str, subscription: str = "") -> datetime | None:
        """Up to when it was."""
        ...


@dataclass(frozen=True, eq=False)
class Usage:
    """HOURLY_USAGE, the share of the hours that is set aside, from when to when it is known (UTC), what is missing."""

    hourly: pd.DataFrame
    set_aside: float
    known_since: datetime | None
    known_until: datetime | None
    incomplete: str


def usage_of(
    store: Store, told: Mapping[str, Any], subscriptions: Sequence[str], span: tuple[datetime, datetime]
) -> Usage:
    """What the store knows of a customer; ``told`` is its row there.

    Machines that have not begun, or have stopped, leave no records behind. So where the records do not reach over the
    whole ``span``, or there are several subscriptions, what counts is for which time the source was asked, of the
    subscription that was asked least.
    """
    customer_id = str(told["customer_id"])
    since, until = _moment(told["first"]), _moment(told["last"])
    reaches = since is not None and until is not None and since <= span[0] and until >= span[1]
    if len(subscriptions) > 1 or not reaches:
        since = max(_asked(store.known_since, customer_id, subscriptions), default=since)
        until = min(_asked(store.known_until, customer_id, subscriptions), default=until)
    return Usage(
        hourly=store.hourly(customer_id).collect().to_pandas(),
        set_aside=_share(store.conservation(customer_id)),
        known_since=since,
        known_until=until,
        incomplete=str(told["incomplete"] or ""),
    )


def _asked(
    ask: Callable[[str, str], datetime | None], customer_id: str, subscriptions: Iterable[str]
) -> list[datetime]:
    """What the store answers for each subscription, else for all of them together."""
    found = [ask(customer_id, one) or ask(customer_id, "") for one in subscriptions or [""]]
    return [moment for moment in found if moment is not None]


def _moment(told: Any) -> datetime | None:  # noqa: ANN401  a cell of a table
    return None if pd.isna(told) else pd.Timestamp(told).to_pydatetime().astimezone(UTC)


def _share(kept: pd.DataFrame) -> float:
    hours = kept[kept["what"] == "hours_e6"]
    came = float(hours["came"].sum())
    return float(hours["set_aside"].sum()) / came if came else 0.0
