"""The tables as one workbook: typed cells, exact money, dates, the world on each sheet, the same bytes each time."""

import io
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.escape import unescape

from bespeak import connect, find_customer, study
from bespeak.errors import InputError
from bespeak.review import Origin, save_study_workbook, save_workbook
from bespeak.worlds import WORLDS

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
ORIGIN = Origin("Sandbox: invented.", "#8a5a00", NOW, {"Customer": "=1+1"})


def saved(tmp_path, tables, origin=ORIGIN):
    return save_workbook(tmp_path / "t.xlsx", tables, origin)


def sheet(tmp_path, table, name="t"):
    return openpyxl.load_workbook(saved(tmp_path, {name: table}))[name]


def cell(tmp_path, value, **more):
    return sheet(tmp_path, pd.DataFrame({"a": pd.Series([value], dtype="object"), **more}))["A3"]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    session = connect()
    found = study(session, find_customer(session, "Contoso"), 7)
    path = save_study_workbook(tmp_path_factory.mktemp("book"), found)
    return found, path, openpyxl.load_workbook(path)


def test_a_study_has_a_sheet_a_table_and_one_for_its_sources(book) -> None:
    found, path, made = book
    assert path.name == "sandbox-contoso-2026-11-16-tables.xlsx"
    assert made.sheetnames == [
        "Sources",
        "advice",
        "azure-rule",
        "demand",
        "demand-by-size",
        "set-aside",
        "owned",
    ]
    assert made["advice"].max_row == len(found.advice) + 2
    facts = {row[0].value: row[1].value for row in made["Sources"].iter_rows(min_row=3)}
    assert (facts["Customer"], facts["World"], facts["As of"]) == (
        "Contoso",
        "sandbox",
        "2026-11-16 00:00 UTC",
    )
    assert facts["Prices"].startswith("USD, without tax")


def test_the_world_stands_on_every_sheet_in_its_colour_and_the_head_stays(book) -> None:
    for one in book[2]:
        assert one["A1"].value == WORLDS["sandbox"].figures
        assert one["A1"].fill.start_color.rgb == "FF8A5A00"
        assert one.sheet_properties.tabColor.rgb == "FF8A5A00"
        assert one.freeze_panes == "A3"


def test_the_same_tables_give_the_same_bytes(book, tmp_path) -> None:
    found, path, _ = book
    again = save_study_workbook(tmp_path, found)
    assert again.read_bytes() == path.read_bytes()
    with zipfile.ZipFile(path) as parts:
        assert b"2026-11-16T00:00:00Z</dcterms:created>" in parts.read("docProps/core.xml")


def test_a_workbook_has_no_formula_link_macro_or_outside_part(book) -> None:
    with zipfile.ZipFile(book[1]) as parts:
        everything = b"".join(parts.read(name) for name in parts.namelist())
    assert b"<f>" not in everything
    assert b"<hyperlink " not in everything
    assert b'TargetMode="External"' not in everything


def test_money_is_exact_to_its_minor_unit(tmp_path) -> None:
    money = pd.DataFrame(
        {
            "total": [Decimal("1984.10"), Decimal(150000), Decimal("1.234"), Decimal("0.0961")],
            "currency": ["USD", "JPY", "KWD", "EUR"],
        }
    )
    shown = [one[0] for one in sheet(tmp_path, money).iter_rows(min_row=3)]
    assert [Decimal(str(one.value)) for one in shown] == list(money["total"])
    assert [one.number_format for one in shown] == ["#,##0.00", "#,##0", "#,##0.000", "#,##0.0000"]


def test_money_with_more_digits_than_a_spreadsheet_keeps_is_text(tmp_path) -> None:
    one = cell(tmp_path, Decimal("12345678901234567.89"))
    assert (one.value, one.data_type) == ("12345678901234567.89", "s")


def test_an_id_of_digits_stays_text(tmp_path) -> None:
    one = cell(tmp_path, "00012345678901234567")
    assert (one.value, one.data_type, one.number_format) == ("00012345678901234567", "s", "@")


