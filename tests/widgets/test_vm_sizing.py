"""From a customer's usage in the sandbox of this process to a choice, as a person would make it."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest

import bespeak_widgets.vm_sizing as module
from bespeak import UnreachableError, connect, customer_details, customers, search
from bespeak_widgets import VmSizing


@pytest.fixture(scope="module")
def session():
    """One sandbox for all tests: they only read."""
    return connect()


@pytest.fixture(scope="module")
def find(session):
    """The details of a customer by its name."""
    table = customers(session)
    return lambda name: customer_details(session, search(table, name, 1)["customer_id"].iloc[0])


@pytest.fixture(scope="module")
def known(session, find):
    """A study as the widget makes it, made once a customer and window."""
    make = module.review.study

    @cache
    def made(name: str, days: int):
        return make(session, find(name), days)

    return lambda session, details, days, **asked: (
        make(session, details, days, **asked) if asked["export"] else made(details.name, days)
    )


@pytest.fixture
def contoso(session, find, tmp_path, monkeypatch, known):
    """The sizing of the default customer, saving into a folder of the test."""
    monkeypatch.setattr(module.review, "study", known)
    return VmSizing(session, find("Contoso"), folder=str(tmp_path))


def rows(sizing: VmSizing) -> list[list[str]]:
    return [row["cells"] for row in sizing._table.content["rows"]]


def choose(sizing: VmSizing, position: int) -> None:
    sizing._table.chosen = sizing._table.content["rows"][position]["key"]


def chart_words(chart) -> str:
    return " ".join(chart.summary)


def test_without_a_customer_it_says_what_to_do(session) -> None:
    sizing = VmSizing(session)
    assert str(sizing).splitlines()[-1] == "  Choose a customer to see what its VMs use."
    assert (sizing.study, sizing.choice) == (None, {})


def test_it_says_what_was_read_and_chooses_the_best_row(contoso) -> None:
    study = contoso.study
    assert f"{study.reading.rows_in:,} records read" in contoso._summary.value
    assert contoso._table.chosen == contoso._table.content["rows"][0]["key"]
    assert contoso._quantity.value == contoso._chosen.advised > 0


def test_every_advice_of_a_scope_is_a_row_with_azures_own_rule_beside_it(contoso) -> None:
    advice = contoso.study.advice
    assert len(rows(contoso)) == int((advice["scope"] == "shared").sum())
    assert contoso._table.content["columns"][-1] == "Azure's own rule"
    assert all(row[-1] for row in rows(contoso))


def test_the_price_of_a_row_is_exact_money(contoso) -> None:
    chosen = contoso._chosen
    assert rows(contoso)[0][4 - 1] == f"{chosen.total(chosen.advised).amount:,.2f}"


def test_another_scope_brings_its_own_rows(contoso) -> None:
    names = [label for label, _ in contoso._scope.options]
    contoso._scope.index = 1
    assert names[0] == "shared by all subscriptions"
    assert contoso._chosen.row["scope"] == contoso._scope.value != "shared"


def test_moving_the_quantity_moves_the_mark_the_line_and_the_words(contoso) -> None:
    before = contoso._ran.arrangement["shapes"][-1]["y0"]
    contoso._quantity.value -= 1
    quantity = contoso._quantity.value
    ratio = before / (quantity + 1)
    assert contoso._ran.arrangement["shapes"][-1]["y0"] == pytest.approx(quantity * ratio)
    assert f"At {quantity}: saves" in chart_words(contoso._savings)
    assert contoso._at.value.startswith(f'<div role="status"><p class="big">{quantity} x ')


def test_a_click_on_the_curve_chooses_its_quantity(contoso) -> None:
    contoso._savings.clicked = [{"curve": 0, "index": 3}]
    assert contoso._quantity.value == 3


def test_use_this_hands_on_exactly_what_is_shown(contoso) -> None:
    contoso._quantity.value = 3
    contoso._use.click()
    row = contoso._chosen.row
    assert contoso.choice == {
        **{name: row[name] for name in ("scope", "region", "group", "size", "term")},
        "quantity": 3,
        "azure_subscription_id": contoso.details.azure_subscriptions["azure_subscription_id"].iloc[0],
    }


def test_any_change_takes_the_choice_back(contoso) -> None:
    contoso._use.click()
    assert contoso.choice
    contoso._quantity.value += 1
    assert contoso.choice == {}


def test_a_quantity_of_nothing_cannot_be_handed_on(contoso) -> None:
    contoso._quantity.value = 0
    contoso._use.click()
    assert contoso.choice == {}
    assert "! There is nothing to buy at a quantity of 0. Move the quantity to at least 1." in str(contoso)


def test_every_row_can_be_looked_at_rows_that_advise_nothing_included(session, find) -> None:
    """Tailspin has closed series (D-520), a size without ratio and groups for which nothing pays."""
    sizing = VmSizing(session, find("Tailspin Toys"))
    assert any(row[2] == "nothing" for row in rows(sizing))
    for position in range(len(rows(sizing))):
        choose(sizing, position)
        assert sizing._choosing.as_text() == ""
        assert sizing._chosen.row["reasons"]


def test_what_was_set_aside_can_be_opened_with_its_reasons(session, find) -> None:
    sizing = VmSizing(session, find("Tailspin Toys"))
    aside = sizing.study.demand.set_aside
    assert "<details><summary>What was set aside, and why</summary>" in sizing._summary.value
    for reason in aside["reason"].unique():
        assert module.markup.join(reason) in sizing._summary.value


def test_daily_records_say_what_is_unknown_inside_the_day(session, find) -> None:
    sizing = VmSizing(session, find("Northwind Traders"))
    assert "unknown inside the day" in str(sizing)


def test_a_customer_without_azure_gets_a_sentence(session, find) -> None:
    details = next(d for d in map(find, _light_names(session)) if d.kind == "none")
    sizing = VmSizing(session, details)
    assert f"! {details.name} has no Azure subscription" in str(sizing)
    assert sizing.study is None


def _light_names(session) -> list[str]:
    table = customers(session)
    return list(table["name"].iloc[:200])


def test_another_customer_takes_everything_of_the_first_away(contoso, find) -> None:
    contoso._use.click()
    seen = []
    contoso.observe(lambda change: seen.append(change["new"]), "choice")
    contoso.details = None
    assert seen == [{}]
    assert str(contoso).splitlines()[-1] == "  Choose a customer to see what its VMs use."
    contoso.details = find("Fabrikam")
    assert contoso.study.details.name == "Fabrikam"


def test_another_window_is_read_again(contoso) -> None:
    before = contoso._table.chosen
    contoso._days.value = 7
    assert contoso.study.demand.hours == 7 * 24
    assert contoso._table.chosen == before
    assert contoso._chosen.study is contoso.study
    assert "Chart, SANDBOX: The week of" in str(contoso)
    assert "over 7 days" in contoso._savings.title


def test_an_error_while_reading_stands_beside_and_the_customer_stays(session, find, monkeypatch) -> None:
    def fails(*_, **__):
        raise UnreachableError("The sandbox does not answer.", "Start it again.")

    monkeypatch.setattr(module.review, "study", fails)
    sizing = VmSizing(session, find("Contoso"))
    assert "! The sandbox does not answer. Start it again." in str(sizing)
    assert sizing.details.name == "Contoso"


def drop(sizing: VmSizing, content: bytes) -> None:
    """What the browser sends when a file is dropped."""
    when = datetime(2026, 11, 16, tzinfo=UTC)
    sizing._export.value = (
        {
            "name": "x.csv",
            "type": "text/csv",
            "size": len(content),
            "content": content,
            "last_modified": when,
        },
    )


def test_a_dropped_cost_export_takes_the_place_of_the_records(contoso) -> None:
    info = json.dumps({"ServiceType": "Standard_D2s_v5", "UsageType": "ComputeHR", "VMName": "vm-a"}).replace(
        '"', '""'
    )
    machine = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm-a"
    names = "Date ConsumedService MeterCategory MeterId Quantity ResourceId ResourceLocation SubscriptionId"
    head = f"{names} AdditionalInfo".replace(" ", ",")
    row = f'2026-11-10,Microsoft.Compute,Virtual Machines,m,24,{machine},polandcentral,s,"{info}"'
    drop(contoso, f"{head}\n{row}\n".encode())
    assert contoso._reading.problem.sentence == ""
    assert contoso.study.reading.rows_in == 1
    assert contoso._export.value == ()


def test_a_file_that_is_no_cost_export_gets_a_sentence(contoso) -> None:
    drop(contoso, b"a,b\n1,2\n")
    assert contoso._reading.problem.sentence.startswith("The file lacks these columns")


def test_a_file_that_cannot_be_read_leaves_what_is_shown(contoso) -> None:
    before, chosen = contoso.study, contoso._table.chosen
    drop(contoso, b"no table")
    assert contoso._reading.problem.sentence != ""
    assert (contoso.study, contoso._table.chosen) == (before, chosen)
    assert contoso._detail.layout.display is None


def test_read_again_goes_back_from_an_export_to_the_records(contoso) -> None:
    records = contoso.study.reading
    contoso.study = replace(contoso.study, reading=replace(records, source="cost export"))
    contoso._again.click()
    assert contoso.study.reading.source == records.source != "cost export"


def test_read_again_takes_a_failed_reading_up(session, find, monkeypatch) -> None:
    make, answers = module.review.study, [UnreachableError("The sandbox does not answer.", "Start it."), None]

    def study(*args, **asked):
        if (problem := answers.pop(0)) is not None:
            raise problem
        return make(*args, **asked)

    monkeypatch.setattr(module.review, "study", study)
    sizing = VmSizing(session, find("Wingtip Toys"))
    assert (sizing.study, sizing._again.disabled) == (None, False)
    sizing._again.click()
    assert sizing._reading.problem.sentence == ""
    assert not sizing.study.advice.empty


def test_without_a_customer_nothing_can_be_read(session, find) -> None:
    sizing = VmSizing(session)
    assert (sizing._again.disabled, sizing._export.disabled) == (True, True)
    sizing.details = find("Wingtip Toys")
    assert (sizing._again.disabled, sizing._export.disabled) == (False, False)


def test_a_customer_that_goes_while_it_is_read_brings_nothing(session, find) -> None:
    async def run() -> VmSizing:
        sizing = VmSizing(session, find("Wingtip Toys"))
        sizing.details = None
        return await sizing.idle()

    sizing = asyncio.run(run())
    assert (sizing.study, sizing._reading.as_text()) == (None, "")
    assert str(sizing).splitlines()[-1] == "  Choose a customer to see what its VMs use."


def test_the_page_and_the_tables_are_saved_under_world_and_customer(contoso, tmp_path) -> None:
    contoso._page.click()
    contoso._tables.click()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names[-2:] == [
        "sandbox-contoso-2026-11-16-set-aside.csv",
        "sandbox-contoso-2026-11-16-tables.xlsx",
    ]
    assert "sandbox-contoso-2026-11-16-review.html" in names
    page = (tmp_path / "sandbox-contoso-2026-11-16-review.html").read_text(encoding="utf-8")
    assert "Sandbox: the customers, machines and purchases are invented" in page
    assert module.markup.join(contoso._chosen.words(contoso._quantity.value)) in page


def test_in_a_notebook_it_reads_in_the_background_and_can_be_cancelled(session, find) -> None:
    details = find("Contoso")

    async def cell() -> tuple[str, str]:
        sizing = VmSizing(session, details)
        during = str(sizing)
        sizing._reading.cancel()
        await sizing.idle()
        return during, str(sizing)

    during, after = asyncio.run(cell())
    assert "... Reading the usage of Contoso" in during
    assert "! Cancelled. Nothing was changed." in after


def test_idle_gives_the_finished_widget_with_the_same_text_each_time(session, find) -> None:
    details = find("Contoso")

    async def cell() -> str:
        return str(await VmSizing(session, details).idle())

    assert asyncio.run(cell()) == str(VmSizing(session, details))
