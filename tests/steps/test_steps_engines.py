"""The steps give the same rows on every engine, in every order, and in connections that may not look outside."""

import duckdb
import narwhals as nw
import pandas as pd
import pytest
from small_estate import HOURS, all_steps, estate, offers, plain

from bespeak.usage.steps import beside, break_even, group_demand, scale


@pytest.fixture(scope="module")
def expected():
    """What every step makes of the estate on pandas."""
    return all_steps(nw.from_native(estate()))


def _duck(rows, threads):
    connection = duckdb.connect(config={"threads": threads})
    return nw.from_native(connection.from_df(rows))


def _split(rows):
    """The rows in another order, and every other one in two parts."""
    first, rest = rows.iloc[::2].copy(), rows.iloc[1::2]
    second = first.copy()
    for column in ("hours_e6", "cost_e6"):
        first[column], second[column] = first[column] // 3, first[column] - first[column] // 3
    return pd.concat([second, rest, first], ignore_index=True).sample(frac=1, random_state=1)


@pytest.mark.parametrize(
    "engine",
    [
        lambda rows: nw.from_native(rows.astype(dict.fromkeys(rows.select_dtypes("str"), "category"))),
        lambda rows: _duck(rows, 1),
        lambda rows: _duck(rows, 2),
        lambda rows: nw.from_native(rows.astype({"hour": "int32", "hours_in_window": "int32"})),
        lambda rows: _duck(rows.astype({"hour": "int32", "hours_in_window": "int32"}), 2),
        lambda rows: nw.from_native(_split(rows)),
        lambda rows: _duck(_split(rows), 2),
    ],
    ids=[
        "categories",
        "DuckDB",
        "DuckDB in two threads",
        "short hours",
        "DuckDB, short hours",
        "pandas, split",
        "DuckDB, split",
    ],
)
def test_every_step_gives_the_same_rows_on(engine, expected):
    made = all_steps(engine(estate()))

    assert [name for name in expected if not expected[name].equals(made[name])] == []


def test_quantities_are_those_of_the_steps_one_by_one(expected):
    """On pandas; the other engines give the same rows for both, see above."""
    assert expected["quantities"].equals(expected["break even of overlap_e6"])
    assert expected["quantities of each subscription"].equals(expected["break even of each subscription"])


AWKWARD = pd.DataFrame(
    {"n": [1, -(2**62), 0], "t": ["it's |0| 'quoted'; DROP", "", "|1|ü\n"]}, index=[7, 7, 1]
).astype({"t": "str"})


@pytest.mark.parametrize(
    "table", [AWKWARD, AWKWARD.iloc[:0], AWKWARD.iloc[1:2]], ids=["awkward", "empty", "one"]
)
def test_a_table_can_be_put_beside_rows_whose_connection_may_not_look_outside(table):
    connection = duckdb.connect()
    rows = connection.from_df(estate(10))
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    made = plain(beside(nw.from_native(rows), table))

    assert made.equals(table.sort_values(["n", "t"], ignore_index=True))


def test_lazy_rows_stay_lazy():
    rows = _duck(estate(), 1)

    assert isinstance(
        break_even(group_demand(rows, beside(rows, scale())), beside(rows, offers()), HOURS), nw.LazyFrame
    )


def test_no_rows_are_no_demand():
    rows = nw.from_native(estate().iloc[:0])
    made = all_steps(rows)

    assert {name: len(table) for name, table in made.items()} == dict.fromkeys(made, 0)
