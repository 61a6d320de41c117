"""Finding a customer in the sandbox of this process, as a person would."""

import asyncio
from dataclasses import replace

import pytest

import bespeak_widgets.customer_lookup as module
from bespeak import UnreachableError, connect
from bespeak.tables import CUSTOMERS
from bespeak_widgets import CustomerLookup


@pytest.fixture(scope="module")
def shared_session():
    """One sandbox for the tests that only read."""
    return connect()


def hits(lookup: CustomerLookup) -> list[str]:
    return [name for _, name, _ in lookup._find.hits["rows"]]


def test_it_begins_with_the_first_customers_and_nothing_chosen(shared_session) -> None:
    lookup = CustomerLookup(shared_session)
    assert len(hits(lookup)) == 50
    assert lookup._find.hits["status"] == "50 of 1,007 hits are shown; type more to narrow them down."
    assert (lookup.customer_id, lookup.details) == ("", None)


def test_a_text_that_names_one_customer_chooses_it(shared_session) -> None:
    lookup = CustomerLookup(shared_session, "contoso")
    assert lookup.details is not None
    assert lookup.details.name == "Contoso"
    assert [light.state for light in lookup.lights] == ["ready"] * 5


def test_a_text_that_names_several_customers_chooses_none(shared_session) -> None:
    lookup = CustomerLookup(shared_session, "tail")
    assert len(hits(lookup)) > 1
    assert lookup.details is None


def test_every_key_brings_other_hits(shared_session) -> None:
    lookup = CustomerLookup(shared_session)
    lookup._find.text = "fabrik"
    assert hits(lookup) == ["Fabrikam"]
    assert lookup._find.hits["answers"] == "fabrik"
    assert lookup._find.hits["status"] == "1 of 1,007 customers"


def test_nothing_found_gets_a_sentence_and_keeps_what_was_typed(shared_session) -> None:
    lookup = CustomerLookup(shared_session)
    lookup._find.text = "<b>zzz"
    assert lookup._find.hits["status"].startswith(
        "0 of 1,007 customers have '<b>zzz' in their name, domain or tenant id."
    )
    assert lookup._find.text == "<b>zzz"


def test_choosing_shows_who_it_is_and_what_stands_before_a_purchase(shared_session) -> None:
    lookup = CustomerLookup(shared_session, "litware")
    lines = [line.strip() for line in str(lookup).splitlines()]
    assert "Domain: litware.example.com" in lines
    assert "[ Register ]" in lines
    assert [line.split(" | ")[:2] for line in lines if line.count(" | ") == 2][-5:] == [
        ["Relationship", "Ready"],
        ["Agreement", "Blocked"],
        ["Subscription", "Ready"],
        ["Market", "Ready"],
        ["Registration", "Blocked"],
    ]


def test_lights_are_said_in_words_and_not_by_colour_alone(shared_session) -> None:
    lookup = CustomerLookup(shared_session, "litware")
    assert 'class="state blocked"><span aria-hidden="true">\u2716</span> Blocked' in lookup._checks.value


def test_registering_takes_the_blocker_away() -> None:
    lookup = CustomerLookup(connect(), "litware")
    assert lookup.lights[4].state == "blocked"
    lookup._register.click()
    assert lookup.lights[4].state != "blocked"
    assert lookup.details is not None
    assert lookup._page.target["focus"] == "bespeak-pick", (
        "the pressed button goes, the keyboard stays on the page"
    )


def test_another_customer_takes_the_details_of_the_first_away(shared_session) -> None:
    lookup = CustomerLookup(shared_session, "contoso")
    seen = []
    lookup.observe(lambda change: seen.append(change["new"] and change["new"].name), "details")
    fabrikam = module.search(lookup._table, "fabrikam", 1)["customer_id"].iloc[0]
    lookup._find.pick(fabrikam)
    assert seen == [None, "Fabrikam"]
    assert lookup._find.chosen == fabrikam


def test_an_unknown_id_gets_a_sentence_beside_the_field(shared_session) -> None:
    lookup = CustomerLookup(shared_session, "contoso")
    lookup.customer_id = "00000000-0000-0000-0000-000000000000"
    assert "  ! There is no customer with the id 00000000-0000-0000-0000-000000000000." in str(lookup)
    assert lookup.details is None


def test_a_service_out_of_reach_gets_a_sentence(shared_session, monkeypatch) -> None:
    def fails(*_):
        raise UnreachableError("The sandbox does not answer.", "Start it again.")

    monkeypatch.setattr(module, "customers", fails)
    assert "! The sandbox does not answer. Start it again." in str(CustomerLookup(shared_session))


def test_a_name_from_the_service_is_never_html(shared_session, monkeypatch) -> None:
    evil = "<img src=x onerror=alert(1)>"
    contoso = CustomerLookup(shared_session, "contoso").details
    named = replace(contoso, name=evil, domain=evil)
    rows = [{"customer_id": contoso.customer_id, "name": evil, "domain": evil, "relationship": "reseller"}]
    monkeypatch.setattr(module, "customers", lambda *_: CUSTOMERS.frame(rows))
    monkeypatch.setattr(module, "customer_details", lambda *_: named)
    lookup = CustomerLookup(shared_session, evil)
    assert lookup.details is named
    assert "<img" not in lookup._facts.value + lookup._checks.value


def test_in_a_notebook_the_page_stays_free_and_idle_gives_the_finished_widget(shared_session) -> None:
    async def cell() -> tuple[str, str]:
        lookup = CustomerLookup(shared_session, "contoso")
        before = str(lookup)
        return before, str(await lookup.idle())

    before, after = asyncio.run(cell())
    assert "... Reading the list of customers" in before
    assert "Tenant id: " in after


def test_two_lookups_share_nothing(shared_session) -> None:
    first, second = CustomerLookup(shared_session, "contoso"), CustomerLookup(shared_session, "fabrikam")
    assert (first.details.name, second.details.name) == ("Contoso", "Fabrikam")


def test_the_text_form_is_the_same_each_time(shared_session) -> None:
    assert str(CustomerLookup(shared_session, "contoso")) == str(CustomerLookup(shared_session, "contoso"))
