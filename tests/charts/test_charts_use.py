"""The chart of a reservation's use, day by day."""

import pandas as pd
import pytest

from bespeak.charts import use_chart
from bespeak.errors import MissingError, TableError


def days(*rows):
    made = [
        (
            pd.Timestamp("2026-11-16T00:00Z") + pd.Timedelta(days=n),
            used,
            reserved,
            used / reserved if reserved else None,
        )
        for n, (used, reserved) in enumerate(rows)
    ]
    return pd.DataFrame(made, columns=["day", "used_hours", "reserved_hours", "utilisation"])


def test_used_hours_are_bars_under_the_line_of_the_reserved_ones() -> None:
    used, reserved = use_chart(days((11, 33), (72, 72)), title="web tier").data
    assert list(used.y) == [11, 72]
    assert list(reserved.y) == [33, 72, 72]


def test_the_line_reaches_from_the_first_midnight_to_the_end_of_the_last_day() -> None:
    used, reserved = use_chart(days((11, 33), (72, 72)), title="t").data
    assert (used.offset, used.width) == (0, 24 * 60 * 60 * 1000)
    assert list(pd.DatetimeIndex(reserved.x)) == list(pd.date_range("2026-11-16", periods=3))


def test_the_words_count_hours_and_not_daily_shares() -> None:
    """D-1202: 83 of 105 hours are 79.0%, the mean of the two days would be 66.7%."""
    words = use_chart(days((11, 33), (72, 72)), title="t").layout.meta["summary"]
    assert words[0] == "From 2026-11-16 to 2026-11-17 105 hours were reserved and 83 used."
    assert words[1].startswith("Utilisation 79.0%; 22 hours were lost")


def test_a_day_without_reserved_hours_has_no_share() -> None:
    assert use_chart(days((24, 24), (0, 0)), title="t").layout.meta["rows"][1][3] == ""


def test_no_day_at_all_is_an_answer_and_no_empty_drawing() -> None:
    with pytest.raises(MissingError, match="No day"):
        use_chart(days(), title="t")


def test_a_column_that_is_missing_is_named() -> None:
    with pytest.raises(TableError, match="used_hours"):
        use_chart(days((1, 1)).drop(columns="used_hours"), title="t")
