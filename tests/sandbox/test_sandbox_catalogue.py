"""The catalogue of reservations, the inventory check, the price sheets, the rate card."""

import csv
import io
import json
import zipfile
from decimal import Decimal

import pytest
from tiny_world import BOB, DOT, PRICES

from bespeak.sandbox import World

VIEW = "country=US&targetView=AzureReservationsVM"


def titles(caller, query=f"{VIEW}&reservationScope=AzurePlan"):
    return {p["title"]: p["id"] for p in caller.get(f"/v1/products?{query}")["items"]}


def skus(caller, product, scope="&reservationScope=AzurePlan"):
    listed = caller.get(f"/v1/products/{product}/skus?country=US{scope}")["items"]
    return {(s["dynamicAttributes"]["armSkuName"], s["dynamicAttributes"]["duration"]): s for s in listed}


def availability(caller, sku, scope="&reservationScope=AzurePlan"):
    path = f"/v1/products/{sku['productId']}/skus/{sku['id']}/availabilities?country=US{scope}"
    return caller.get(path)["items"][0]


def dsv5(caller):
    return skus(caller, titles(caller)["Virtual Machines Dsv5 Series"])


def test_there_is_a_product_for_each_series(caller):
    assert set(titles(caller)) == {f"Virtual Machines {s} Series" for s in ("Dsv5", "Dsv3", "Dsv2")}


def test_the_catalogue_has_no_byte_order_mark_and_doubles_the_ids(caller):
    headers = {"MS-CorrelationId": "abc", "MS-RequestId": "def"}
    answer = caller.call("GET", f"/v1/products?{VIEW}", headers=headers)
    assert answer.data.startswith(b"{")
    assert answer.headers["MS-CorrelationId"] == "abc,abc"
    assert answer.headers["MS-RequestId"] == "def,def"
    assert answer.headers["X-Locale"] == "en-US,en-US"


def test_a_sku_is_a_size_a_region_and_a_term(caller):
    found = dsv5(caller)
    assert set(found) == {(f"Standard_D{n}s_v5", term) for n in (2, 4, 96) for term in ("1Year", "3Years")}
    one = found["Standard_D2s_v5", "1Year"]
    assert one["title"] == "Reserved VM Instance, Standard_D2s_v5, PL Central, 1 Year"
    assert (one["minimumQuantity"], one["maximumQuantity"]) == (1, 999999999)
    assert one["purchasePrerequisites"] == ["AzureSubscriptionRegistration", "InventoryCheck"]
    assert one["supportedBillingCycles"] == ["one_time"]
    assert all(isinstance(v, str) for v in one["dynamicAttributes"].values())
    assert len(one["id"]) == 4


def test_region_codes_come_in_several_casings(caller):
    codes = {s["dynamicAttributes"]["armRegionName"] for s in dsv5(caller).values()}
    assert codes == {"polandcentral", "PolandCentral"}


def test_no_price_is_in_the_catalogue(caller):
    one = dsv5(caller)["Standard_D2s_v5", "1Year"]
    assert "595" not in json.dumps([one, availability(caller, one)])


def test_the_two_catalogues_differ_in_their_availabilities(caller):
    one = dsv5(caller)["Standard_D2s_v5", "1Year"]
    plan, legacy = availability(caller, one), availability(caller, one, scope="")
    assert plan["id"] != legacy["id"]
    assert plan["catalogItemId"] == f"{one['productId']}:{one['id']}:{plan['id']}"
    assert plan["terms"][0]["duration"] == "P1Y"
    assert plan["sku"]["id"] == one["id"]


def test_availabilities_rotate(caller):
    one = dsv5(caller)["Standard_D2s_v5", "1Year"]
    before = availability(caller, one)
    caller.advance(13 * 24 * 60)
    assert availability(caller, one)["id"] == before["id"]
    caller.advance(24 * 60)
    assert availability(caller, one)["id"] != before["id"]
    path = f"/v1/products/{one['productId']}/skus/{one['id']}/availabilities/{before['id']}"
    assert caller.error("GET", f"{path}?country=US&reservationScope=AzurePlan") == (404, 400019)


@pytest.mark.parametrize(
    ("series", "size", "open_terms"),
    [
        ("Dsv3", "Standard_D2s_v3", {}),
        ("Dsv2", "Standard_DS1_v2", {"3Years"}),
        ("Dsv5", "Standard_D2s_v5", {"1Year", "3Years"}),
    ],
)
def test_x23_closed_series_are_listed_but_cannot_be_bought(caller, series, size, open_terms):
    """X-23 and D-520: closed since 2026-07-01."""
    found = skus(caller, titles(caller)[f"Virtual Machines {series} Series"])
    purchasable = {
        term for (name, term), s in found.items() if name == size and availability(caller, s)["isPurchasable"]
    }
    assert purchasable == set(open_terms)


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("targetView=AzureReservationsVM", (400, 2001)),
        ("country=US", (400, 2001)),
        ("country=GL&targetView=AzureReservationsVM", (400, 800070)),
        ("country=ZZ&targetView=AzureReservationsVM", (400, 800070)),
        ("country=US&targetView=AzureAzureReservationsVM", (403, 400036)),
        (f"{VIEW}&targetSegment=pirates", (403, 400030)),
        (f"{VIEW}&reservationScope=Mars", (400, 2001)),
        ("country=US&targetView=Savings", (403, 400036)),
    ],
)
def test_a_wrong_question_to_the_catalogue(caller, query, error):
    assert caller.error("GET", f"/v1/products?{query}") == error


def test_unknown_products_and_skus(caller):
    one = dsv5(caller)["Standard_D2s_v5", "1Year"]
    assert caller.error("GET", "/v1/products/DZH318Z0XXXX?country=US") == (404, 400013)
    assert caller.error("GET", f"/v1/products/{one['productId']}/skus/ZZZZ?country=US") == (404, 400018)


