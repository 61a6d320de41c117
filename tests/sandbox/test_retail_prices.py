"""The public list prices: azure-reservation-apis.md, section 7."""

import json
from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from bespeak.sandbox import World, create_app
from bespeak.sandbox.price_list import PriceChange

PATH = "/retail_prices/api/retail/prices"
PREVIEW = "2023-01-01-preview"
VMS = "serviceName eq 'Virtual Machines'"


@pytest.fixture(scope="module")
def demo():
    return World.demo()


@pytest.fixture(scope="module")
def client(demo):
    return create_app(demo, "token").test_client()


@pytest.fixture
def changed(demo):
    """The world for a test that changes it."""
    yield demo
    demo.state.resets = -1
    demo.reset()


def ask(client, text="", status=200, **query):
    """A page; no sign-in."""
    words = {"$filter": text} if text else {}
    words |= {name.replace("_", "-"): value for name, value in query.items()}
    answer = client.get(PATH, query_string=words)
    assert answer.status_code == status, answer.text
    return answer.get_json()


def every(client, text, **query):
    """All rows of a filter, by the links."""
    page = ask(client, text, **query)
    found = list(page["Items"])
    while page["NextPageLink"]:
        link = urlsplit(page["NextPageLink"])
        page = client.get(f"{link.path}?{link.query}").get_json()
        found += page["Items"]
    return found


def test_a_page_has_a_hundred_rows_and_the_links_lead_to_the_end(client):
    rows = every(client, VMS)
    page = ask(client, VMS)
    assert (page["Count"], len(page["Items"]), page["CustomerEntityType"]) == (100, 100, "Retail")
    assert len(rows) > 5000
    assert len({(one["skuId"], one["type"], one.get("reservationTerm")) for one in rows}) == len(rows)
    last = ask(client, VMS, **{"$skip": str(len(rows) - len(rows) % 100)})
    assert (last["NextPageLink"], last["Count"]) == (None, len(rows) % 100)


def test_a_link_names_host_and_port_and_keeps_the_query(client):
    link = ask(client, VMS, api_version=PREVIEW, currencyCode="'EUR'")["NextPageLink"]
    assert "&$skip=100" in link
    assert "%24skip" not in link
    assert parse_qs(urlsplit(link).query) == {
        "api-version": [PREVIEW],
        "currencyCode": ["'EUR'"],
        "$filter": [VMS],
        "$skip": ["100"],
    }
    assert urlsplit(link).netloc == "localhost"


def test_by_switch_a_link_names_azure_and_repeats_the_filter_raw(client, changed):
    changed.switches.retail_links_name_azure = changed.switches.retail_links_raw = True
    link = ask(client, VMS)["NextPageLink"]
    assert link == f"https://prices.azure.com:443/api/retail/prices?$filter={VMS}&$skip=100"


def test_a_reservation_row_carries_the_price_of_the_whole_term(client):
    rows = every(client, "armSkuName eq 'Standard_D2s_v5' and priceType eq 'Reservation'")
    assert {(one["reservationTerm"], one["retailPrice"], one["unitOfMeasure"]) for one in rows} == {
        ("1 Year", 594.0, "1 Hour"),
        ("3 Years", 1118.0, "1 Hour"),
    }
    assert {one["type"] for one in rows} == {"Reservation"}
    assert all(
        one["retailPrice"] == int(one["retailPrice"]) for one in every(client, "priceType eq 'Reservation'")
    )


def test_no_reservation_stands_on_a_windows_product(client):
    rows = every(client, "priceType eq 'Reservation'")
    assert len(rows) > 1600
    assert not [one for one in rows if "Windows" in one["productName"] or "Spot" in one["skuName"]]


def test_other_prices_of_a_size_stand_in_the_way(client):
    rows = every(client, "armSkuName eq 'Standard_D2s_v3'")
    kinds = {(one["type"], one["skuName"].removeprefix("D2s v3"), one["productName"][-14:]) for one in rows}
    assert {suffix for _, suffix, _ in kinds} == {"", " Spot", " Low Priority"}
    assert {kind for kind, _, _ in kinds} == {"Consumption", "Reservation", "DevTestConsumption"}
    assert any(one["productName"].endswith("CloudServices") for one in rows)
    by_product = {
        one["productName"]: one["retailPrice"]
        for one in rows
        if one["type"] == "Consumption" and one["skuName"] == "D2s v3" and "Cloud" not in one["productName"]
    }
    assert by_product["Virtual Machines Dsv3 Series Windows"] > by_product["Virtual Machines Dsv3 Series"]


