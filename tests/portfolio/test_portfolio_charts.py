"""The pictures of all customers: their bars, their months, their words."""

from datetime import UTC, date, datetime

import pytest

from bespeak.charts import expiry_calendar, rank_chart
from bespeak.errors import InputError
from bespeak.tables import PORTFOLIO

TEXTS = {"kind": "legacy", "incomplete": "", "why_not": "", "reasons": (), "reservations": 1, "domain": ""}


def table(*rows):
    return PORTFOLIO.frame(
        {"customer_id": f"id-{n}", "currency": "USD", "renews": "no", **TEXTS, **row}
        for n, row in enumerate(rows)
    )


def test_the_first_twenty_have_a_bar_the_largest_on_top():
    ranked = table(*({"name": f"c{n:02d}", "saving_low": 100.0 - n} for n in range(25)))
    bar = rank_chart(ranked, "money").data[0]
    assert len(bar.x) == 20
    assert bar.x[0] == 100
    assert rank_chart(ranked, "money").layout.yaxis.autorange == "reversed"


def test_only_one_currency_is_on_the_axis():
    ranked = table(
        {"name": "Ann", "saving_low": 5.0},
        {"name": "Bob", "saving_low": 900.0, "currency": "EUR"},
        {"name": "Cy", "saving_low": 4.0},
    )
    figure = rank_chart(ranked, "money")
    assert list(figure.data[0].x) == [5, 4]
    assert figure.layout.meta["title"] == "Most money at stake in 30 days, USD"


def test_days_are_compared_whatever_the_currency():
    ranked = table(
        {"name": "Ann", "days_left": 0.0},
        {"name": "Bob", "days_left": 7.0, "currency": "EUR"},
        {"name": "Cy"},
    )
    figure = rank_chart(ranked, "expiry")
    assert list(figure.data[0].x) == [0, 7]
    assert figure.layout.meta["rows"] == [["Ann", "0"], ["Bob", "7"]]


def test_a_picture_of_nobody_says_so():
    assert rank_chart(table({"name": "Ann"}), "under_use").layout.meta["summary"] == ["No customer has any."]


def test_an_unknown_rank_is_refused():
    with pytest.raises(InputError, match="no rank 'size'"):
        rank_chart(table(), "size")


def test_a_name_is_never_html_and_no_maths():
    figure = rank_chart(table({"name": "<b>$1 & $2</b>", "saving_low": 1.0}), "money")
    assert figure.layout.yaxis.ticktext[0] == "&lt;b&gt;&#36;1 &amp; &#36;2&lt;/b&gt;"


def test_what_ends_stands_in_its_month_with_what_happens_then():
    ends = [datetime(2027, month, 28, tzinfo=UTC) for month in (1, 2, 2, 12)]
    rows = [{"name": str(n), "next_expiry": end} for n, end in enumerate(ends)]
    rows[2]["renews"] = "yes"
    figure = expiry_calendar(table(*rows, {"name": "none"}), date(2027, 1, 31))
    assert [trace.name for trace in figure.data] == ["ends", "renews itself"]
    assert list(figure.data[0].y) == [1, 1, *[0] * 9, 1]
    assert list(figure.data[1].y) == [0, 1, *[0] * 10]
    assert figure.data[0].x[0] == "Jan<br>2027"


def test_what_ends_later_than_in_a_year_is_counted():
    late = table({"name": "Ann", "next_expiry": datetime(2029, 1, 1, tzinfo=UTC)})
    words = expiry_calendar(late, date(2027, 1, 31)).layout.meta["summary"]
    assert words == ["No reservation ends within a year.", "Customers with a first end after that: 1."]
