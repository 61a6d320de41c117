"""All files of a folder, each read, known already, or refused with its sentence."""

import gzip
import json

import estate_files as told
import pytest

from bespeak.errors import InputError
from bespeak.usage import read_folder
from bespeak.usage.readers import file_records, read_usage_file

MACHINES = told.estate(9)
HOURS = sum(len(one.hours) for one in MACHINES)


def hours(found):
    return sum(one.usage["hours"].sum() for one in found.readings.values())


def test_files_are_found_in_every_folder_and_told_by_their_bytes(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "notes.txt").write_bytes(told.graph(MACHINES[:6]))
    (tmp_path / "x.parquet").write_bytes(told.rated(MACHINES[6:]))
    found = read_folder(tmp_path)
    assert set(found.readings) == {"a/b/notes.txt", "x.parquet"}
    assert hours(found) == HOURS
    assert found.refused == found.same == found.remarks == ()


def test_one_bad_file_does_not_stop_the_others(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"<html>Sign in</html>")
    (tmp_path / "b.csv").write_bytes(told.export(MACHINES))
    found = read_folder(tmp_path)
    assert hours(found) == HOURS
    ((name, says),) = found.refused
    assert name == "a.csv"
    assert "page for people" in says


def test_a_file_with_the_rows_of_another_is_set_aside_and_named(tmp_path):
    (tmp_path / "a.csv").write_bytes(told.export(MACHINES))
    (tmp_path / "b.csv").write_bytes(told.export(MACHINES, delimiter=";"))
    (tmp_path / "c.gz").write_bytes(gzip.compress(told.export(MACHINES)))
    found = read_folder(tmp_path)
    assert found.same == (("b.csv", "a.csv"), ("c.gz", "a.csv"))
    assert hours(found) == HOURS


def test_two_files_that_tell_of_the_same_days_are_named_and_not_added(tmp_path):
    (tmp_path / "a.csv").write_bytes(told.export(MACHINES))
    (tmp_path / "b.csv").write_bytes(told.focus(MACHINES))
    days = sum(len(one.days()) for one in MACHINES)
    ((name, says),) = read_folder(tmp_path).remarks
    assert (name, says) == (
        "b.csv",
        f"{days} of its {days} machine days are told by a.csv too; the usage store counts each once.",
    )


def parts(folder, manifest):
    (folder / "part_0.csv").write_bytes(told.export(MACHINES[:6]))
    (folder / "part_1.csv").write_bytes(told.export(MACHINES[6:]))
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_the_parts_of_an_export_are_one_reading(tmp_path):
    parts(tmp_path, {"blobs": [{"blobName": f"exports/part_{one}.csv"} for one in (0, 1)]})
    found = read_folder(tmp_path)
    assert list(found.readings) == ["part_0.csv"]
    assert (hours(found), found.readings["part_0.csv"].incomplete) == (HOURS, "")


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        ({"blobs": [{"blobName": "part_0.csv", "dataRowCount": 9999}]}, "it has 9,999 records"),
        ({"blobs": [{"name": "part_0.csv", "itemCount": 9999}]}, "it has 9,999 records"),
        (
            {"manifest": {"blobs": [{"blobLink": "https://x/part_0.csv?sig=a", "byteCount": 99999999}]}},
            "99,999,999 bytes",
        ),
        ({"blobs": [{"name": "part_0.csv"}, {"name": "part_9.csv"}]}, "these are not there: part_9.csv"),
    ],
    ids=["rows", "items", "bytes", "parts"],
)
def test_what_a_manifest_announces_is_held_to(tmp_path, manifest, says):
    parts(tmp_path, manifest)
    incomplete = read_folder(tmp_path).readings["part_0.csv"].incomplete
    assert incomplete.startswith("INCOMPLETE")
    assert says in incomplete


@pytest.mark.parametrize("text", ["{", "[]", '{"blobs": 3}', '{"blobs": [7, {"name": 4}]}'])
def test_a_manifest_that_cannot_be_read_announces_nothing(tmp_path, text):
    parts(tmp_path, {})
    (tmp_path / "manifest.json").write_text(text)
    found = read_folder(tmp_path)
    assert (hours(found), len(found.readings)) == (HOURS, 2)


def test_what_is_no_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="is no folder"):
        read_folder(tmp_path / "none")


def test_progress_counts_the_files(tmp_path):
    parts(tmp_path, {})
    seen = []
    read_folder(tmp_path, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


def test_a_billing_export_with_the_basic_attributes_is_refused_with_what_it_lacks():
    lines = []
    for line in gzip.decompress(told.graph(MACHINES)).splitlines():
        item = json.loads(line)
        for name in ("MeterCategory", "MeterId", "MeterSubCategory", "MeterName", "Unit", "ResourceLocation"):
            del item[name]
        lines.append(json.dumps(item))
    with pytest.raises(InputError, match=r"attribute set 'basic'.*neither its meter nor its region.*'full'"):
        read_usage_file("\n".join(lines).encode())


def test_focus_1_2_tells_the_size_in_its_own_column():
    """FOCUS 1.1 and later: SkuMeter and SkuPriceDetails, whose members that are not FOCUS's begin with x_."""
    rows = []
    for row in told.focus_rows(MACHINES):
        details = {f"x_{name}": value for name, value in json.loads(row.pop("x_SkuDetails")).items()}
        rows.append(row | {"SkuMeter": "D2s v5", "SkuPriceDetails": json.dumps(details), "InvoiceId": "G1"})
    reading = read_usage_file(told._csv(rows, ",", "utf-8"))
    assert reading.usage["hours"].sum() == HOURS
    assert set(reading.usage["size"].astype("str")) == {one.size for one in MACHINES}


def test_an_export_of_an_enterprise_agreement_is_called_so():
    head, rest = told.export(MACHINES).split(b"\n", 1)
    raw = (
        head.rstrip(b"\r") + b",AccountOwnerId\r\n" + b"".join(line + b",a\r\n" for line in rest.splitlines())
    )
    assert file_records(raw).facts.schema == "EA cost details"