def test_a_shared_meter_serves_several_sizes_and_one_is_primary(client):
    one = every(
        client, "armSkuName eq 'Standard_D2_v3' and skuName eq 'D2 v3' and priceType eq 'Consumption'"
    )
    linux = next(row for row in one if row["productName"] == "Virtual Machines Dv3 Series")
    shared = every(client, f"meterId eq '{linux['meterId']}' and priceType eq 'Consumption'")
    assert {(row["armSkuName"], row["isPrimaryMeterRegion"]) for row in shared} == {
        ("Standard_D2_v3", True),
        ("Standard_D2s_v3", False),
    }
    assert len({row["retailPrice"] for row in shared}) == 1
    assert len({row["skuId"] for row in shared}) == len({row["productId"] for row in shared}) == 2


def test_primary_drops_rows_that_a_toolkit_needs(client):
    text = "armSkuName eq 'Standard_D2s_v3' and priceType eq 'Reservation'"
    assert len(every(client, text, api_version=PREVIEW)) == 2
    assert every(client, text, api_version=PREVIEW, meterRegion="'primary'") == []
    assert len(every(client, text, meterRegion="'primary'")) == 2


def test_savings_plans_are_in_the_preview_only_and_by_the_hour(client):
    text = "armSkuName eq 'Standard_D2s_v5' and productName eq 'Virtual Machines Dsv5 Series'"
    assert not [one for one in every(client, text) if "savingsPlan" in one]
    rows = every(client, text, api_version=PREVIEW)
    planned = [one for one in rows if "savingsPlan" in one]
    assert [one["type"] for one in planned] == ["Consumption"]
    hours = {plan["term"]: plan["unitPrice"] for plan in planned[0]["savingsPlan"]}
    assert 0 < hours["3 Years"] < hours["1 Year"] < planned[0]["retailPrice"]


def test_newer_series_are_spelt_in_full(client):
    names = {one["skuName"] for one in every(client, "armSkuName eq 'Standard_D2s_v5'")}
    assert names == {"Standard_D2s_v5", "Standard_D2s_v5 Spot"}
    assert {one["meterName"] for one in every(client, "armSkuName eq 'Standard_D2s_v5'")} == {
        "D2s v5",
        "D2s v5 Spot",
    }


def test_a_confidential_series_lacks_the_words_virtual_machines(client):
    rows = every(client, "contains(productName, 'ECasv6')")
    assert {one["productName"] for one in rows} == {"ECasv6-series", "ECasv6-series Windows"}


def test_values_are_case_sensitive_from_the_preview_on(client):
    text = "serviceName eq 'virtual machines' and armSkuName eq 'standard_d2s_v5'"
    assert ask(client, text)["Count"] > 0
    assert ask(client, text, api_version=PREVIEW)["Count"] == 0


def test_other_currencies_are_converted(client, demo):
    text = "armSkuName eq 'Standard_D2s_v5' and priceType eq 'Reservation'"
    for quoted in ("'EUR'", "EUR"):
        page = ask(client, text, currencyCode=quoted)
        assert page["BillingCurrency"] == "EUR"
        rate = demo.facts.rates["EUR"]
        expected = {float(round(Decimal(total) * rate, 6)) for total in (594, 1118)}
        assert {one["retailPrice"] for one in page["Items"]} == expected
    assert ask(client, "currencyCode eq 'EUR'")["Count"] == 0


def test_or_and_parentheses_bind_as_they_should(client):
    text = (
        "priceType eq 'Reservation' and (armSkuName eq 'Standard_D2s_v5' or armSkuName eq 'Standard_D4s_v5')"
    )
    assert {one["armSkuName"] for one in every(client, text)} == {"Standard_D2s_v5", "Standard_D4s_v5"}
    loose = (
        "priceType eq 'Reservation' and armSkuName eq 'Standard_D2s_v5' or armSkuName eq 'Standard_D4s_v5'"
    )
    assert {one["type"] for one in every(client, loose)} == {
        "Consumption",
        "Reservation",
        "DevTestConsumption",
    }


