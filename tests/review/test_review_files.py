"""What a customer is shown: one offline page and CSV files, safe whatever the texts hold."""

import base64
import csv
import hashlib
import re
import unicodedata
from datetime import date
from decimal import Decimal
from html import unescape

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bespeak.charts.figure import figure
from bespeak.errors import InputError
from bespeak.review import Section, file_name, original_text, read_table, save_page, save_tables

EVIL = "</script><script src='https://evil.example/x.js'></script><img src=https://evil.example/y>"


def a_figure(title: str = "Saving") -> go.Figure:
    trace = go.Scatter(x=[1, 2], y=[3, 4], name=title)
    return figure(
        [trace], title=title, summary=["It rises."], columns=["x", "y"], rows=[["1", "3"], ["2", "4"]]
    )


def page(tmp_path, **changes):
    told = {
        "title": "Contoso",
        "world": "Sandbox: synthetic data.",
        "facts": {"Customer": "Contoso"},
        "sections": [
            Section("Advice", ["Buy 4."], ["Why"], {"Sizes": (["Size"], [["D2s"]], [])}, [a_figure()])
        ],
    }
    return save_page(tmp_path / "deep" / "page.html", **(told | changes)).read_text(encoding="utf-8")


def test_the_page_holds_everything_that_it_shows(tmp_path) -> None:
    html = page(tmp_path)
    for text in (
        "Sandbox: synthetic data.",
        "Buy 4.",
        ">D2s</td>",
        "It rises.",
        "plotly.js v",
        'id="chart-1"',
    ):
        assert text in html


def test_the_page_forbids_itself_any_request(tmp_path) -> None:
    html = page(tmp_path)
    assert "Content-Security-Policy" in html
    assert "default-src &#x27;none&#x27;" in html
    assert not re.search(r"<(script|link|img|iframe)[^>]*\b(src|href)=", html)


def test_the_page_runs_the_scripts_that_were_written_into_it_and_no_other(tmp_path):
    html = page(tmp_path)
    written = re.findall(r"<script[^>]*>(.*?)</script>", html, re.DOTALL)
    hashes = {f"sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}" for one in written}
    policy = re.search(r"script-src ([^;]*); style", unescape(html))
    assert policy
    assert set(policy[1].replace("'", "").split()) == hashes
    assert "script-src 'none'" in unescape(page(tmp_path, sections=[Section("a", ["text"])]))


def test_the_library_is_there_once_and_only_where_there_is_a_chart(tmp_path) -> None:
    two = page(tmp_path, sections=[Section("a", figures=[a_figure(), a_figure("Cost")])])
    none = page(tmp_path, sections=[Section("a", ["text"])])
    assert two.count("* plotly.js v") == 1
    assert len(none) < 10_000


def test_the_same_page_is_the_same_file(tmp_path) -> None:
    assert page(tmp_path) == page(tmp_path)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": EVIL},
        {"world": EVIL},
        {"facts": {EVIL: EVIL}},
        {"sections": [Section(EVIL, [EVIL], [EVIL], {EVIL: ([EVIL], [[EVIL]], [])})]},
        {"sections": [Section("a", figures=[a_figure(EVIL)])]},
    ],
    ids=["title", "world", "facts", "section", "figure"],
)
def test_no_text_becomes_an_element_of_the_page(tmp_path, changes) -> None:
    html = page(tmp_path, **changes)
    assert "</script><script src" not in html
    assert "<img" not in re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)


def test_a_csv_has_the_exact_money_and_opens_as_utf_8(tmp_path) -> None:
    table = pd.DataFrame(
        {"total": [Decimal("1984.10")], "vms": [("a", "b")], "start": [pd.Timestamp("2026-11-16T00Z")]}
    )
    [path] = save_tables(tmp_path, {"advice.csv": table})
    assert path.read_bytes() == (
        b'\xef\xbb\xbf"total","vms","start"\r\n1984.10,"a; b","2026-11-16T00:00:00+00:00"\r\n'
    )


def test_a_csv_has_no_digits_that_only_binary_fractions_make(tmp_path) -> None:
    table = pd.DataFrame({"cost": [0.1 + 0.2, 1e6 / 3], "share": [None, 0.5]})
    [path] = save_tables(tmp_path, {"t.csv": table})
    assert path.read_text("utf-8-sig").split() == ['"cost","share"', "0.3,", "333333.333333,0.5"]


