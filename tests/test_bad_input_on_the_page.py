"""What is typed or read wrong, on the page: the sentence stands where it happened, and nothing typed is lost."""

import json
from datetime import UTC, datetime
from functools import cache

import pytest
from hands import press, type_into

import bespeak
from bespeak.clients.partner_center import carts
from bespeak.clients.session import SandboxSession
from bespeak_widgets import CustomerLookup, ReservationForm, VmSizing
from bespeak_widgets.panel import snapshot

NOBODY = "00000000-0000-4000-8000-000000000000"
NO_PLAN, GREENLAND = "Adventure Works Cycles Atlanta", "A. Datum Corporation Nuuk"
NOBODY_CALLED = (
    "0 of 1,007 customers have 'Contosso' in their name, domain or tenant id. "
    "Type less of it, or look for typing errors."
)
ADVICE = {
    "scope": "shared",
    "size": "Standard_D2s_v5",
    "region": "polandcentral",
    "term": "P1Y",
    "quantity": 4,
}


@pytest.fixture(scope="module")
def world():
    """One sandbox for the tests that only read."""
    return bespeak.connect()


@pytest.fixture(scope="module")
def find(world):
    return cache(lambda name: bespeak.find_customer(world, name))


@pytest.fixture(scope="module")
def prices(world, find):
    return bespeak.read_prices(world, find("Contoso"))


@pytest.fixture
def make_form(world, find, prices):
    """A form for a customer, filled with good advice; keyword arguments change the advice."""

    def make(name="Contoso", session=world, **changes):
        form = ReservationForm(session, find(name), ADVICE | changes, prices=prices)
        type_into(form.fields.friendly_name, "my own name")
        return form

    return make


def lines(widget):
    return [line.strip() for line in snapshot(widget).splitlines()]


def below(form, label):
    """The line that stands below a field."""
    told = lines(form)
    return told[next(i for i, line in enumerate(told) if line.startswith(f"{label}: ")) + 1]


def before_buying(form):
    """The sentences beside Buy."""
    told = lines(form)
    return told[told.index("Before you can buy:") + 1 :]


def must_be_shut(form):
    """Nothing leads on, and what was typed stands as it was typed."""
    assert form.check_button.disabled
    assert form.confirmation.button.disabled
    assert form.fields.friendly_name.value == "my own name"


def test_a_form_that_is_filled_well_leads_on(make_form):
    form = make_form()
    assert not form.check_button.disabled
    assert before_buying(form) == ["Check the offer: its price is read anew."]


class TestLookup:
    def test_an_unknown_name_is_answered_below_the_field_and_stays_in_it(self, world):
        lookup = CustomerLookup(world, "Contosso")
        assert lines(lookup)[1:3] == [
            "Customer: Contosso",
            NOBODY_CALLED,
        ]
        assert lookup.details is None

    def test_an_unknown_id_is_answered_and_what_is_typed_stays(self, world):
        lookup = CustomerLookup(world, "Contos")
        lookup.customer_id = NOBODY
        assert (
            f"! There is no customer with the id {NOBODY}. Find it by its name or domain, and use its id."
            in lines(lookup)
        )
        assert lookup._find.text == "Contos"

    def test_no_azure_plan_is_a_light_with_what_to_do(self, world):
        assert (
            "Subscription | Blocked | There is no Azure plan and no legacy Azure subscription. "
            "Buy an Azure plan for the customer in Partner Center first."
        ) in lines(CustomerLookup(world, NO_PLAN))

    def test_a_market_without_reservations_is_a_light_with_what_to_do(self, world):
        """D-640."""
        light = next(line for line in lines(CustomerLookup(world, GREENLAND)) if line.startswith("Market"))
        state, told = light.split(" | ")[1:]
        assert state == "Blocked"
        assert told.startswith("Reservations are not sold in GL.")


class TestSizing:
    def test_a_customer_without_azure_plan(self, world, find):
        assert lines(VmSizing(world, find(NO_PLAN)))[-2] == (
            f"! {NO_PLAN} has no Azure subscription through this partner, so there is no usage to read. "
            "Choose another customer, or sell it an Azure plan first."
        )

    def test_a_customer_whose_machines_never_ran(self, world, find):
        assert lines(VmSizing(world, find("A. Datum Corporation Albany")))[-1] == (
            "No VM use is known in these days, so there is nothing to advise. "
            "Look further back, or use a cost export of this customer."
        )

    def test_a_record_with_an_unknown_size_is_shown_as_set_aside(self, world, find):
        sizing = VmSizing(world, find("Tailspin Toys"))
        assert "1,440 for this reason: The size 'Standard_D4xs_v9' is not in the size table." in " ".join(
            lines(sizing)
        )
        assert "Standard_D4xs_v9" not in "".join(str(group) for group in sizing.study.advice["group"])

    def test_a_size_with_no_ratio_says_so_in_its_row(self, world, find):
        sizing = VmSizing(world, find("Tailspin Toys"))
        alone = [key for key in keys(sizing) if "|size:Standard_D48s_v3|" in key]
        for key in alone:
            sizing._table.chosen = key
            assert any(line.startswith("No ratio is known for Standard_D48s_v3") for line in lines(sizing))
        assert alone

    def test_a_cost_export_with_nothing_but_unknown_sizes(self, world, find):
        sizing = VmSizing(world, find("Contoso"))
        drop(sizing, export_of("Standard_D4xs_v9"))
        told = lines(sizing)
        assert any(
            "all for this reason: The size 'Standard_D4xs_v9' is not in the size table." in x for x in told
        )
        assert any(line.startswith("No VM use is known in these days") for line in told)


