"""What is owned, taken out of demand hour by hour before anything is advised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd

from bespeak.advice.load import Floats
from bespeak.tables import HOLDINGS
from bespeak.usage import SHARED

#: States in which a reservation no longer covers anything; all others, also a pending order, are owned.
_ENDED = frozenset({"cancelled", "canceled", "expired", "failed", "merged", "split"})


@dataclass(frozen=True, eq=False)
class Owned:
    """Units owned by scope, region and flexibility group on a day."""

    units: Mapping[tuple[str, str, str], float]

    def left(self, region: str, group: str, by_subscription: Mapping[str, Floats]) -> dict[str, Floats]:
        """The share of each subscription's demand that is left uncovered in each hour.

        A reservation bound to a subscription is used there first, then the shared ones by all (*How a reservation
        discount is applied*, 2026-07-17). Which machine gets a shared hour is not specified: each subscription gets
        its part in proportion.
        """
        rest = {
            sub: np.maximum(units - self.units.get((sub, region, group), 0.0), 0.0)
            for sub, units in by_subscription.items()
        }
        total = np.sum(list(rest.values()), axis=0)
        open_share = _ratio(np.maximum(total - self.units.get((SHARED, region, group), 0.0), 0.0), total)
        return {sub: _ratio(rest[sub], by_subscription[sub]) * open_share for sub in rest}


def still_owned(holdings: pd.DataFrame, on: date) -> pd.DataFrame:
    """The holdings (table HOLDINGS) that cover something on that day, or will; those that have ended are left out."""
    HOLDINGS.check(holdings)
    ended = [has_ended(*one, on) for one in zip(holdings["state"], holdings["expiry"], strict=True)]
    return holdings[~np.array(ended, dtype=bool)]


def has_ended(state: str, expiry: datetime | None, on: date) -> bool:
    """Whether a reservation in this state, which ends then, covers nothing on that day any more."""
    midnight = datetime(on.year, on.month, on.day, tzinfo=UTC)
    return state.lower() in _ENDED or (expiry is not None and expiry <= midnight)


def owned(holdings: pd.DataFrame, on: date) -> Owned:
    """What these holdings (table HOLDINGS) come to on that day; ended ones are left out."""
    units: dict[tuple[str, str, str], float] = {}
    for row in still_owned(holdings, on).itertuples(index=False):
        key = str(row.scope).lower(), str(row.region), str(row.group)
        units[key] = units.get(key, 0.0) + float(row.quantity) * float(row.ratio)  # type: ignore[arg-type]
    return Owned(units)


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
