"""The text of one record is found in whatever encoding it came."""

import gzip
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bespeak.usage.readers import file_records
from bespeak.usage.store.raw_text import record_texts


def parquet():
    file = io.BytesIO()
    pq.write_table(pa.table({"a": [1, 2]}), file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("raw", "texts"),
    [
        (b'{"totalCount": 2, "items": [{"a": 1.10}, {"b":[2]}]}', ['{"a": 1.10}', '{"b":[2]}']),
        (b'\xef\xbb\xbf{"value": [{"a": 1}]}', ['{"a": 1}']),
        (b'{"a":1}\n{"a":2}\n', ['{"a":1}', '{"a":2}']),
        (gzip.compress(b'{"a":1}\n{"a":2}\n'), ['{"a":1}', '{"a":2}']),
        (b'\xef\xbb\xbfa,b\r\n1,"x\ny"\r\n2,z\r\n', ['1,"x\ny"', "2,z"]),
        ("a;b\n1;2\n3\n\n4;5\n".encode("utf-16"), ["1;2", "4;5"]),
        (parquet(), ['{"a": 1}', '{"a": 2}']),
        (b"", []),
        (b"\x1f\x8bnonsense", []),
        (b"PAR1nonsense", []),
        (b'{"items": 5}', []),
    ],
    ids=[
        "page",
        "value",
        "list",
        "lines",
        "gzip",
        "csv",
        "parquet",
        "empty",
        "no gzip",
        "no parquet",
        "no list",
    ],
)
def test_each_record_has_its_text(raw, texts):
    assert list(record_texts(raw)) == texts


def test_the_rows_of_a_file_are_those_of_its_reader():
    heading = "Date,MeterCategory,Quantity,UnitOfMeasure,ResourceId,ResourceLocation,AdditionalInfo,ServiceTier,Cost"
    lines = [
        f'2026-10-05,Virtual Machines,{number},1 Hour,/r/{number},westeurope,"a\n{number}",,1'
        for number in range(5)
    ]
    raw = "\n".join([heading, *lines[:2], "half,a line", "", *lines[2:]]).encode()
    found = file_records(raw)
    texts = record_texts(found.raw)
    rows = found.records["row"].tolist()
    assert len(rows) == len(texts) == 5
    assert [texts[row] for row in rows] == lines


@pytest.mark.parametrize(("end", "source"), [("T01", "utilization_hourly"), ("T24", "utilization_daily")])
def test_a_page_of_utilization_says_whether_it_is_hourly_or_daily(end, source):
    ends = {"T01": "2026-10-05T01:00:00Z", "T24": "2026-10-06T00:00:00Z"}[end]
    record = {
        "usageStartTime": "2026-10-05T00:00:00Z",
        "usageEndTime": ends,
        "quantity": 1.0,
        "resource": {"id": "m"},
    }
    assert file_records(json.dumps({"items": [record]}).encode()).facts.source == source
