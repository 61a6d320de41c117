"""Measures of machines: what is asked of Azure Monitor, what comes of the answer, and CSV files of other monitoring."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

import bespeak
from bespeak.errors import InputError, RefusedError
from bespeak.usage.measured import measure, read_measures
from bespeak.usage.measures_file import read_measures_file

NOW = datetime(2026, 11, 16, tzinfo=UTC)
SUB = "b1e6aaaa-0000-4000-8000-000000000001"
MACHINE = f"/subscriptions/{SUB}/resourcegroups/rg/providers/microsoft.compute/virtualmachines/web01"
GIB = 2**30


def points(*values, name="average"):
    return [{"timeStamp": "x"} | ({name: value} if value is not None else {}) for value in values]


def answer(cpu, free):
    """Each interval's average and maximum of the CPU, and the least free memory."""
    series = [
        {"timeStamp": "x"} | ({} if one is None else {"average": one, "maximum": one + 5}) for one in cpu
    ]
    return [
        {"name": {"value": "Percentage CPU"}, "timeseries": [{"data": series}]},
        {
            "name": {"value": "Available Memory Bytes"},
            "timeseries": [{"data": points(*free, name="minimum")}],
        },
    ]


class Door:
    def __init__(self, answers):
        self.answers = answers
        self.calls = []

    def send(self, call):
        self.calls.append(call)
        found = self.answers[call.path.split("/providers/Microsoft.Insights")[0]]
        if isinstance(found, Exception):
            raise found
        return found


def read(answers, resources, **more):
    door = Door(answers)
    session = SimpleNamespace(door=door, world="sandbox", now=lambda: NOW)
    details = SimpleNamespace(customer_id="c0000000-0000-4000-8000-000000000001")
    return read_measures(session, details, resources, **more), door


def test_the_last_days_are_asked_in_the_customers_directory():
    _, door = read({MACHINE: answer([1], [GIB])}, [MACHINE.upper()], days=7)
    (call,) = door.calls
    assert (call.method, call.service, call.tenant) == ("GET", "arm", "c0000000-0000-4000-8000-000000000001")
    assert call.params["timespan"] == "2026-11-09T00:00:00Z/2026-11-16T00:00:00Z"
    assert call.params["metricnames"] == "Percentage CPU,Available Memory Bytes"


def test_an_interval_without_a_value_is_no_zero():
    found, _ = read({MACHINE: answer([10, None, 30], [4 * GIB, None, 2 * GIB])}, [MACHINE])
    (row,) = found.table.to_dict("records")
    assert (row["cpu_average"], row["cpu_max"], row["free_memory"], row["hours"]) == (20.0, 35.0, 2.0, 1.0)


def test_a_machine_without_any_value_has_no_measure():
    found, _ = read({MACHINE: answer([None, None], [None])}, [MACHINE])
    assert found.table.empty


def test_a_machine_that_has_gone_is_named_and_the_others_are_measured():
    gone = MACHINE.replace("web01", "web02")
    found, _ = read(
        {
            MACHINE: answer([10], [GIB]),
            gone: RefusedError("gone", "look", status=404, code="ResourceNotFound"),
        },
        [MACHINE, gone],
    )
    assert list(found.table["resource"]) == [MACHINE]
    assert [one.name for one in found.skipped] == [gone]


def test_a_machine_of_a_scale_set_is_not_asked_for():
    scale = MACHINE.replace("virtualmachines/web01", "virtualmachinescalesets/web/virtualmachines/0")
    found, door = read({MACHINE: answer([10], [GIB])}, [MACHINE, scale])
    assert (len(door.calls), found.not_asked) == (1, 1)


def test_progress_ends_the_reading():
    def stop(_done, _total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read({MACHINE: answer([10], [GIB])}, [MACHINE], progress=stop)


def test_the_95th_percentile_is_a_value_that_was_measured():
    row = measure("/x", [1.0], list(range(1, 101)), [], hours=50, source="test")
    assert (row["cpu_p95"], row["free_memory"]) == (95, None)


def test_the_sandbox_measures_every_machine_of_a_customer():
    session = bespeak.connect()
    contoso = bespeak.find_customer(session, "Contoso")
    machines = bespeak.read_usage(session, contoso, days=7).usage["resource"].unique()
    found = read_measures(session, contoso, machines)
    assert len(found.table) == len(machines)
    assert found.table["cpu_p95"].between(0, 100).all()
    assert found.end - found.start == timedelta(days=7)


def test_a_csv_of_other_monitoring_is_read():
    raw = f"Resource;CPU P95;Free memory GiB;hours\n{MACHINE.upper()};12.5;3;168\n".encode()
    (row,) = read_measures_file(raw).to_dict("records")
    assert (row["resource"], row["cpu_p95"], row["free_memory"], row["source"]) == (MACHINE, 12.5, 3.0, "CSV")


def test_a_low_share_with_its_sign_is_per_cent():
    assert read_measures_file(b"resource,cpu_p95\nx,0.8%\n")["cpu_p95"].tolist() == [0.8]


def test_points_in_an_odd_shape_are_no_values():
    odd = answer([10], [GIB])
    odd[0]["timeseries"] = [{"data": [{"average": "much"}, "no point", {"average": 20, "maximum": 30}]}, None]
    found, _ = read({MACHINE: odd}, [MACHINE])
    assert found.table[["cpu_average", "cpu_max"]].to_numpy().tolist() == [[20.0, 30.0]]


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "not a CSV table"),
        (b"machine,cpu\nx,1\n", "lack resource and cpu_p95; there are machine, cpu"),
        (b"resource,cpu_p95\nx,120\n", "is 120, not a share in per cent"),
        (b"resource,cpu_p95\nx,a lot\n", "'a lot' in the column 'cpu_p95' is not a number"),
        (b"resource,cpu_p95\nx,1\nX,2\n", "stands in the measures twice"),
        (b"\xff\xfe\x00", "not a CSV table"),
        (b"resource,cpu_p95\nx,0.45\ny,0.9\n", "may be a share of one and not per cent"),
        (b"resource,cpu_p95,free_memory_gib\nx,45,-2\n", "free_memory of 'x' is -2"),
    ],
    ids=["empty", "other columns", "more than all", "no number", "twice", "no text", "share", "memory"],
)
def test_a_csv_that_cannot_be_right_is_refused(raw, says):
    with pytest.raises(InputError, match=says):
        read_measures_file(raw)
