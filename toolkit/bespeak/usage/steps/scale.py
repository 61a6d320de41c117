"""The sizes that count together, as a table that every engine can join."""

from __future__ import annotations

import pandas as pd

from bespeak.catalogue import group_of, sizes
from bespeak.usage.steps.frames import WHOLE


def scale() -> pd.DataFrame:
    """Each known size with its ``group`` (``size:<name>`` where it covers only itself) and ``ratio_e6``.

    Ratios are published with at most four digits, so a whole number of millionths is exact.
    """
    known = [(size, *group_of(size)) for size in sizes()["size"].astype("str")]
    return pd.DataFrame(
        {
            "size": pd.Series([size for size, _, _ in known], dtype="str"),
            "group": pd.Series([group for _, group, _ in known], dtype="str"),
            "ratio_e6": pd.Series([round(ratio * WHOLE) for _, _, ratio in known], dtype="int64"),
        }
    )
