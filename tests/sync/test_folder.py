"""Files dropped in a folder: each read, known already, or refused with its sentence."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bespeak.errors import InputError
from bespeak.usage.store import UsageStore
from bespeak.usage.sync import import_folder

sys.path.insert(0, str(Path(__file__).parents[1] / "readers"))
import estate_files as told

NOW = datetime(2026, 11, 16, tzinfo=UTC)
MACHINES = told.estate(8)
HOURS = sum(len(one.hours) for one in MACHINES)


@pytest.fixture
def store(tmp_path):
    return UsageStore(tmp_path / "store", world="sandbox", instance="one")


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "dropped"
    made.mkdir()
    return made


def take(store, folder, **more):
    return import_folder(store, folder, received=NOW, customer_id=told.CUSTOMER, **more)


def hours(store):
    return store.reading(told.CUSTOMER).usage["hours"].sum()


def test_a_file_is_read_whatever_its_name(store, folder):
    (folder / "sub").mkdir()
    (folder / "sub" / "notes.txt").write_bytes(told.export(MACHINES))
    done = take(store, folder)
    assert [name for name, _ in done.read] == ["sub/notes.txt"]
    assert hours(store) == HOURS


def test_the_same_file_again_is_there_already(store, folder):
    (folder / "a.csv").write_bytes(told.export(MACHINES))
    take(store, folder)
    again = take(store, folder)
    assert (again.read, again.already_there) == ((), ("a.csv",))
    assert hours(store) == HOURS


def test_two_files_with_the_same_rows_count_once(store, folder):
    (folder / "a.csv").write_bytes(told.export(MACHINES))
    (folder / "b.csv").write_bytes(told.export(MACHINES, delimiter=";"))
    done = take(store, folder)
    assert done.already_there == ("b.csv",)
    assert ("b.csv", "It has the same rows as 'a.csv', which count once.") in done.remarks
    assert hours(store) == HOURS


def test_all_encodings_of_one_estate_together_count_once(store, folder):
    for name, content in {
        "records.json": told.utilization(MACHINES),
        "rated.json": told.rated(MACHINES),
        "export.gz": told.graph(MACHINES),
        "cost.csv": told.export(MACHINES),
        "focus.csv": told.focus(MACHINES),
    }.items():
        (folder / name).write_bytes(content)
    done = take(store, folder)
    assert (len(done.read), done.already_there) == (4, ("rated.json",))  # the same lines as the export's
    assert hours(store) == HOURS
    assert "already" in " ".join(store.set_aside(told.CUSTOMER)["reason"])


def test_a_file_that_cannot_be_read_does_not_stop_the_others(store, folder):
    (folder / "a.html").write_bytes(b"<html>sign in</html>")
    (folder / "b.csv").write_bytes(told.export(MACHINES))
    done = take(store, folder)
    assert done.refused[0][0] == "a.html"
    assert "page for people" in done.refused[0][1]
    assert hours(store) == HOURS


def test_a_file_that_breaks_off_makes_the_month_incomplete(store, folder):
    (folder / "a.csv").write_bytes(told.export(MACHINES)[:-60])
    take(store, folder)
    assert store.reading(told.CUSTOMER).incomplete.startswith("INCOMPLETE")


def test_the_rows_that_a_manifest_announces_are_held_to(store, folder):
    content = told.export(MACHINES)
    rows = content.count(b"\n") - 1
    (folder / "part_0.csv").write_bytes(content)
    (folder / "manifest.json").write_text(
        json.dumps({"blobs": [{"blobName": "x/part_0.csv", "dataRowCount": rows + 3}]})
    )
    take(store, folder)
    assert "INCOMPLETE" in store.reading(told.CUSTOMER).incomplete


def test_the_parts_of_one_export_count_together(store, folder):
    heading, *lines = told.export(MACHINES).splitlines(keepends=True)
    parts = {"part_0.csv": lines[::2], "part_1.csv": lines[1::2]}
    for run in ("october/run1", "october/run2"):
        (folder / run).mkdir(parents=True)
        for name, some in parts.items():
            (folder / run / name).write_bytes(b"".join([heading, *some]))
        blobs = [{"blobName": f"x/{name}", "dataRowCount": len(some)} for name, some in parts.items()]
        (folder / run / "manifest.json").write_text(json.dumps({"blobs": blobs}))
    take(store, folder)
    assert hours(store) == HOURS
    assert store.reading(told.CUSTOMER).incomplete == ""


def test_a_part_that_is_not_there_is_named(store, folder):
    (folder / "part_0.csv").write_bytes(told.export(MACHINES))
    rows = told.export(MACHINES).count(b"\n") - 1
    blobs = [{"blobName": f"x/part_{number}.csv", "dataRowCount": rows} for number in range(2)]
    (folder / "manifest.json").write_text(json.dumps({"blobs": blobs}))
    take(store, folder)
    assert "these are not there: part_1.csv." in store.reading(told.CUSTOMER).incomplete


def test_what_is_no_folder_is_said_so(store, folder):
    with pytest.raises(InputError, match="is no folder"):
        take(store, folder / "nowhere")


def test_cancelling_keeps_the_files_that_are_done(store, folder):
    (folder / "a.csv").write_bytes(told.export(MACHINES))
    (folder / "b.csv").write_bytes(told.focus(MACHINES))

    def stop(_done, _total):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        take(store, folder, progress=stop)
    store.build()
    assert hours(store) == HOURS
