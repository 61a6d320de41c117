"""Everything that was read and computed to size one customer's VMs, together, and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

from bespeak.advice import azure_rule, recommend
from bespeak.advice.owned import owned
from bespeak.buying import read_prices
from bespeak.catalogue import PriceBook, group_of
from bespeak.clients.session import Session
from bespeak.customers import CustomerDetails
from bespeak.errors import MissingError
from bespeak.holdings import holdings
from bespeak.tables import ADVICE
from bespeak.terms import closed_series, not_reservable, term_hours, term_label
from bespeak.usage import Demand, Shape, UsageReading, demand, estimated, read_cost_export, read_usage
from bespeak.worlds import stamp

#: Is told what comes next, in words.
Say = Callable[[str], object]
#: Is told how many records have come, and of how many where that is known.
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, eq=False)
class Study:
    """The sizing of one customer in one world at one time.

    ``advice`` is the exact advice, ``azure`` what Azure's own rule says; both are ADVICE tables. ``shape`` says when
    machines ran whose hours are not known; it is an estimate, drawn as one, and no advice rests on it.
    """

    world: str
    as_of: datetime
    details: CustomerDetails
    reading: UsageReading
    demand: Demand
    prices: PriceBook
    holdings: pd.DataFrame
    advice: pd.DataFrame
    azure: pd.DataFrame
    shape: Shape | None = None

    def __post_init__(self) -> None:
        ADVICE.check(self.advice)
        ADVICE.check(self.azure)
        for table in (self.demand.groups, self.demand.sizes, self.advice, self.azure, self.holdings):
            stamp(self.world, table)  # a cost export knows no world

    def scope_name(self, scope: str) -> str:
        """A scope as a person knows it: shared by all subscriptions, or the name of the Azure subscription."""
        table = self.details.azure_subscriptions
        names = dict(zip(table["azure_subscription_id"], table["name"], strict=True))
        return "shared by all subscriptions" if scope == "shared" else str(names.get(scope) or scope)

    def ratios(self, scope: str, region: str, group: str) -> dict[str, float]:
        """The units of one instance of each size that ran there."""
        table = self.demand.sizes
        here = table[(table["scope"] == scope) & (table["region"] == region) & (table["group"] == group)]
        return {str(size): group_of(str(size))[1] for size in here["size"].unique()}

    def not_sold(self, size: str, term: str) -> bool:
        """Whether no reservation of this size and term can be bought on the day of the study (D-511, D-520)."""
        day = self.as_of.date()
        return bool(closed_series(size, term, day) or not_reservable(size, day))

    def estimate(self, region: str, group: str) -> pd.Series | None:
        """Units by hour as the shape estimates them, all subscriptions together; ``None`` without a shape or need."""
        open_hours = (self.reading.usage["hours_in_window"] > 1).any()
        if self.shape is None or not open_hours:
            return None
        table = estimated(self.reading.usage, self.shape)
        here = table[(table["region"] == region) & (table["group"] == group)]
        return here.set_index("hour")["units"]

    def owned_units(self, scope: str, region: str, group: str) -> float:
        """The units that are reserved already: for 'shared' those of all scopes, else those bound to it."""
        units = owned(self.holdings, self.as_of.date()).units
        return sum(
            amount
            for (bound, place, name), amount in units.items()
            if (place, name) == (region, group) and scope in {"shared", bound}
        )

    def __repr__(self) -> str:
        worth = int((self.advice["quantity"] > 0).sum())
        return f"Study({self.details.name}, {self.world}, {worth} of {len(self.advice)} rows advise to buy)"


def study(
    session: Session,
    details: CustomerDetails,
    days: int = 30,
    *,
    export: Path | str | bytes | None = None,
    shape: Shape | None = None,
    say: Say = lambda _: None,
    progress: Progress | None = None,
) -> Study:
    """Reads what is needed and advises; a cost ``export`` (CSV) takes the place of the service's usage records.

    ``shape`` (of ``learn_shape``) draws an estimate of the hours that are not known. ``say`` is told what comes next,
    ``progress`` how many usage records have come; what they raise ends the work.
    """
    say("Reading usage records" if export is None else "Reading the cost export")
    reading = read_cost_export(export) if export is not None else read_usage(session, details, days, progress)
    say("Reading prices")
    prices = read_prices(session, details)
    say("Reading reservations that are owned")
    owned_now = holdings(session, details)
    as_of = session.now()
    say("Working out the advice")
    needed = demand(reading)
    return Study(
        world=session.world,
        as_of=as_of,
        details=details,
        reading=reading,
        demand=needed,
        prices=prices,
        holdings=owned_now,
        advice=recommend(needed, prices, owned_now, as_of.date()),
        azure=azure_rule(needed, prices, owned_now, as_of.date()),
        shape=shape,
    )


def compare_terms(study: Study, scope: str, region: str, group: str) -> pd.DataFrame:
    """Pay-as-you-go beside the best quantity of every term: what is reserved and what stays, over the window."""
    rows = _rows(study.advice, scope, region, group)
    base = float(rows["payg_cost"].iloc[0])
    alone = {
        "option": "Pay-as-you-go",
        "quantity": 0,
        "reservation": 0.0,
        "payg": base,
        "cost": base,
        "saving": 0.0,
    }
    options = [alone, *(_option(row) for _, row in rows.sort_values("term").iterrows())]
    return stamp(study.world, pd.DataFrame(options))


def _rows(advice: pd.DataFrame, scope: str, region: str, group: str) -> pd.DataFrame:
    found = advice[(advice["scope"] == scope) & (advice["region"] == region) & (advice["group"] == group)]
    if found.empty:
        raise MissingError(
            f"There is no advice for '{group}' in {region} and scope '{scope}'.", "Choose another row."
        )
    return found


def _option(row: pd.Series) -> dict[str, object]:
    reservation = float(row["total"]) / term_hours(row["term"]) * row["hours"] if row["quantity"] else 0.0
    return {
        "option": f"{term_label(row['term'])}",
        "quantity": int(row["quantity"]),
        "reservation": reservation,
        "payg": float(row["cost"]) - reservation,
        "cost": float(row["cost"]),
        "saving": float(row["saving"]),
    }
