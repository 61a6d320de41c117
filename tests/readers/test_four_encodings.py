"""The same estate through every encoding: the same hours, the same machines, the same cents where there are any."""

import io
from decimal import Decimal

import estate_files as told
import pandas as pd
import pytest

from bespeak.usage.readers import file_records, read_usage_file
from bespeak.usage.settle import settle
from bespeak.usage.settled import settled


def parquet(machines):
    rows = pd.DataFrame(told.focus_rows(machines))
    rows["ChargePeriodStart"] = pd.to_datetime(rows["ChargePeriodStart"])
    rows["ChargePeriodEnd"] = pd.to_datetime(rows["ChargePeriodEnd"])
    rows["ConsumedQuantity"] = rows["ConsumedQuantity"].astype("float64")
    file = io.BytesIO()
    rows.to_parquet(file)
    return file.getvalue()


FILES = {
    "utilization": told.utilization,
    "rated": told.rated,
    "graph": told.graph,
    "actual": told.export,
    "amortised": lambda machines: told.export(machines, "amortised"),
    "semicolons": lambda machines: told.export(machines, delimiter=";"),
    "tabs": lambda machines: told.export(machines, delimiter="\t"),
    "utf16": lambda machines: told.export(machines, encoding="utf-16"),
    "focus": told.focus,
    "parquet": parquet,
}
#: Where each encoding tells the cost, in which view; utilization records tell none.
VIEWS = dict.fromkeys(
    ["rated", "graph", "actual", "semicolons", "tabs", "utf16", "focus", "parquet"], "actual"
) | {"amortised": "amortised"}


def by_day(reading):
    """Hours of each machine on each day."""
    usage = reading.usage
    keys = [usage[name].astype("str") for name in ("azure_subscription_id", "region", "size", "vm")]
    return usage.groupby([*keys, usage["start"].dt.floor("D")])["hours"].sum().to_dict()


def covered(reading):
    usage = reading.usage
    return usage.loc[usage["reservation_id"] == told.RESERVATION, "hours"].sum()


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_encoding_tells_the_same_hours_of_the_same_machines(name, seed):
    machines = told.estate(seed)
    reading = read_usage_file(FILES[name](machines))
    truth = {
        (one.sub, one.region, one.size, one.name, pd.Timestamp(told.START) + pd.Timedelta(days=day)): float(
            hours
        )
        for one in machines
        for day, hours in one.days()
    }
    assert by_day(reading) == truth
    assert covered(reading) == sum(len(one.hours) for one in machines if one.covered)


@pytest.mark.parametrize("name", VIEWS)
def test_every_encoding_that_knows_the_cost_tells_the_same_to_the_cent(name):
    machines = told.estate(4)
    usage = read_usage_file(FILES[name](machines)).usage
    worth = told.billed if VIEWS[name] == "actual" else told.amortised
    truth = sum((worth(one, hours) for one in machines for _, hours in one.days()), Decimal(0))
    assert int(usage["cost_e6"].sum()) == truth * 1_000_000
    assert set(usage["currency"]) == {"EUR"}


def test_focus_knows_both_costs():
    machines = told.estate(4)
    truth = sum((told.amortised(one, hours) for one in machines for _, hours in one.days()), Decimal(0))
    usage = read_usage_file(told.focus(machines), view="amortised").usage
    assert int(usage["cost_e6"].sum()) == truth * 1_000_000


def test_focus_without_microsofts_columns_tells_costs_and_no_size():
    """As FOCUS 1.0 of other tools has it: what it costs is accounted for, and nothing is sized by it."""
    machines = told.estate(4)
    rows = [
        {name: value for name, value in row.items() if not name.startswith("x_")}
        for row in told.focus_rows(machines)
    ]
    reading = read_usage_file(told._csv(rows, ",", "utf-8"))
    truth = sum((told.billed(one, hours) for one in machines for _, hours in one.days()), Decimal(0))
    assert len(reading.usage) == 0
    assert reading.cost_in == {"EUR": int(truth * 1_000_000)}
    assert "does not say its size" in reading.set_aside["reason"][0]


def test_utilization_records_know_no_cost():
    reading = read_usage_file(told.utilization(told.estate()))
    assert reading.currencies == ()
    assert reading.conservation["what"].tolist() == ["records", "VM hours"]


@pytest.mark.parametrize("name", FILES)
def test_what_comes_in_is_used_or_set_aside_and_nothing_is_lost(name):
    records = file_records(FILES[name](told.estate(5))).records
    found = settled(records)
    assert len(found.used) + len(found.aside) == len(records)
    assert found.used["cost_e6"].sum() + found.aside["cost_e6"].sum() == records["cost_e6"].sum()


def test_what_a_purchase_costs_is_no_use_and_is_set_aside_with_its_amount():
    reading = read_usage_file(told.export(told.estate()))
    (line,) = reading.set_aside.to_dict("records")
    assert (line["reason"], line["cost_e6"]) == ("Purchase: a charge of this type is not usage.", 496_000_000)
    opened = reading.opened(line["reason"])
    assert opened["charge"].tolist() == ["Purchase"]


@pytest.mark.parametrize(
    ("name", "schema", "view"),
    [
        ("utilization", "utilization records", "unknown"),
        ("rated", "rated usage v1", "unknown"),
        ("graph", "billing export v2", "unknown"),
        ("actual", "MCA cost details", "actual"),
        ("amortised", "MCA cost details", "amortised"),
        ("focus", "FOCUS", "actual"),
        ("parquet", "FOCUS", "actual"),
    ],
)
def test_a_file_says_what_it_is(name, schema, view):
    facts = file_records(FILES[name](told.estate())).facts
    assert (facts.schema, facts.view) == (schema, view)


def test_the_same_rows_in_another_order_and_encoding_are_known_again():
    machines = told.estate()
    one, other = (file_records(told.export(machines, delimiter=sign)).facts for sign in ",;")
    turned = file_records(told.focus(machines[::-1])).facts
    assert one.rows_sha256 == other.rows_sha256
    assert one.sha256 != other.sha256
    assert turned.rows_sha256 == file_records(told.focus(machines)).facts.rows_sha256


def test_a_reading_of_two_currencies_adds_none_to_the_other():
    text = told.export(told.estate()).decode().replace("EUR", "USD", 5)
    reading = read_usage_file(text.encode())
    assert reading.currencies == ("EUR", "USD")
    assert "costs in EUR and USD; each stands alone" in file_records(text.encode()).facts.remarks[0]


def test_records_of_several_pages_are_settled_together():
    machines = told.estate(6)
    pages = [file_records(told.utilization([one])).records for one in machines]
    whole = file_records(told.utilization(machines)).records
    split = settle(pd.concat(pages, ignore_index=True), start=None, end=None, source="t", once=True)
    assert by_day(split) == by_day(settle(whole, start=None, end=None, source="t", once=True))
