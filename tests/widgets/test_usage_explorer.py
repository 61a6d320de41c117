"""The explorer as a person uses it: filters, zoom, the rows behind a total, and what it says."""

import pytest

import bespeak
from bespeak_widgets import UsageExplorer


@pytest.fixture(scope="module")
def session():
    return bespeak.connect()


@pytest.fixture(scope="module")
def store(session):
    store = bespeak.usage_store(session)
    people = [bespeak.find_customer(session, name) for name in ("Fabrikam", "Contoso")]
    bespeak.refresh_usage(session, store, people, days=14)
    return store


@pytest.fixture
def explorer(session, store, tmp_path):
    return UsageExplorer(store, bespeak.find_customer(session, "Fabrikam"), folder=str(tmp_path / "out"))


def bars(explorer):
    """The heights of all bars of the chart, by the names of the colours."""
    return dict(
        zip(
            explorer._chart.table["columns"][1:],
            zip(*explorer._chart.table["rows"], strict=True),
            strict=False,
        )
    )


def press(explorer, name):
    """Presses the button that shows this name."""
    zoom = explorer._zoom
    button = next(
        one
        for one in [*zoom.children, *explorer._rows.children[0].children]
        if getattr(one, "description", "") == name
    )
    assert not button.disabled
    button.click()


def test_it_says_whose_usage_it_is_and_that_nothing_is_lost(explorer):
    text = str(explorer)
    assert "Fabrikam: usage of 2026-11-02 to 2026-11-15, last received 2026-11-16 00:00 UTC." in text
    assert "Received = used + set aside. Records" in text
    assert "may still grow" in text


def test_without_a_customer_it_says_what_to_do(store):
    assert "Choose a customer to explore what its VMs used." in str(UsageExplorer(store))


def test_a_customer_without_usage_has_a_button_to_read_it(session):
    explorer = UsageExplorer(session, bespeak.find_customer(session, "Litware"))
    assert "knows nothing of Litware" in str(explorer)
    assert "[ Read usage ]" in str(explorer)


def test_a_choice_narrows_the_other_filters_and_the_chart(explorer):
    explorer._filters.pick("resource_group", "rg-erp")
    assert "Size: all of 1: D8ds_v5" in str(explorer)
    assert list(bars(explorer)) == ["D8ds_v5"]
    explorer._filters.pick("resource_group", "")
    assert len(bars(explorer)) == 5


def test_a_search_finds_a_machine(explorer):
    explorer._filters.asked = {"field": "resource", "typed": "erp-02", "count": 1}
    assert "VM: all of 1: vm-erp-02" in str(explorer)


def test_a_click_on_a_bar_zooms_from_days_to_an_hour_and_back(explorer):
    explorer._chart.clicked = [{"curve": 0, "index": 2}]
    assert str(explorer.where) == "Slice(2026-11-04, by hour)"
    explorer._chart.clicked = [{"curve": 1, "index": 9}]
    assert str(explorer.where) == "Slice(2026-11-04 09:00, by hour)"
    assert "its day by the hour" in explorer._chart.title
    press(explorer, "Zoom out")
    press(explorer, "All")
    assert explorer.where == explorer.found.whole


def test_a_drawn_span_is_looked_at_in_whole_steps(explorer):
    explorer._chart.dragged = {"first": "2026-11-04 05:10", "end": "2026-11-06 11:00:00.5", "count": 1}
    assert str(explorer.where) == "Slice(2026-11-04 to 2026-11-06, by hour)"


def test_the_span_beside_is_as_long(explorer):
    explorer.zoom(explorer.found.first + 48, explorer.found.first + 72)
    press(explorer, "Later \u203a")
    assert str(explorer.where) == "Slice(2026-11-05, by hour)"


def test_a_total_opens_its_rows_and_saves_them(explorer, tmp_path):
    explorer.zoom(explorer.found.first + 57, explorer.found.first + 58)
    explorer.open_rows()
    count = int(float(explorer.found.series(explorer.where).total.sum()))
    assert f"2026-11-04 09:00: {count} rows that count" in str(explorer)
    press(explorer, "Save as CSV")
    saved = bespeak.review.read_table(next((tmp_path / "out").glob("*.csv")))
    assert len(saved) == count


def test_opened_rows_go_when_something_else_is_looked_at(explorer):
    explorer.open_rows()
    explorer.choose("size", "Standard_D8ds_v5")
    assert "rows that count" not in str(explorer)


def test_a_reason_opens_the_records_that_are_set_aside(explorer):
    reason = explorer.found.set_aside()["reason"].iloc[0]
    explorer.open_set_aside(reason)
    assert f"14 rows set aside: {reason}" in str(explorer)


def test_a_machine_has_its_strip_of_hours(explorer):
    machine = explorer.found.machines(explorer.where, "erp-01")[0]["value"].iloc[0]
    explorer.choose("resource", machine)
    assert "The hours of vm-erp-01" in str(explorer)


def test_daily_records_show_a_band_and_cost(session, store):
    explorer = UsageExplorer(store, bespeak.find_customer(session, "Contoso"))
    explorer.zoom(explorer.found.first, explorer.found.first + 24)
    assert {"hour not known", "at most"} <= set(bars(explorer))
    assert "can have run" in str(explorer)
    explorer._measure.value = "cost"
    assert explorer._chart.title.startswith("Cost in USD by hour")


def test_text_of_records_is_never_html(explorer):
    opened = bespeak.Opened(
        explorer.found.rows(explorer.where, 1).table.assign(vm="<img src=x onerror=alert(1)>"), 1
    )
    explorer._rows._rows.show(opened, "one row")
    assert "<img" not in explorer._rows._rows.value
    assert "&lt;img" in explorer._rows._rows.value