def test_a_time_is_a_date_in_utc_and_the_head_says_so(tmp_path) -> None:
    shown = sheet(tmp_path, pd.DataFrame({"start": [pd.Timestamp("2026-11-16T02:30+02:00")]}))
    assert shown["A2"].value == "start (UTC)"
    assert shown["A3"].value == datetime(2026, 11, 16, 0, 30)  # noqa: DTZ001 - a spreadsheet knows no zone
    assert shown["A3"].number_format == "yyyy-mm-dd hh:mm"


def test_a_time_before_the_first_day_of_a_spreadsheet_is_text(tmp_path) -> None:
    assert (
        cell(tmp_path, datetime(1, 1, 1, tzinfo=UTC).replace(year=1800)).value == "1800-01-01T00:00:00+00:00"
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (3, 3),
        (0.1 + 0.2, 0.3),
        (None, None),
        (pd.NaT, None),
        (float("nan"), None),
        (float("inf"), "inf"),
        (10**20, 10**20),
        (10**20 + 1, "100000000000000000001"),
        (("a", "=b"), "a; =b"),
    ],
    ids=str,
)
def test_a_value_keeps_its_kind(tmp_path, value, expected) -> None:
    assert cell(tmp_path, value).value == expected


@pytest.mark.parametrize(
    "text",
    [
        "<r><t>raw</t></r>",
        "<r></t></si><si><t>another</r>",
        "<r></r>",
        "_x0041_",
        " padded ",
        "a\x00b\rc\nd\ufffe\uffff",
        "https://evil.example",
        "mailto:a@b",
        "internal:Sheet!A1",
        "1e5",
    ],
)
def test_a_text_comes_back_as_it_was(tmp_path, text) -> None:
    one = cell(tmp_path, text)
    assert one.data_type == "s"
    assert one.hyperlink is None
    # openpyxl undoes one of Excel's two escapes, that of texts that look like an escape.
    assert (one.value if text.startswith("_x") else unescape(one.value)) == text


def test_a_text_longer_than_a_cell_says_that_it_was_cut(tmp_path) -> None:
    shown = cell(tmp_path, "\U0001f600" * 20_000).value
    assert shown.endswith("\U0001f600 (cut here: the CSV file has all of it)")
    assert len(shown.encode("utf-16-le")) <= 2 * 32_767


@pytest.mark.parametrize(
    "name", ["[a]:*?/\\b", "'quoted'", "x" * 80, "History", "", "\U0001f600" * 40, "\x00"]
)
def test_a_sheet_gets_a_name_that_excel_takes(tmp_path, name) -> None:
    made = openpyxl.load_workbook(saved(tmp_path, {name: pd.DataFrame({"a": [1]})}))
    assert len(made.sheetnames) == 2
    assert len(made.sheetnames[1].encode("utf-16-le")) <= 62


def test_two_names_that_excel_takes_for_one_are_told_apart(tmp_path) -> None:
    tables = {"x" * 40: pd.DataFrame(), "X" * 50: pd.DataFrame(), "sources": pd.DataFrame()}
    made = openpyxl.load_workbook(saved(tmp_path, tables))
    assert made.sheetnames == ["Sources", "x" * 31, "X" * 27 + " (1)", "sources (1)"]


def test_more_rows_than_a_sheet_holds_get_a_sentence(tmp_path) -> None:
    with pytest.raises(InputError, match=r"has 1,048,575 rows, and a sheet holds 1,048,574\. Use the CSV"):
        saved(tmp_path, {"long": pd.DataFrame({"a": range(1_048_575)})})


def test_a_failed_write_leaves_the_old_file_and_no_half_one(tmp_path) -> None:
    path = saved(tmp_path, {})
    (tmp_path / ".t.xlsx.part").mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        saved(tmp_path, {"a": pd.DataFrame({"a": [1]})})
    assert openpyxl.load_workbook(io.BytesIO(path.read_bytes())).sheetnames == ["Sources"]
