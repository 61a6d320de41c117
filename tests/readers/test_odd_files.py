"""Files made to break a reader: each ends in a sentence, or is read."""

import gzip
import json

import estate_files as told
import pytest

from bespeak.errors import InputError, UnreadableError
from bespeak.usage.readers import file_records, read_usage_file

MACHINES = told.estate(7)
CSV = told.export(MACHINES)
LINE = json.loads(gzip.decompress(told.graph(MACHINES)).splitlines()[0])
DEEP = "[" * 100_000


@pytest.mark.parametrize(
    "raw",
    [
        f'{{"items":{DEEP}}}',
        f'{{"items":[{{"usageStartTime":{DEEP}}}]}}',
        f'{{"UsageDate":{DEEP}',
    ],
    ids=["page", "utilization", "line"],
)
def test_json_that_is_nested_without_end_is_unreadable(raw):
    with pytest.raises(UnreadableError, match="recursion"):
        read_usage_file(raw.encode())


def test_extra_facts_that_are_nested_without_end_tell_no_size():
    reading = read_usage_file(json.dumps(LINE | {"AdditionalInfo": f'{{"a":{DEEP}'}).encode())
    assert reading.set_aside["reason"].str.startswith("The record does not say its size").all()


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"a" * 200_000 + b",b\n1,2\n", "no CSV table of usage"),
        (b'[{"a": 1}]', "one list in JSON"),
        (b'{"error": {"code": "401"}}', "answer to a failed request"),
    ],
    ids=["endless name", "list", "error"],
)
def test_what_holds_no_usage_is_refused(raw, says):
    with pytest.raises(InputError, match=says):
        read_usage_file(raw)


def test_lines_may_end_as_old_machines_end_them():
    turned = read_usage_file(CSV.replace(b"\r\n", b"\r"))
    assert turned.usage.equals(read_usage_file(CSV).usage)


def test_lines_that_are_no_objects_are_records_with_a_flaw():
    records = file_records(b'{"a": 1}\n5\n').records
    assert records["flaw"].tolist() == ["", "The record is no object, so nothing can be told of it."]
    assert records["charge"].tolist() == ["", ""]


def test_half_a_page_after_an_odd_record_is_unreadable():
    """The shape of the odd record is noticed before the end that is missing."""
    page = told.utilization(MACHINES).replace(b'"quantity": 1.0', b'"quantity": "many"', 1)
    with pytest.raises(UnreadableError, match="no JSON"):
        read_usage_file(page[:-20])


@pytest.mark.parametrize("half", [b"\\ud800", b"\xff"], ids=["surrogate", "byte"])
@pytest.mark.parametrize("odd", [False, True])
def test_half_a_character_in_the_facts_of_a_record_ends_in_a_sentence(half, odd):
    page = told.utilization(MACHINES).replace(b'"VMName": "', b'"VMName": "' + half, 1)
    if odd:
        page = page.replace(b'"quantity": 1.0', b'"quantity": "many"', 1)
    try:
        reading = read_usage_file(page)
    except UnreadableError:
        return
    assert len(reading.usage) + reading.set_aside["rows"].sum() == reading.rows_in


def test_half_a_character_in_the_facts_of_an_export_sets_its_line_aside():
    raw = CSV.replace(b'""VMName"": ""', b'""VMName"": ""\\ud800', 1)
    reasons = read_usage_file(raw).set_aside["reason"].tolist()
    assert any("does not say its size" in reason for reason in reasons)