def test_the_catalogue_of_a_customer_knows_its_country(caller):
    path = "/v1/customers/{}/products?targetView=AzureReservations"
    assert caller.get(path.format(BOB))["totalCount"] == 3
    assert caller.error("GET", path.format(DOT)) == (400, 800070)


def test_the_inventory_check_is_a_bare_array_without_unknown_items(caller):
    found = dsv5(caller)
    small, large = found["Standard_D2s_v5", "1Year"], found["Standard_D96s_v5", "1Year"]
    items = [{"ProductId": s["productId"], "SkuId": s["id"]} for s in (small, large)]
    body = {"TargetItems": [*items, {"ProductId": "DZH318Z0XXXX", "SkuId": "0001"}]}
    body["InventoryContext"] = {"customerId": BOB, "armRegionName": "polandcentral"}
    answer = caller.post("/v1/extensions/product/checkInventory?country=US", body, 200)
    assert [(i["skuId"], i["isRestricted"]) for i in answer] == [(small["id"], False), (large["id"], True)]
    assert answer[0]["restrictions"] == []
    assert answer[1]["restrictions"][0]["reasonCode"] == "NotAvailableForSubscription"


def test_the_inventory_check_without_sku_answers_for_all_of_the_product(caller):
    body = {"targetItems": [{"productId": titles(caller)["Virtual Machines Dsv5 Series"]}]}
    assert len(caller.post("/v1/extensions/product/checkinventory?country=US", body, 200)) == 6


def sheet(caller, view, market="US", encoding="identity"):
    path = f"/v1.0/sales/pricesheets(Market='{market}',PricesheetView='{view}')/$value"
    headers = {"Accept-Encoding": encoding}
    return caller.call("GET", path, prefix="/price_sheets", audience=PRICES, headers=headers)


def table(answer):
    return list(csv.DictReader(io.StringIO(answer.data.decode())))


def test_the_reservation_sheet_joins_the_catalogue_by_product_and_sku(caller):
    answer = sheet(caller, "azure_reservations")
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment"
    prices = {(r["ProductId"], r["SkuId"]): Decimal(r["UnitPrice"]) for r in table(answer)}
    found = dsv5(caller)
    three = found["Standard_D4s_v5", "3Years"]
    assert prices[three["productId"], three["id"]] == Decimal(2301)
    assert len(prices) == len(table(answer)) == 10


def test_the_reservation_sheet_has_the_columns_in_order(caller):
    row = table(sheet(caller, "azure_reservations"))[0]
    assert ",".join(row) == (
        "ProductTitle,ProductId,SkuId,SkuTitle,Publisher,SkuDescription,UnitOfMeasure,TermDuration,BillingPlan,Market,"
        "Currency,UnitPrice,PricingTierRangeMin,PricingTierRangeMax,EffectiveStartDate,EffectiveEndDate,Tags,ERP Price,"
        "Segment"
    )
    assert (row["TermDuration"], row["Currency"], row["Market"]) == ("P1Y", "USD", "US")


def test_the_consumption_sheet_has_a_row_for_each_meter(caller):
    rows = table(sheet(caller, "azure_consumption"))
    assert list(rows[0])[-2:] == ["MeterId", "MeterRegion"]
    hours = {(r["SkuTitle"], r["ProductTitle"]): r["UnitPrice"] for r in rows}
    assert hours["D2s v5", "Virtual Machines Dsv5 Series"] == "0.1152"
    assert hours["D2s v5", "Virtual Machines Dsv5 Series Windows"] == "0.2072"
    assert {r["MeterRegion"] for r in rows} == {"PL Central"}


def test_deflate_makes_a_zip_archive_with_one_file(caller):
    answer = sheet(caller, "azure_reservations", encoding="gzip, deflate")
    assert answer.data.startswith(b"PK")
    assert "Content-Encoding" not in answer.headers
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = archive.namelist()
        assert archive.read(names[0]) == sheet(caller, "azure_reservations").data
    assert names == ["azure_reservations_US_202611.csv"]


def test_the_price_host_takes_its_own_token_of_a_user_only(caller):
    path = "/v1.0/sales/pricesheets(Market='US',PricesheetView='azure_reservations')/$value"
    assert caller.error("GET", path, prefix="/price_sheets") == (400, 400)
    assert caller.error("GET", path, prefix="/price_sheets", audience=PRICES, user=False) == (403, 900329)


@pytest.mark.parametrize(
    ("view", "market", "status"),
    [
        ("azure_reservations", "DE", 404),
        ("azure_reservations", "ZZ", 404),
        ("beer", "US", 400),
        ("software", "US", 501),
    ],
)
def test_a_sheet_that_is_not_there(caller, view, market, status):
    """No price is served in a currency that the figures do not have."""
    assert sheet(caller, view, market).status_code == status


def test_the_rate_card_lists_each_meter_with_its_tier(caller):
    card = caller.get("/v1/ratecards/azure?currency=USD&region=US")
    meters = {(m["name"], m["subcategory"]): m for m in card["meters"]}
    assert meters["D2s v5", "Dsv5 Series"]["rates"] == {"0": 0.1152}
    assert meters["D2s v5", "Dsv5 Series Windows"]["rates"] == {"0": 0.2072}
    assert caller.error("GET", "/v1/ratecards/azure?currency=EUR&region=DE") == (400, 3000)


def test_products_are_alike_in_two_worlds_of_one_seed(caller, folder):
    ids = [list(World.demo(seed, folder=folder).catalogue.products) for seed in (1, 2)]
    assert ids[0] == list(caller.world.catalogue.products) != ids[1]