def keys(sizing):
    return [row["key"] for row in sizing._table.content["rows"]]


def drop(sizing, content):
    """What the browser sends when a file is dropped."""
    about = {"name": "x.csv", "type": "text/csv", "last_modified": datetime(2026, 11, 16, tzinfo=UTC)}
    sizing._export.value = ({**about, "size": len(content), "content": content},)


def export_of(size):
    """A cost export of one machine of this size on one day."""
    info = json.dumps({"ServiceType": size, "UsageType": "ComputeHR", "VMName": "a"}).replace('"', '""')
    machine = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/a"
    head = "Date,ConsumedService,MeterCategory,MeterId,Quantity,ResourceId,ResourceLocation,SubscriptionId"
    row = f"2026-11-10,Microsoft.Compute,Virtual Machines,m,24,{machine},polandcentral,s"
    return f'{head},AdditionalInfo\n{row},"{info}"\n'.encode()


class TestForm:
    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("0", "The quantity is 0: that buys nothing. Type a whole number from 1 on, without separators."),
            ("-4", "The quantity -4 is negative. Type a whole number from 1 on, without separators."),
            (
                "1.5",
                "The quantity 1.5 is not a whole number. Type a whole number from 1 on, without separators.",
            ),
            (
                "1000000000",
                "The quantity 1,000,000,000 is above the limit of 999,999,999 in one purchase. Lower it.",
            ),
        ],
    )
    def test_a_quantity_that_cannot_be_is_answered_below_it(self, make_form, typed, sentence):
        form = make_form()
        type_into(form.fields.quantity, typed)
        assert below(form, "Quantity") == sentence
        assert before_buying(form) == [sentence]
        assert form.fields.quantity.value == typed
        must_be_shut(form)

    def test_a_closed_series_is_answered_below_the_term(self, make_form):
        """D-520."""
        form = make_form(size="Standard_D2s_v3")
        assert "closed since 2026-07-01: no purchase and no renewal. Choose a newer series" in below(
            form, "Term"
        )
        assert (form.fields.size.value, form.fields.quantity.value) == ("Standard_D2s_v3", "4")
        must_be_shut(form)

    def test_a_customer_without_azure_plan_is_answered_beside_buy(self, make_form):
        form = make_form(NO_PLAN)
        assert before_buying(form)[0] == (
            "There is no Azure plan and no legacy Azure subscription. "
            "Buy an Azure plan for the customer in Partner Center first."
        )
        assert form.fields.quantity.value == "4"
        must_be_shut(form)

    def test_a_market_without_reservations_is_answered_beside_buy(self, make_form):
        """D-640."""
        form = make_form(GREENLAND)
        assert before_buying(form)[0].startswith("Reservations are not sold in GL.")
        assert form.fields.quantity.value == "4"
        must_be_shut(form)

    def test_a_size_with_no_ratio_says_what_it_covers(self, make_form):
        told = below(make_form(size="Standard_D48s_v3"), "Size")
        assert told.endswith("no ratio is known: count on this size only.")


class LateCheckout:
    """A door behind which eight days pass before a checkout."""

    def __init__(self, session):
        self._session = session

    def send(self, call):
        if call.name == carts.check_out(NOBODY, NOBODY).name:
            self._session.advance(days=8)
        return self._session.door.send(call)

    def collect(self, call, progress=None):
        return self._session.door.collect(call, progress)


def test_an_expired_cart_is_answered_in_the_place_of_the_result(make_form):
    """D-613: a cart is kept for 7 days."""
    fresh = bespeak.connect()
    form = make_form(session=SandboxSession(LateCheckout(fresh), "here", lambda _: fresh.home))
    form.check()
    type_into(form.confirmation.phrase, " ".join(bespeak.phrase_parts(form.plan).values()))
    press(form.confirmation.button)
    told = " ".join(lines(form))
    assert form.outcome.state == "REJECTED"
    assert "Nothing was bought. " in told
    assert "a cart is kept for 7 days (code 800008)" in told
    assert "start a new purchase" in told
    assert (form.fields.quantity.value, form.fields.friendly_name.value) == ("4", "my own name")
    assert not form.check_button.disabled