@pytest.mark.parametrize(
    "start", [*"=+-@\t\r\n\0'", *"\uff1d\uff0b\uff0d\uff20", " =", "\u00a0+", "\ufeff@", "\u200b-", "\u202e="]
)
def test_a_text_that_looks_like_a_formula_is_written_as_text_and_read_back_as_it_was(tmp_path, start) -> None:
    text = f"{start}HYPERLINK(1)"
    [path] = save_tables(tmp_path, {"t.csv": pd.DataFrame({text: [text, "x"], "saving": [-1.5, 2]})})
    assert [line[0][0] for line in lines(path)] == ["'", "'", "x"]
    assert lines(path)[1][1] == "-1.5"
    back = read_table(path)
    assert (back.columns[0], back.iloc[0, 0]) == (text, text)


def test_every_text_stands_in_quotes_and_no_number_does(tmp_path) -> None:
    row = {"name": 'a "b"', "count": np.int64(-3), "cost": Decimal("1E+3"), "share": -0.5, "owned": True}
    [path] = save_tables(tmp_path, {"t.csv": pd.DataFrame([row | {"gone": None, "then": pd.NaT}])})
    told = path.read_text("utf-8-sig").splitlines()[1]
    assert told == '"a ""b""",-3,1000,-0.5,True,,'


@given(st.text(max_size=20))
def test_any_text_starts_no_formula_and_comes_back(tmp_path_factory, text) -> None:
    folder = tmp_path_factory.mktemp("csv")
    [path] = save_tables(folder, {"t.csv": pd.DataFrame({"a": [text], "b": ["x"]})})
    cell = lines(path)[1][0]
    assert not unicodedata.normalize("NFKC", cell).strip().startswith(("=", "+", "-", "@"))
    assert not cell.startswith(("\t", "\r", "\n", "\0"))
    assert read_table(path).iloc[0, 0] == text == original_text(cell)


def test_half_of_a_pair_of_utf_16_is_no_end_of_the_file(tmp_path) -> None:
    [path] = save_tables(tmp_path, {"t.csv": pd.DataFrame({"a": pd.Series(["x\ud800y"], dtype="object")})})
    assert read_table(path).iloc[0, 0] == "x\ufffdy"


def test_two_columns_of_one_name_are_both_written(tmp_path) -> None:
    [path] = save_tables(tmp_path, {"t.csv": pd.DataFrame([["x", "y"]], columns=["a", "a"])})
    assert lines(path) == [["a", "a"], ["x", "y"]]


def test_a_file_that_is_no_table_gets_a_sentence(tmp_path) -> None:
    (tmp_path / "t.csv").write_bytes(b'"a\xff')
    for name in ("t.csv", "missing.csv"):
        with pytest.raises(InputError, match="is no table that was saved here"):
            read_table(tmp_path / name)


def lines(path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_a_table_is_not_written_outside_its_folder(tmp_path) -> None:
    with pytest.raises(InputError, match="not a plain file name"):
        save_tables(tmp_path, {"../t.csv": pd.DataFrame()})


def test_a_folder_that_cannot_be_written_to_gets_a_sentence(tmp_path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(InputError, match=r"'t.csv' cannot be written .* Choose another folder"):
        save_tables(tmp_path / "taken", {"t.csv": pd.DataFrame({"a": [1]})})


def test_a_failed_write_leaves_the_old_file_and_no_half_one(tmp_path) -> None:
    [path] = save_tables(tmp_path, {"t.csv": pd.DataFrame({"a": [1]})})
    (tmp_path / ".t.csv.part").mkdir()
    with pytest.raises(InputError):
        save_tables(tmp_path, {"t.csv": pd.DataFrame({"a": [2]})})
    assert "1" in path.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("customer", "expected"),
    [("Contoso", "contoso"), ("Żółw & Søn / ../x", "zow-sn-x"), ("日本", "unnamed"), ("CON", "con")],
)
def test_a_file_name_tells_world_and_customer_in_plain_letters(customer, expected) -> None:
    name = file_name("sandbox", customer, date(2026, 11, 16), "advice", "csv")
    assert name == f"sandbox-{expected}-2026-11-16-advice.csv"
