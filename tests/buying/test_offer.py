"""The offer is fetched afresh, and each difference from the quote stops with both sides named."""

from datetime import UTC, datetime

import pytest

from bespeak.buying import find_offer
from bespeak.errors import InputError, MissingError, UnreadableError


@pytest.fixture
def find(session, details, make_quote):
    def find(of=details, **changes):
        return find_offer(session, of, make_quote(of, **changes))

    return find


def test_an_offer_that_equals_the_quote(find):
    offer = find()
    assert offer.catalog_item_id == "DZH318Z08MQM:00K7:DZH318Z0NNNN"
    assert (offer.world, offer.instance, str(offer.unit)) == ("sandbox", "sandbox-1", "USD 496.00")
    assert offer.found_at == datetime(2026, 11, 16, tzinfo=UTC)
    assert (offer.sku.minimum, offer.sku.maximum, offer.sku.billing_cycles) == (1, 1000, ("one_time",))


def test_nothing_is_written_while_finding(find, center):
    find()
    assert all(call.is_safe for call in center.log)


def test_legacy_asks_the_catalogue_without_reservation_scope(find, center):
    find()
    assert all("reservationScope" not in call.params for call in center.log)


def test_an_azure_plan_asks_with_reservation_scope_at_every_level(find, center, plan_details):
    """Fact 9 of the reference: reservationScope=AzurePlan on every catalogue call."""
    find(plan_details)
    asked = [call for call in center.log if call.path.startswith("/v1/products/")]
    assert len(asked) == 2
    assert all(call.params["reservationScope"] == "AzurePlan" for call in asked)


def test_the_inventory_is_asked_about_the_azure_subscription(find, center):
    """D-613."""
    find()
    body = center.asked("POST", "/checkinventory")[0].body
    assert body["TargetItems"] == [{"ProductId": "DZH318Z08MQM", "SkuId": "00K7"}]
    assert body["InventoryContext"]["armRegionName"] == "polandcentral"


def test_inventory_and_registration_are_asked_only_when_the_sku_says_so(find, center):
    center.sku["purchasePrerequisites"] = []
    find()
    paths = [call.path for call in center.log]
    assert not [path for path in paths if path.endswith(("checkinventory", "registrationstatus"))]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("armSkuName", "Standard_D4s_v5", "armSkuName is 'Standard_D4s_v5', the quote has 'Standard_D2s_v5'"),
        ("armRegionName", "westeurope", "armRegionName is 'westeurope', the quote has 'polandcentral'"),
        ("duration", "3Years", "duration is '3Years', the quote has '1Year'"),
        ("duration", None, "duration is None"),
    ],
)
def test_a_sku_that_became_another_thing(find, center, name, value, words):
    """F-17: never silently replaced by a similar one."""
    center.sku["dynamicAttributes"][name] = value
    with pytest.raises(MissingError, match=words):
        find()


def test_codes_in_other_casings_are_the_same(find, center):
    center.sku["dynamicAttributes"] |= {"armSkuName": "STANDARD_d2s_V5", "armRegionName": "PolandCentral"}
    assert find().size == "Standard_D2s_v5"


def test_a_sku_without_attributes(find, center):
    del center.sku["dynamicAttributes"]
    with pytest.raises(MissingError, match="armSkuName is None"):
        find()


@pytest.mark.parametrize("quantity", [1001, 5000])
def test_a_quantity_above_the_maximum(find, quantity):
    with pytest.raises(
        InputError, match=f"{quantity:,} instances are not possible: the catalogue allows 1 to 1,000"
    ):
        find(quantity=quantity)


def test_the_maximum_itself_is_possible(find):
    assert find(quantity=1000).unit.currency == "USD"


def test_monthly_where_the_sku_has_one_time_only(find, center):
    """D-506."""
    with pytest.raises(InputError, match="cannot be paid every month; the catalogue offers: all at once"):
        find(billing="monthly")
    center.sku["supportedBillingCycles"] = ["one_time", "monthly"]
    assert find(billing="monthly").sku_id == "00K7"


@pytest.mark.parametrize("status", ["NotRegistered", "Registering"])
def test_a_subscription_that_is_not_registered(find, center, status):
    """D-611."""
    center.registration = status
    with pytest.raises(InputError, match=f"its status is '{status.lower()}'"):
        find()


def test_an_offer_that_is_not_on_sale(find, center):
    center.availability["isPurchasable"] = False
    with pytest.raises(MissingError, match="not on sale at present"):
        find()


def test_an_offer_for_another_term(find, center):
    center.availability["terms"] = [{"duration": "P3Y"}]
    with pytest.raises(MissingError, match="offers P3Y for Standard_D2s_v5; the quote has P1Y"):
        find()


@pytest.mark.parametrize("told", [{"code": "EUR", "symbol": "€"}, "EUR"])
def test_an_offer_in_another_currency(find, center, told):
    center.availability["defaultCurrency"] = told
    with pytest.raises(InputError, match="sells in EUR, the quote is in USD"):
        find()


def test_an_offer_without_an_item_id(find, center):
    del center.availability["catalogItemId"]
    with pytest.raises(UnreadableError, match="catalogItemId"):
        find()


def test_a_restricted_item_says_microsofts_reason(find, center):
    center.inventory[0] |= {
        "isRestricted": True,
        "restrictions": [{"reasonCode": "NotAvailableForSubscription", "description": "No capacity here"}],
    }
    with pytest.raises(MissingError, match="cannot be bought at present: No capacity here"):
        find()


def test_an_item_that_the_inventory_leaves_out(find, center):
    """D-613: unknown items are silently missing from the reply."""
    center.inventory = []
    with pytest.raises(MissingError, match="inventory does not know Standard_D2s_v5"):
        find()


@pytest.mark.parametrize(
    ("price", "words"),
    [
        ("496.01", r"was USD 496.00 and is now USD 496.01 \(USD 0.01, \+0.002%\)"),
        ("495.99", r"was USD 496.00 and is now USD 495.99 \(USD -0.01, -0.002%\)"),
        ("595.2", r"was USD 496.00 and is now USD 595.20 \(USD 99.20, \+20.000%\)"),
    ],
)
def test_a_price_that_moved_by_a_cent_stops(find, center, price, words):
    """F-16: old and new price, difference and per cent; a new confirmation is needed."""
    center.price = price
    with pytest.raises(InputError, match=words):
        find()


def test_the_price_is_gone(find, center):
    center.sku["title"] = "Reserved VM Instance, Standard_Unknown, PL Central, 1 Year"
    with pytest.raises(MissingError, match="price sheet of US has no price for this offer on 2026-11-16"):
        find()
