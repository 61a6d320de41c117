"""What can be bought, as a table that every engine can join."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from bespeak.catalogue import PriceBook
from bespeak.terms import term_hours
from bespeak.usage.steps.frames import WHOLE
from bespeak.usage.steps.scale import scale


def offered(book: PriceBook) -> pd.DataFrame:
    """The offers of a price book for ``break_even`` and ``quantities``, in millionths of its currency.

    A line for each region, size and term that has both prices. What is closed for sale on a day is not left out here.
    """
    both = book.reservations[["region", "size", "term", "total"]].merge(
        book.payg[["region", "size", "per_hour"]], on=["region", "size"]
    )
    known = both.merge(scale(), on="size", how="left")
    alone = "size:" + known["size"].astype("str")
    return pd.DataFrame(
        {
            "region": known["region"].astype("str"),
            "group": known["group"].fillna(alone).astype("str"),
            "term": known["term"].astype("str"),
            "size": known["size"].astype("str"),
            "ratio_e6": known["ratio_e6"].fillna(WHOLE).astype("int64"),
            "payg_e6": _millionths(known["per_hour"]),
            "total_e6": _millionths(known["total"]),
            "term_hours": known["term"].map(term_hours).astype("int64"),
        }
    )


def _millionths(amounts: pd.Series[Any]) -> pd.Series[Any]:
    """Decimals as whole millionths; published prices have no more digits than that."""
    return pd.Series([round(Decimal(one) * WHOLE) for one in amounts], dtype="int64", index=amounts.index)
