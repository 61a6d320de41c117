"""How well a reservation was used: Azure's hours, summed and never averaged."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pandas as pd
import pytest

from bespeak.errors import MissingError, UnreadableError
from bespeak.holdings import UTILISATION, holdings, mean_utilisation, use_so_far, utilisation

ORDER = "24b5e9d7-0744-5719-9ecf-e916decd0a75"
RESERVATION = "45ed7497-97c7-57e8-93f3-71015ef47ca9"
SUMMARIES = "/microsoft.consumption/reservationsummaries"


def day(text, reserved, used, reservation=RESERVATION):
    return {
        "properties": {
            "reservationOrderId": ORDER,
            "reservationId": reservation,
            "usageDate": f"{text}T00:00:00Z",
            "reservedHours": reserved,
            "usedHours": used,
        }
    }


@pytest.fixture
def month(door):
    """X-15: three instances bought at 13:00 UTC, a month of 30 days; one day with 58 of 72 hours used."""
    days = [day("2026-11-16", Decimal("33.0"), Decimal("33.0"))]
    days += [day(str(d.date()), 72, 72) for d in pd.date_range("2026-11-17", "2026-12-14")]
    days += [day("2026-12-15", 72, 58)]
    door.answers[SUMMARIES] = {"value": days}
    return days


def test_x15_a_month_of_30_days(session, month):
    """X-15: reserved 33 on day one, then 72; 2,121 in the month; 58 of 72 is 80.56 %."""
    table = UTILISATION.check(utilisation(session, ORDER))
    assert len(table) == len(month) == 30
    assert table["reserved_hours"].iloc[0] == 33
    assert table["reserved_hours"].sum() == 2121
    assert round(table["utilisation"].iloc[-1] * 100, 2) == 80.56


def test_x15_the_month_is_used_by_reserved(session, month):
    """X-15 and D-1202: month avg = sum of used by sum of reserved, not the mean of daily shares."""
    del month
    table = utilisation(session, ORDER)
    assert mean_utilisation(table) == pytest.approx(2107 / 2121)
    assert mean_utilisation(table) != pytest.approx(table["utilisation"].mean(), abs=1e-6)


def test_days_come_sorted(session, door):
    door.answers[SUMMARIES] = {"value": [day("2026-11-18", 72, 1), day("2026-11-17", 72, 2)]}
    assert utilisation(session, ORDER)["used_hours"].tolist() == [2.0, 1.0]


def test_a_row_of_holdings_asks_from_its_start_to_the_worlds_date(session, door, details, month):
    del month
    row = holdings(session, details).iloc[0]
    utilisation(session, row)
    assert door.log[-1].params["$filter"] == (
        "properties/usageDate ge 2026-11-16 AND properties/usageDate le 2026-12-16"
    )


def test_a_window_can_be_given(session, door, month):
    del month
    utilisation(session, ORDER, start=date(2026, 12, 1), end=date(2026, 12, 7))
    assert door.log[-1].params["$filter"] == (
        "properties/usageDate ge 2026-12-01 AND properties/usageDate le 2026-12-07"
    )


def test_an_order_counts_all_its_reservations_and_a_row_only_its_own(session, door, details):
    door.answers[SUMMARIES] = {
        "value": [
            day("2026-11-17", 72, 10),
            day("2026-11-17", 24, 24, "727b97d1-492c-56d5-baf1-69725f09fbdf"),
        ]
    }
    assert utilisation(session, ORDER)["reserved_hours"].tolist() == [96.0]
    assert utilisation(session, holdings(session, details).iloc[0])["reserved_hours"].tolist() == [72.0]


def test_no_day_yet_is_an_empty_table(session, door):
    door.answers[SUMMARIES] = {"value": []}
    table = UTILISATION.check(utilisation(session, ORDER))
    assert table.empty
    assert mean_utilisation(table) is None


def test_a_day_without_reserved_hours_has_no_share(session, door):
    door.answers[SUMMARIES] = {"value": [day("2026-11-17", 0, 0)]}
    assert utilisation(session, ORDER)["utilisation"].isna().tolist() == [True]


def test_a_reservation_that_is_being_made_says_so(session):
    row = pd.Series({"reservation_order_id": "", "reservation_id": None, "order_id": "5ab7", "start": pd.NaT})
    with pytest.raises(MissingError, match=r"order 5ab7 is still being made. Look again when 15 minutes"):
        utilisation(session, row)


@pytest.mark.parametrize(
    ("name", "value"), [("usedHours", "72"), ("reservedHours", None), ("usageDate", "soon")]
)
def test_a_row_that_cannot_be_read_is_an_error(session, door, name, value):
    broken = day("2026-11-17", 72, 72)
    broken["properties"][name] = value
    door.answers[SUMMARIES] = {"value": [broken]}
    with pytest.raises(UnreadableError):
        utilisation(session, ORDER)


def test_days_are_utc(session, month):
    del month
    assert utilisation(session, ORDER)["day"].iloc[0] == datetime(2026, 11, 16, tzinfo=UTC)


def test_the_use_so_far_in_words(session, month):
    """X-15: 2,107 of 2,121 hours."""
    del month
    assert use_so_far(session, ORDER) == "99.3% of its hours, 2026-11-16 to 2026-12-15"


def test_no_day_yet_in_words(session, door):
    door.answers[SUMMARIES] = {"value": []}
    assert use_so_far(session, ORDER).startswith("no day is counted yet")


def test_what_stands_in_the_way_of_the_use_is_said(session, door):
    door.answers[SUMMARIES] = {"value": [{"properties": None}]}
    assert use_so_far(session, ORDER).startswith("not known: A row of the daily use has no properties.")
