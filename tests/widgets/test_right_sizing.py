"""Measuring the machines of a customer of the sandbox, and what resizing first is worth."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

import bespeak
from bespeak_widgets import RightSizing

NOW = datetime(2026, 11, 16, tzinfo=UTC)


@pytest.fixture(scope="module")
def session():
    return bespeak.connect()


@pytest.fixture(scope="module")
def study(session):
    return bespeak.study(session, bespeak.find_customer(session, "Contoso"), 7)


@pytest.fixture
def sizing(session, study):
    return RightSizing(session, study)


def test_without_a_study_it_says_what_to_do(session):
    text = str(RightSizing(session))
    assert "Read the usage of a customer first" in text
    assert "[ Measure the machines ] (disabled)" in text


def test_before_anything_is_measured_nothing_is_shown(sizing):
    assert sizing.sizes is None
    assert "The machines of Contoso are not measured yet." in str(sizing)
    assert "Chart" not in str(sizing)


def test_measuring_shows_what_each_way_costs(sizing):
    sizing._measure.click()
    text = str(sizing)
    assert "machines should change" in text
    assert text.index("As it is") < text.index("Reserve only") < text.index("Resize, then reserve")


def test_the_other_bound_is_judged_without_measuring_again(sizing, monkeypatch):
    sizing._measure.click()
    monkeypatch.setattr(
        "bespeak_widgets.right_sizing.review.measure_sizes", lambda *_, **__: pytest.fail("asked")
    )
    before = sizing.sizes.plan.options["saving"].iloc[-1]
    sizing._waited.value = False
    assert sizing.sizes.plan.options["saving"].iloc[-1] >= before


def test_three_years_are_another_plan(sizing):
    sizing._measure.click()
    sizing._term.value = "P3Y"
    assert sizing.sizes.plan.term == "P3Y"


def test_a_csv_takes_the_place_of_azure_monitor(sizing, study):
    machine = study.reading.usage["resource"].iloc[0]
    content = f"resource,cpu_p95,cpu_average\n{machine},1%,0.5%\n".encode()
    sizing._file.value = (
        {"name": "m.csv", "type": "text/csv", "size": 1, "content": content, "last_modified": NOW},
    )
    assert sizing.sizes.plan.moves["verdict"].tolist() == ["idle"]
    assert "stopped" in sizing._tables.value


def test_a_broken_csv_is_a_sentence_and_nothing_is_lost(sizing):
    sizing._measure.click()
    before = sizing.sizes
    sizing._file.value = (
        {"name": "m", "type": "", "size": 1, "content": b"x,y\n1,2\n", "last_modified": NOW},
    )
    assert "! The measures lack resource and cpu_p95" in str(sizing)
    assert sizing.sizes is before


def test_without_its_study_it_begins_anew(sizing):
    sizing._measure.click()
    sizing.study = None
    assert sizing.sizes is None
    assert "Read the usage of a customer first" in str(sizing)


def test_text_of_a_service_is_never_html(session, study, monkeypatch):
    sizing = RightSizing(session, study)
    monkeypatch.setattr(
        "bespeak_widgets.right_sizing.review.move_rows",
        lambda _: SimpleNamespace(head=("VM",), rows={"a": ("<script>alert(1)</script>",)}, numbers=()),
    )
    sizing._measure.click()
    assert "<script>" not in sizing._tables.value