def test_an_impossible_conjunction_finds_nothing(client):
    assert ask(client, "armSkuName eq 'Standard_D2s_v5' and armSkuName eq 'Standard_D4s_v5'")["Count"] == 0
    assert ask(client, "armSkuName eq 'it''s'")["Count"] == 0


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("type eq 'Reservation'", "no field 'type'"),
        ("armskuname eq 'x'", "Did you mean 'armSkuName'"),
        ("armSkuName ne 'x'", "no operator 'ne'"),
        ("not(contains(productName,'Windows'))", "no field 'not'"),
        ("armSkuName in ('a','b')", "no operator 'in'"),
        ("armSkuName eq Standard_D2s_v5", "must stand in single quotes"),
        ("armSkuName eq 'open", "not closed"),
        ("armSkuName eq 'x' and", "ends where a field"),
        ("(armSkuName eq 'x'", "should be ')'"),
        ("armSkuName eq 'x' armSkuName eq 'y'", "'armSkuName' does not belong"),
        ("contains(armSkuName)", "should be ','"),
        ("(" * 30 + "armSkuName eq 'x'" + ")" * 30, "deeper"),
        (" or ".join(["armSkuName eq 'x'"] * 21), "more than 20 comparisons"),
        ("x" * 5000, "more than 4000 characters"),
    ],
)
def test_a_wrong_filter_is_refused_and_says_why(client, text, named):
    error = ask(client, text, 400)["Error"]
    assert error["Code"] == "BadRequest"
    assert error["Message"].startswith("Invalid OData parameters supplied")
    assert named in error["Message"]


@pytest.mark.parametrize(
    "query",
    [
        {"$skip": "-1"},
        {"$skip": "ten"},
        {"currencyCode": "XXX"},
        {"api_version": "2019-01-01"},
        {"meterRegion": "all"},
    ],
)
def test_a_wrong_parameter_is_refused(client, query):
    if "meterRegion" in query:
        query = query | {"api_version": PREVIEW}
    assert ask(client, "", 400, **query)["Error"]["Code"] == "BadRequest"


def test_a_price_change_shows_from_its_instant_on(client, changed):
    since = changed.now + timedelta(days=2)
    changed.prices.announce(PriceChange(since, "consumption", Decimal("1.1"), "Standard_D2s_v5"))
    text = "productName eq 'Virtual Machines Dsv5 Series' and skuName eq 'Standard_D2s_v5'"
    text += " and priceType eq 'Consumption'"
    before = every(client, text)
    assert len(before) == 1
    changed.advance(2 * 24 * 60)
    assert every(client, text)[0]["retailPrice"] == pytest.approx(before[0]["retailPrice"] * 1.1)


def test_by_switch_an_announced_price_overlaps_the_one_that_it_replaces(client, changed):
    since = changed.now + timedelta(days=2)
    changed.switches.retail_overlap = True
    changed.prices.announce(PriceChange(since, "reservation", Decimal("1.5"), "Standard_D2s_v5", "P1Y"))
    rows = every(client, "armSkuName eq 'Standard_D2s_v5' and priceType eq 'Reservation'")
    year = [one for one in rows if one["reservationTerm"] == "1 Year"]
    assert [(one["retailPrice"], one.get("effectiveEndDate")) for one in year] == [
        (594.0, f"{since:%Y-%m-%dT%H:%M:%SZ}"),
        (891.0, None),
    ]
    assert year[1]["effectiveStartDate"] == year[0]["effectiveEndDate"]
    assert len(rows) == 3


def test_reading_prices_changes_nothing_and_is_the_same_in_every_world(client, demo):
    before = demo.snapshot()
    first = client.get(PATH).data
    assert demo.snapshot() == before
    other = create_app(World.demo(), "other").test_client().get(PATH).data
    assert json.loads(unquote(first.decode()))["Items"] == json.loads(unquote(other.decode()))["Items"]
