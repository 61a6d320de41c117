"""Figures from small tables: the drawn data, the words beside them, safe labels."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bespeak.charts import demand_by_size, draw_reserved, heat_map, price_comparison, savings_curve_chart
from bespeak.charts.figure import MOST_POINTS, PALETTE, label, money, share
from bespeak.errors import InputError, MissingError, TableError
from bespeak.tables import DEMAND, SIZE_DEMAND

PLACE = {"scope": "shared", "region": "polandcentral", "group": "DSv5 Series"}
START = pd.Timestamp("2026-11-02T00:00Z")  # a Monday


def groups(units, unknown=None, start=START) -> pd.DataFrame:
    unknown = unknown or [0.0] * len(units)
    hours = [start + pd.Timedelta(hours=i) for i in range(len(units))]
    return DEMAND.frame(
        {**PLACE, "hour": h, "units": u, "unknown": x, "upper": u + 2 * x, "overlap": u + 2 * x}
        for h, u, x in zip(hours, units, unknown, strict=True)
    )


def sizes(**instances: list[float]) -> pd.DataFrame:
    return SIZE_DEMAND.frame(
        {**PLACE, "size": size, "hour": START + pd.Timedelta(hours=i)}
        | {"instances": count, "unknown": 0.0, "overlap": count}
        for size, counts in instances.items()
        for i, count in enumerate(counts)
    )


def curve(**columns: list[float]) -> pd.DataFrame:
    count = len(columns["saving"])
    base = {
        "quantity": range(count),
        "units": map(float, range(count)),
        "cost": [100 - s for s in columns["saving"]],
    }
    return pd.DataFrame(
        {**base, "utilisation": [math.nan, *[0.5] * (count - 1)], "coverage": [0.5] * count, **columns}
    )


def test_the_week_is_the_mean_of_each_hour_and_monday_is_on_top() -> None:
    figure = heat_map(groups([float(i) for i in range(336)]), **PLACE)
    week = np.asarray(figure.data[0].z)
    assert week.shape == (7, 24)
    assert week[0, 0] == (0 + 168) / 2
    assert week[6, 23] == (167 + 335) / 2
    assert figure.layout.yaxis.autorange == "reversed"
    assert figure.data[0].y[0] == "Monday"


def test_the_colours_of_the_week_start_at_zero_so_that_a_steady_load_looks_steady() -> None:
    figure = heat_map(groups([5.0] * 168), **PLACE)
    assert (figure.data[0].zmin, figure.data[0].zmax) == (0.0, 5.0)


def test_an_hour_of_the_week_outside_the_window_is_empty_and_not_zero() -> None:
    figure = heat_map(groups([5.0] * 24), **PLACE)
    week = np.asarray(figure.data[0].z)
    assert (week[0] == 5.0).all()
    assert np.isnan(week[1:]).all()
    assert figure.layout.meta["rows"][1][:2] == ["Tuesday", "-"]


def test_the_week_says_in_words_what_is_busy_and_what_is_not_known() -> None:
    units = [1.0] * 168
    units[34] = 9.0  # Tuesday 10:00
    units[3] = 0.0  # Monday 03:00
    figure = heat_map(groups(units, [2.0] * 168), **PLACE)
    assert figure.layout.meta["summary"][:3] == [
        "Busiest: Tuesday 10:00, 9 units on average.",
        "Quietest: Monday 03:00, 0 units.",
        "There are hours in which nothing certainly ran.",
    ]
    assert figure.layout.meta["summary"][3].startswith("Another 2 units on average ran at hours of the day")


def test_a_week_of_one_load_is_said_to_be_so() -> None:
    figure = heat_map(groups([8.0] * 168), **PLACE)
    assert figure.layout.meta["summary"] == ["The same in every hour of the week: 8 units."]


def test_a_steady_use_of_one_size_is_said_plainly() -> None:
    figure = demand_by_size(
        sizes(Standard_D2s_v5=[1.0, 1.0]), groups([1.0, 1.0]), **PLACE, ratios={"Standard_D2s_v5": 1.0}
    )
    assert figure.layout.meta["summary"][0] == "2026-11-02 to 2026-11-02: 1 unit in every hour, in 1 size."


def test_a_group_that_is_not_there_gets_a_sentence() -> None:
    with pytest.raises(
        MissingError, match=r"There is no demand of 'FSv2 Series' in polandcentral for scope 'shared'"
    ):
        heat_map(groups([1.0]), scope="shared", region="polandcentral", group="FSv2 Series")


def test_the_bands_are_units_and_not_instances_and_the_largest_is_below() -> None:
    figure = demand_by_size(
        sizes(Standard_D2s_v5=[3, 3], Standard_D8s_v5=[1, 2]),
        groups([7.0, 11.0]),
        **PLACE,
        ratios={"Standard_D2s_v5": 1.0, "Standard_D8s_v5": 4.0},
    )
    assert [band.name for band in figure.data] == ["D8s_v5", "D2s_v5"]
    assert list(figure.data[0].y) == [4.0, 8.0]
    assert list(figure.data[1].y) == [3.0, 3.0]
    assert {band.stackgroup for band in figure.data} == {"demand"}


def test_sizes_may_be_categories() -> None:
    table = sizes(Standard_D2s_v5=[3]).astype({"size": "category"})
    figure = demand_by_size(table, groups([3.0]), **PLACE, ratios={"Standard_D2s_v5": 1.5})
    assert list(figure.data[0].y) == [4.5]


def test_an_hour_in_which_a_size_did_not_run_is_zero() -> None:
    figure = demand_by_size(
        sizes(Standard_D2s_v5=[3]), groups([3.0, 0.0]), **PLACE, ratios={"Standard_D2s_v5": 1.0}
    )
    assert list(figure.data[0].y) == [3.0, 0.0]


def test_the_lines_say_what_is_reserved_and_what_would_be() -> None:
    figure = demand_by_size(
        sizes(Standard_D2s_v5=[3]),
        groups([3.0]),
        **PLACE,
        ratios={"Standard_D2s_v5": 1.0},
        owned_units=1.0,
        chosen_units=1.5,
    )
    assert [(line.name, line.y0) for line in figure.layout.shapes] == [
        ("reserved already", 1.0),
        ("reserved with this purchase", 2.5),
    ]
    assert figure.layout.meta["summary"][-1] == "Reserved: 1 unit now, 1.5 units by this purchase."


def test_other_lines_are_drawn_over_the_same_bands() -> None:
    first = demand_by_size(
        sizes(Standard_D2s_v5=[3]), groups([3.0]), **PLACE, ratios={"Standard_D2s_v5": 1.0}
    )
    second = draw_reserved(first, owned_units=0.0, chosen_units=2.0)
    assert first.layout.meta["summary"][-1] == "Reserved: nothing."
    assert second.layout.meta["summary"] == [
        *first.layout.meta["summary"][:-1],
        "Reserved: 2 units by this purchase.",
    ]
    assert [line.y0 for line in second.layout.shapes] == [2.0]
    assert [line.y0 for line in first.layout.shapes] == [0.0]
    assert list(second.data[0].y) == list(first.data[0].y)


def test_what_ran_at_unknown_hours_has_a_band_of_its_own() -> None:
    figure = demand_by_size(
        sizes(Standard_D2s_v5=[3]), groups([3.0], [0.5]), **PLACE, ratios={"Standard_D2s_v5": 1.0}
    )
    assert figure.data[-2].name == "unknown inside the day (mean)"
    assert list(figure.data[-2].y) == [0.5]
    assert (figure.data[-1].name, list(figure.data[-1].y)) == ("at most in the hour", [4.0])
    assert "In one hour between 3 and 4 units can have run." in figure.layout.meta["summary"][1]


def test_a_saving_that_is_not_certain_has_a_line_of_what_it_is_at_best() -> None:
    open_curve = curve(saving=[0.0, 5.0, 2.0]).assign(
        saving_high=[0.0, 6.0, 4.0], utilisation_high=[math.nan, 0.8, 0.7]
    )
    figure = savings_curve_chart(open_curve, 1, currency="USD", title="t")
    assert [trace.name for trace in figure.data[:2]] == ["at best", "at least"]
    assert list(figure.data[0].y) == [0.0, 6.0, 4.0]
    assert "At best it saves USD 6.00, utilisation 80.0%." in figure.layout.meta["summary"][2]


def test_a_saving_that_is_certain_has_one_line() -> None:
    certain = curve(saving=[0.0, 5.0]).assign(saving_high=[0.0, 5.0], utilisation_high=[math.nan, 0.5])
    assert savings_curve_chart(certain, 1, currency="USD", title="t").data[0].name == "saving"


def test_a_size_without_a_ratio_is_refused_and_not_counted_as_one() -> None:
    with pytest.raises(MissingError, match=r"no ratio for Standard_D2s_v5"):
        demand_by_size(sizes(Standard_D2s_v5=[3]), groups([3.0]), **PLACE, ratios={})


def test_more_than_eight_sizes_are_put_together_and_nothing_is_lost() -> None:
    many = {f"Standard_D{i}s_v5": [float(i)] for i in range(1, 12)}
    figure = demand_by_size(sizes(**many), groups([66.0]), **PLACE, ratios=dict.fromkeys(many, 1.0))
    assert len(figure.data) == len(PALETTE)
    assert figure.data[-1].name == "other sizes"
    assert sum(float(band.y[0]) for band in figure.data) == 66.0


def test_a_long_window_is_shown_in_means_and_says_so() -> None:
    count = 5000
    figure = demand_by_size(
        sizes(Standard_D2s_v5=[1.0, 2.0, 3.0] * (count // 3)),
        groups([1.0, 2.0, 3.0] * (count // 3)),
        **PLACE,
        ratios={"Standard_D2s_v5": 1.0},
    )
    band = figure.data[0]
    assert len(band.y) <= MOST_POINTS
    assert (band.x0, band.dx) == ("2026-11-02T00:00", 3 * 3_600_000)
    assert np.allclose(band.y, 2.0)
    assert "Each point is the mean of 3 hours." in figure.layout.meta["summary"]


def test_the_table_beside_the_bands_has_a_row_a_day() -> None:
    figure = demand_by_size(
        sizes(Standard_D2s_v5=[1.0] * 24 + [3.0] * 12),
        groups([1.0] * 36),
        **PLACE,
        ratios={"Standard_D2s_v5": 1.0},
    )
    assert figure.layout.meta["columns"] == ["Day (UTC)", "D2s_v5", "lowest hour", "highest hour"]
    assert figure.layout.meta["rows"] == [["2026-11-02", "1", "1", "1"], ["2026-11-03", "3", "3", "3"]]


def test_the_curve_marks_the_best_the_last_that_pays_and_the_chosen_quantity() -> None:
    figure = savings_curve_chart(curve(saving=[0.0, 10.0, 5.0, -1.0]), 3, currency="USD", title="Saving")
    assert [trace.name for trace in figure.data] == ["saving", "best: 1", "last that pays: 2", "chosen: 3"]
    assert list(figure.data[3].y) == [-1.0]
    assert "At 3: costs USD 1.00 more, utilisation 50.0%, coverage 50.0%." in figure.layout.meta["summary"]


def test_the_last_that_pays_is_not_claimed_where_the_curve_ends_before_it() -> None:
    figure = savings_curve_chart(curve(saving=[0.0, 10.0, 5.0]), 1, currency="USD", title="Saving")
    assert [trace.name for trace in figure.data] == ["saving", "best: 1", "chosen: 1"]
    assert "Even 2 instances would cost no more than pay-as-you-go." in figure.layout.meta["summary"]


def test_among_equal_savings_the_smallest_quantity_is_best() -> None:
    figure = savings_curve_chart(curve(saving=[0.0, 10.0, 10.0]), 0, currency="USD", title="Saving")
    assert figure.data[1].name == "best: 1"


def test_a_curve_on_which_nothing_pays_says_buy_nothing() -> None:
    figure = savings_curve_chart(curve(saving=[0.0, -1.0]), 0, currency="USD", title="Saving", break_even=0.6)
    assert figure.layout.meta["summary"] == [
        "No quantity saves anything: buy nothing.",
        "A reserved hour pays from a utilisation of 60.0% on.",
    ]


def test_no_last_that_pays_is_marked_where_nothing_pays() -> None:
    figure = savings_curve_chart(curve(saving=[0.0, -1.0]), 0, currency="USD", title="Saving")
    assert [trace.name for trace in figure.data] == ["saving", "best: 0", "chosen: 0"]


def test_few_instances_are_counted_one_by_one_on_the_axis() -> None:
    few = savings_curve_chart(curve(saving=[0.0] * 11), 0, currency="USD", title="Saving")
    many = savings_curve_chart(curve(saving=[0.0] * 12), 0, currency="USD", title="Saving")
    assert (few.layout.xaxis.dtick, many.layout.xaxis.dtick) == (1, None)


def test_a_quantity_beyond_the_curve_gets_a_sentence() -> None:
    with pytest.raises(InputError, match=r"no quantity 9\. Choose one from 0 to 1"):
        savings_curve_chart(curve(saving=[0.0, 1.0]), 9, currency="USD", title="Saving")


def test_a_curve_without_a_column_is_named() -> None:
    with pytest.raises(TableError, match=r"'savings curve', column 'coverage'"):
        savings_curve_chart(curve(saving=[0.0]).drop(columns="coverage"), 0, currency="USD", title="Saving")


def options() -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("Pay-as-you-go", 0, 0.0, 200.0, 200.0, 0.0),
            ("1 year", 3, 100.0, 50.0, 150.0, 50.0),
            ("3 years", 0, 0.0, 200.0, 200.0, 0.0),
        ],
        columns=["option", "quantity", "reservation", "payg", "cost", "saving"],
    )


def test_the_comparison_stacks_the_reservation_and_what_stays_on_pay_as_you_go() -> None:
    figure = price_comparison(options(), currency="USD", title="Cost")
    assert [list(bar.x) for bar in figure.data] == [[0.0, 100.0, 0.0], [200.0, 50.0, 200.0]]
    assert figure.layout.barmode == "stack"
    assert figure.layout.meta["summary"] == [
        "Pay-as-you-go: USD 200.00.",
        "1 year, 3 instances: USD 150.00, USD 50.00 less (25.0%).",
        "3 years: buy nothing, no quantity saves anything.",
    ]


def test_money_and_shares_read_as_such() -> None:
    assert money(-1234.5, "USD") == "USD -1,234.50"
    assert share(0.935) == "93.5%"
    assert share(math.nan) == "-"


@given(st.text())
def test_no_label_holds_a_tag_or_a_dollar_sign(text: str) -> None:
    shown = label(text)
    assert not set(shown) & set("<>$")


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


@pytest.mark.parametrize("colour", PALETTE)
@pytest.mark.parametrize("page", ["#ffffff", "#111111"])
def test_every_colour_stands_out_on_a_light_and_on_a_dark_page(colour: str, page: str) -> None:
    """WCAG 2.2, success criterion 1.4.11 (2023-10-05): graphics have a contrast of at least 3 to 1."""
    light, dark = sorted([_luminance(colour), _luminance(page)], reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3.0
