"""Files that are broken, or are something else: named, counted, set aside or refused; never a traceback."""

import gzip
import io
import json
import random

import estate_files as told
import pandas as pd
import pytest

from bespeak.errors import BespeakError, InputError, UnreadableError
from bespeak.usage import Control
from bespeak.usage.readers import file_records, read_usage_file
from bespeak.usage.readers.numbers import plain_numbers

MACHINES = told.estate(7)
CSV = told.export(MACHINES)


def parquet():
    file = io.BytesIO()
    pd.DataFrame(told.focus_rows(MACHINES)).astype("str").to_parquet(file)
    return file.getvalue()


def test_a_file_that_breaks_off_in_a_line_is_incomplete_and_its_whole_lines_are_read():
    lines = CSV.splitlines(keepends=True)
    reading = read_usage_file(b"".join(lines[:10]) + lines[10][: len(lines[10]) // 4])
    assert reading.rows_in == 9
    assert reading.incomplete.startswith("INCOMPLETE: 1 of 10 lines have not 17 columns")


def test_a_file_that_breaks_off_inside_quotes_is_incomplete():
    reading = read_usage_file(CSV[: CSV.rindex(b'"{') + 2])
    assert (
        reading.incomplete == "INCOMPLETE: the file ends inside a quoted text, so its last line breaks off."
    )


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_half_a_packed_file_is_refused(share):
    packed = told.graph(MACHINES)
    with pytest.raises(InputError, match="breaks off or is damaged"):
        read_usage_file(packed[: int(len(packed) * share)])


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_half_a_parquet_file_is_refused(share):
    whole = parquet()
    with pytest.raises(InputError, match="no whole Parquet file"):
        read_usage_file(whole[: int(len(whole) * share)])


def test_half_a_line_of_json_is_refused():
    lines = gzip.decompress(told.graph(MACHINES))
    with pytest.raises(UnreadableError, match="a line that is no JSON"):
        read_usage_file(lines[:-20])


def test_half_a_page_is_refused():
    with pytest.raises(UnreadableError, match="no JSON"):
        read_usage_file(told.utilization(MACHINES)[:-20])


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "page for people"),
        (b"<?xml version='1.0'?><Error/>", "page for people"),
        (b"PK\x03\x04xxxx", "ZIP archive or a workbook"),
        (b"hello world", "1 column names"),
        (b"\x00\x01\x02\x03", "no text"),
    ],
    ids=["nothing", "blanks", "html", "xml", "workbook", "prose", "binary"],
)
def test_what_is_no_usage_is_refused_by_its_name(raw, says):
    with pytest.raises(InputError, match=says):
        read_usage_file(raw)


def test_a_column_that_was_renamed_is_pointed_at():
    with pytest.raises(
        InputError, match=r"lacks these columns: .*resourcelocation.*'resourceLocations': was it renamed"
    ):
        read_usage_file(CSV.replace(b"resourceLocation,", b"resourceLocations,"))


def test_of_two_columns_with_one_name_the_first_counts_and_it_is_said():
    head, rest = CSV.split(b"\n", 1)
    facts = file_records(head.replace(b"consumedService", b"quantity") + b"\n" + rest).facts
    assert facts.remarks == ("The column 'quantity' stands in the table twice; the first counts.",)


def test_text_of_windows_is_read():
    text = CSV.decode().replace("rg/", "straße/")
    reading = read_usage_file(text.encode("cp1252"))
    assert reading.usage["resource"].astype("str").str.contains("straße").any()


def test_a_wrong_delimiter_in_the_first_line_is_no_table():
    head, rest = CSV.split(b"\n", 1)
    with pytest.raises(InputError):
        read_usage_file(head.replace(b",", b":") + b"\n" + rest)


@pytest.mark.parametrize(
    ("texts", "delimiter", "numbers"),
    [
        (["1", "2.5", "-3"], ",", ["1", "2.5", "-3"]),
        (["1.234,56", "7,5"], ";", ["1234.56", "7.5"]),
        (["1,234.56", "7"], ";", ["1234.56", "7"]),
        (["1,234", "7"], ",", ["1234", "7"]),
        (["8,5"], ",", ["8,5"]),
        (["1e3", ""], ";", ["1e3", ""]),
    ],
    ids=["plain", "comma", "thousands", "quoted thousands", "no number", "exponent"],
)
def test_numbers_are_read_as_their_column_writes_them(texts, delimiter, numbers):
    found = plain_numbers(texts, "quantity", delimiter)
    assert [found[text] for text in texts] == numbers


@pytest.mark.parametrize(
    "texts", [["1,234"], ["1.234,5", "1,234.5"]], ids=["a thousand or a part", "both ways"]
)
def test_numbers_that_can_only_be_guessed_are_refused(texts):
    with pytest.raises(InputError, match="may be a thousand or a part of one"):
        plain_numbers(texts, "quantity", ";")


def test_control_totals_that_are_not_met_make_a_file_incomplete():
    rows = file_records(CSV).facts.rows
    assert file_records(CSV, control=Control(rows=rows)).facts.incomplete == ""
    assert "INCOMPLETE" in file_records(CSV, control=Control(rows=rows + 1)).facts.incomplete


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"additionalInfo": json.dumps({"ServiceType": "Standard_X9_v9"})}, "not in the size table"),
        ({"resourceLocation": "Atlantis"}, "not in the region table"),
        ({"quantity": "-5"}, "corrects an earlier record"),
        ({"quantity": "many"}, "not a number"),
        ({"date": "no day"}, "is not a date"),
        ({"unitOfMeasure": "1 GB"}, "does not count hours"),
    ],
    ids=["size", "region", "negative", "no number", "no date", "unit"],
)
def test_a_record_that_cannot_count_is_set_aside_with_its_reason(changes, says):
    table = pd.read_csv(io.BytesIO(CSV), dtype=str, keep_default_na=False)
    for name, value in changes.items():
        table.loc[3, name] = value
    reading = read_usage_file(table.to_csv(index=False).encode())
    reasons = reading.set_aside["reason"].tolist()
    assert any(says in reason for reason in reasons)
    assert reading.rows_in == len(table)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(InputError, match="is a folder, not a file"):
        read_usage_file(tmp_path)


@pytest.mark.parametrize("seed", range(60))
def test_no_damage_to_a_file_ends_in_anything_but_a_sentence(seed):
    """Bytes are lost, doubled or changed at random places of every kind of file."""
    rng = random.Random(seed)
    raw = bytearray(
        rng.choice([CSV, told.graph(MACHINES), told.rated(MACHINES), told.utilization(MACHINES), parquet()])
    )
    for _ in range(rng.randint(1, 5)):
        place = rng.randrange(len(raw))
        raw[place : place + rng.randint(0, 40)] = rng.randbytes(rng.randint(0, 20))
    try:
        reading = read_usage_file(bytes(raw))
    except BespeakError:
        return
    assert len(reading.usage) + reading.set_aside["rows"].sum() == reading.rows_in
