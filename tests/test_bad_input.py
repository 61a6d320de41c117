"""What is typed or read wrong, through the face: each gets a sentence that says what is wrong and what to do."""

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

import bespeak
from bespeak.clients.partner_center import carts
from bespeak.clients.session import SandboxSession
from bespeak.tables import HOLDINGS

NOBODY = "00000000-0000-4000-8000-000000000000"
PLAN_BUYER, NO_PLAN, GREENLAND = (
    "Contoso",
    "Adventure Works Cycles Atlanta",
    "A. Datum Corporation Nuuk",
)
START = datetime(2026, 10, 5, tzinfo=UTC)
READ_CART, CHECK_OUT = carts.get_cart(NOBODY, NOBODY).name, carts.check_out(NOBODY, NOBODY).name


@pytest.fixture(scope="module")
def world():
    """One sandbox for the tests that only read."""
    return bespeak.connect()


@pytest.fixture(scope="module")
def find(world):
    return cache(lambda name: bespeak.find_customer(world, name))


@pytest.fixture(scope="module")
def prices(world, find):
    return bespeak.read_prices(world, find(PLAN_BUYER))


@pytest.fixture
def wish(find):
    """A choice that can be bought; keyword arguments make it one that cannot."""
    subscription = find(PLAN_BUYER).azure_subscriptions["azure_subscription_id"].iloc[0]
    good = {"size": "Standard_D2s_v5", "region": "polandcentral", "term": "P1Y", "quantity": "4"}
    return lambda **changes: bespeak.Choice(subscription, **(good | changes))


def against(world, wish, details, prices, **changes):
    """Everything that speaks against a choice."""
    on = world.now().date()
    return bespeak.blockers(wish(**changes), details, bespeak.preflight(details, on), prices, on)


def record(vm="web01", hour=0, size="Standard_D2s_v5"):
    """An hour of a machine, as Partner Center tells it of a legacy subscription."""
    begins = START + timedelta(hours=hour)
    path = f"/subscriptions/{NOBODY}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/{vm}"
    return {
        "usageStartTime": begins.isoformat(),
        "usageEndTime": (begins + timedelta(hours=1)).isoformat(),
        "resource": {"id": "m", "name": "x", "category": "Virtual Machines", "region": "PL Central"},
        "quantity": 1,
        "unit": "1 Hour",
        "infoFields": {},
        "instanceData": {
            "resourceUri": path,
            "location": "polandcentral",
            "additionalInfo": {"ServiceType": size, "VMName": vm, "UsageType": "ComputeHR"},
        },
    }


def test_what_the_tests_below_change_can_be_bought_as_it_is(world, wish, find, prices):
    assert against(world, wish, find(PLAN_BUYER), prices) == []


class TestUnknownCustomer:
    def test_a_name_like_another_names_that_one(self, world):
        with pytest.raises(bespeak.MissingError) as caught:
            bespeak.find_customer(world, "Contosso")
        assert str(caught.value) == (
            "No customer has 'Contosso' in its name, domain or tenant id. Did you mean Contoso?"
        )

    def test_an_id_of_nobody_says_where_ids_come_from(self, world):
        with pytest.raises(bespeak.MissingError) as caught:
            bespeak.customer_details(world, NOBODY)
        assert str(caught.value) == (
            f"There is no customer with the id {NOBODY}. Find it by its name or domain, and use its id."
        )


class TestEmptyResult:
    def test_a_search_without_hits_is_an_empty_table_of_customers(self, world):
        table = bespeak.customers(world)
        hits = bespeak.search(table, "zzzz")
        assert hits.empty
        assert list(hits.columns) == list(table.columns)

    def test_a_name_like_no_other_says_what_to_type(self, world):
        with pytest.raises(
            bespeak.MissingError, match=r"^No customer has 'zzzz' in its name.* Type less of it"
        ):
            bespeak.find_customer(world, "zzzz")

    def test_a_customer_whose_machines_never_ran_gets_no_advice_and_a_reason(self, world, find):
        study = bespeak.study(world, find("A. Datum Corporation Albany"))
        assert study.advice.empty
        assert bespeak.review.reading_words(study)[-1] == (
            "No VM use is known in these days, so there is nothing to advise. "
            "Look further back, or use a cost export of this customer."
        )


def test_a_customer_without_azure_plan_has_no_usage_and_is_told_what_to_sell(world, find):
    with pytest.raises(bespeak.InputError) as caught:
        bespeak.read_usage(world, find(NO_PLAN))
    assert str(caught.value) == (
        f"{NO_PLAN} has no Azure subscription through this partner, so there is no usage to read. "
        "Choose another customer, or sell it an Azure plan first."
    )


def test_a_customer_without_azure_plan_cannot_buy(world, wish, find, prices):
    (told,) = against(world, wish, find(NO_PLAN), prices)
    assert told == (
        "There is no Azure plan and no legacy Azure subscription. "
        "Buy an Azure plan for the customer in Partner Center first."
    )


class TestClosedSeries:
    """D-520."""

    def test_it_stands_against_a_purchase(self, world, wish, find, prices):
        told = against(world, wish, find(PLAN_BUYER), prices, size="Standard_D2s_v3")
        assert told[0].startswith(
            "Reservations of the Dsv3 series for 1 year are closed since 2026-07-01: no purchase and no renewal. "
            "Choose a newer series or a savings plan."
        )

    def test_the_catalogue_does_not_sell_it_either(self, world, find):
        tailspin = find("Tailspin Toys")
        quote = bespeak.quote(
            tailspin,
            bespeak.read_prices(world, tailspin),
            azure_subscription_id=tailspin.azure_subscriptions["azure_subscription_id"].iloc[0],
            size="Standard_D2s_v3",
            region="polandcentral",
            term="P1Y",
            quantity=1,
        )
        with pytest.raises(bespeak.MissingError, match=r"not on sale at present\. Choose another size"):
            bespeak.find_offer(world, tailspin, quote)


