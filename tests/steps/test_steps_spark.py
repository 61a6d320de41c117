"""The steps on Spark give what they give on pandas and DuckDB, to the last millionth.

``make spark`` installs what is needed and runs this on a session of this machine; with ``BESPEAK_SPARK_REMOTE`` set to
an address of Spark Connect (``sc://host:15002``, or ``local[2]`` for a server of its own) it runs there.
``BESPEAK_REQUIRE_SPARK=1`` turns a skip into a failure.
"""

import os
import warnings

import duckdb
import narwhals as nw
import pyarrow as pa
import pytest
from small_estate import all_steps, estate, plain

from bespeak.usage.steps.frames import quotient, share

pytestmark = [
    pytest.mark.spark,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::FutureWarning:pyspark", "ignore::DeprecationWarning:pyspark"),
]


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    """A session on this machine alone with two workers, or the one that the environment names."""
    from pyspark.sql import SparkSession  # noqa: PLC0415  an extra, which most machines do without

    remote = os.environ.get("BESPEAK_SPARK_REMOTE")
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(tmp_path_factory.mktemp("spark")),
        # The tables are small: one part each, and compiling would take longer than running.
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.codegen.wholeStage": "false",
    }
    builder = SparkSession.builder.appName("bespeak")
    builder = builder.remote(remote) if remote else builder.master("local[2]").config(map=settings)
    session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def on_spark(spark):
    """What the steps make of the estate on Spark, with hours as short as the store keeps them."""
    short = estate().astype({"hour": "int32", "hours_in_window": "int32"})
    rows = pa.Table.from_pandas(short, preserve_index=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return all_steps(nw.from_native(spark.createDataFrame(rows)))


@pytest.fixture(scope="module")
def elsewhere():
    """What the steps make of the same estate on pandas and on DuckDB."""
    rows = estate()
    connection = duckdb.connect()
    return {
        "pandas": all_steps(nw.from_native(rows)),
        "duckdb": all_steps(nw.from_native(connection.from_df(rows))),
    }


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_every_step_gives_the_same_rows_on_spark(engine, on_spark, elsewhere):
    differing = [name for name, table in elsewhere[engine].items() if not table.equals(on_spark[name])]

    assert (differing, set(on_spark)) == ([], set(elsewhere[engine]))


def test_the_estate_is_worth_comparing(on_spark):
    """Daily and hourly records, several currencies, something to buy: else equal tables would say little."""
    hours, bought = on_spark["hourly"], on_spark["break even of overlap_e6"]

    assert (set(hours["hours_in_window"]), hours["currency"].nunique()) == ({1, 24}, 3)
    assert (bought["quantity"] > 0).any()
    assert (bought["quantity"] == 0).any()


def test_quotients_of_large_numbers_are_whole_on_spark(spark):
    """Spark divides in floating point, which holds whole numbers up to 2^53 only."""
    pairs = [(9_007_199_254_740_993, 3), (9_223_372_036_854_775_807, 4097), (999_999, 1_000_000), (-7, 2)]
    frame = nw.from_native(spark.createDataFrame(pairs, ["a", "b"]))
    made = plain(
        frame.select("a", "b", q=quotient(nw.col("a"), nw.col("b")), s=share(nw.col("a"), nw.col("b"), 10**6))
    )

    assert [(a // b, a * b // 10**6) for a, b in zip(made["a"], made["b"], strict=True)] == list(
        zip(made["q"], made["s"], strict=True)
    )