class TestMarket:
    """D-640: reservations are not sold in Greenland."""

    def test_it_stands_against_a_purchase_first_of_all(self, world, wish, find, prices):
        told = against(world, wish, find(GREENLAND), prices)
        assert told[0].startswith("Reservations are not sold in GL.")
        assert len(told[0].split(". ")) > 1

    def test_it_has_no_prices(self, world, find):
        with pytest.raises(bespeak.MissingError) as caught:
            bespeak.read_prices(world, find(GREENLAND))
        assert caught.value.what.startswith("Reservations are not sold in GL")
        assert caught.value.next_step


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0", "The quantity is 0: that buys nothing. Type a whole number from 1 on, without separators."),
        ("-4", "The quantity -4 is negative. Type a whole number from 1 on, without separators."),
        ("1.5", "The quantity 1.5 is not a whole number. Type a whole number from 1 on, without separators."),
        (
            "1000000000",
            "The quantity 1,000,000,000 is above the limit of 999,999,999 in one purchase. Lower it.",
        ),
    ],
)
def test_a_quantity_that_cannot_be_bought(world, wish, find, prices, typed, sentence):
    assert against(world, wish, find(PLAN_BUYER), prices, quantity=typed) == [sentence]


class LateCheckout:
    """A door behind which days pass between two requests, as for a person who comes back after a holiday."""

    def __init__(self, session, before, days):
        self._session, self._before, self._days = session, before, days

    def send(self, call):
        if call.name == self._before:
            self._session.advance(days=self._days)
        return self._session.door.send(call)

    def collect(self, call, progress=None):
        return self._session.door.collect(call, progress)


class TestExpiredCart:
    """D-613: a cart is kept for 7 days."""

    @pytest.fixture
    def fresh(self):
        return bespeak.connect()

    @pytest.fixture
    def planned(self, fresh):
        details = bespeak.find_customer(fresh, PLAN_BUYER)
        quote = bespeak.quote(
            details,
            bespeak.read_prices(fresh, details),
            azure_subscription_id=details.azure_subscriptions["azure_subscription_id"].iloc[0],
            size="Standard_D2s_v5",
            region="polandcentral",
            term="P1Y",
            quantity=4,
        )
        offer = bespeak.find_offer(fresh, details, quote)
        return bespeak.plan(quote, offer, intent_id="intent-1", friendly_name="web")

    @pytest.mark.parametrize("before", [READ_CART, CHECK_OUT])
    def test_nothing_is_bought_and_the_sentence_says_what_to_do(self, fresh, planned, before):
        late = SandboxSession(LateCheckout(fresh, before, days=8), "here", lambda _: fresh.home)
        outcome = bespeak.buy(late, planned, planned.phrase)
        assert outcome.state == "REJECTED"
        assert outcome.sentence.startswith("Nothing was bought.")
        assert "there is no such cart; a cart is kept for 7 days (code 800008)" in outcome.sentence
        assert "start a new purchase" in outcome.sentence
        assert bespeak.holdings(fresh, bespeak.find_customer(fresh, PLAN_BUYER)).empty

    def test_within_its_days_it_is_bought(self, fresh, planned):
        late = SandboxSession(LateCheckout(fresh, CHECK_OUT, 6), "here", lambda _: fresh.home)
        assert bespeak.buy(late, planned, planned.phrase).state == "DONE"


class TestUnknownInUsage:
    def test_a_record_with_an_unknown_size_is_set_aside_with_its_hours(self):
        reading = bespeak.from_utilization(
            [record("a"), record("b", size="Standard_D4xs_v9"), record("b", 1, "Standard_D4xs_v9")]
        )
        demand = bespeak.demand(reading)
        assert demand.groups["units"].sum() == 1
        assert demand.set_aside[["reason", "hours", "rows"]].values.tolist() == [
            ["The size 'Standard_D4xs_v9' is not in the size table.", 2.0, 2]
        ]

    def test_it_is_said_of_a_customer_whose_machines_have_one(self, world, find):
        told = " ".join(bespeak.review.reading_words(bespeak.study(world, find("Tailspin Toys"))))
        assert "are set aside" in told
        assert "The size 'Standard_D4xs_v9' is not in the size table." in told

    def test_a_size_with_no_ratio_is_counted_in_no_group_and_said(self, prices):
        """E5: no ratio is not ratio 1; the size is sized by itself, and the advice says so."""
        reading = bespeak.from_utilization([record("a"), record("b", size="Standard_D48s_v3")])
        demand = bespeak.demand(reading)
        units = dict(zip(demand.groups["group"], demand.groups["units"], strict=True))
        assert units == {"Dsv5 Series": 1.0, "size:Standard_D48s_v3": 1.0}
        advice = bespeak.recommend(demand, prices, HOLDINGS.frame([]), START.date())
        said = {row.group: row.reasons for row in advice.itertuples()}
        wanted = (
            "No ratio is known for Standard_D48s_v3, so it is sized by itself: it is counted in no group, and no "
            "other size is covered with it. Look its group up at Microsoft before you count on flexibility."
        )
        assert wanted in said["size:Standard_D48s_v3"]
        assert wanted not in said["Dsv5 Series"]
