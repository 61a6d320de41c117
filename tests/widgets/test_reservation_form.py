"""The order form in the sandbox of this process, used as a person would; messages of a page are made by hand."""

import asyncio
from dataclasses import replace
from functools import cache

import pytest
from hands import press, type_into

from bespeak import UnreachableError, connect, customer_details, customers, phrase_parts, read_prices
from bespeak.clients.partner_center import carts, orders
from bespeak_widgets.panel import snapshot
from bespeak_widgets.reservation_form import ReservationForm

ADVICE = {
    "scope": "shared",
    "size": "Standard_D2s_v5",
    "region": "polandcentral",
    "term": "P1Y",
    "quantity": 4,
}


@pytest.fixture(scope="module")
def world():
    """One sandbox for the tests that buy nothing."""
    return connect()


@pytest.fixture(scope="module")
def other_world():
    return connect()


@pytest.fixture
def session(other_world):
    """A sandbox as it is at its start, for a test that buys."""
    other_world.reset()
    return other_world


@cache
def details_of(session, name):
    table = customers(session)
    return customer_details(session, table[table["name"] == name]["customer_id"].iloc[0])


@cache
def prices_of(session, name):
    return read_prices(session, details_of(session, name))


@pytest.fixture(scope="module")
def contoso(world):
    """A customer with an Azure plan."""
    return details_of(world, "Contoso")


@pytest.fixture(scope="module")
def fabrikam(world):
    """A customer with a legacy subscription."""
    return details_of(world, "Fabrikam")


def form_of(session, details=None, **changes):
    """The form filled with advice; the prices are the same for all customers here."""
    customer = details or details_of(session, "Contoso")
    return ReservationForm(session, customer, ADVICE | changes, prices=prices_of(session, "Contoso"))


def confirm(form):
    """Checks the offer and types what is asked for."""
    form.check()
    type_into(form.confirmation.phrase, " ".join(phrase_parts(form.plan).values()))


def orders_of(session, form):
    """The orders of the customer once all that was ordered is listed."""
    session.advance(minutes=20)
    return session.door.collect(orders.list_orders(form.details.customer_id))


def lines(form):
    return snapshot(form).splitlines()


def below(form, label):
    """The line that stands below a field."""
    listed = [line.strip() for line in lines(form)]
    at = next(i for i, line in enumerate(listed) if line.startswith(f"{label}:"))
    return listed[at + 1]


# -- what stands on the page ---------------------------------------------------------------------------------


def test_the_world_stands_on_the_form(world, contoso):
    assert lines(form_of(world, contoso))[1].strip() == (
        "SANDBOX Synthetic customers; an order here costs nothing and reaches nobody. (in this kernel)"
    )


def test_an_empty_form_asks_for_a_customer_and_cannot_buy(world):
    form = ReservationForm(world)
    assert "  Choose a customer." in lines(form)
    assert form.confirmation.button.disabled
    assert form.check_button.disabled


def test_advice_fills_the_fields_and_the_total_is_there(world, contoso):
    form = form_of(world, contoso)
    assert (form.fields.size.value, form.fields.quantity.value) == ("Standard_D2s_v5", "4")
    assert any("4 x Standard_D2s_v5 in polandcentral for 1 year cost USD" in line for line in lines(form))
    assert not form.check_button.disabled


def test_other_advice_takes_the_place_of_the_first(world, contoso):
    form = form_of(world, contoso)
    form.choice = ADVICE | {"term": "P3Y", "quantity": 2}
    assert (form.fields.term.value, form.fields.quantity.value) == ("P3Y", "2")


def test_no_advice_leaves_what_was_typed(world, contoso):
    form = form_of(world, contoso)
    type_into(form.fields.quantity, "7")
    form.choice = {}
    assert form.fields.quantity.value == "7"


def test_the_text_form_is_the_same_for_the_same_form(world, contoso):
    first, second = form_of(world, contoso), form_of(world, contoso)
    for form in (first, second):
        form.dry_run()
    assert snapshot(first) == snapshot(second)


def test_nothing_of_an_api_becomes_html(world, contoso):
    odd = replace(contoso, name="<img src=x onerror=alert(1)>")
    form = form_of(world, odd)
    assert "<img" not in form._title.value


def test_every_control_has_a_name(world, contoso):
    form = form_of(world, contoso)
    named = [*(noted.control for noted in form.fields.noted.values()), form.confirmation.phrase]
    assert all(control.description and "$" not in control.description for control in named)


# -- bad input ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0", "The quantity is 0: that buys nothing."),
        ("-1", "The quantity -1 is negative."),
        ("1.5", "The quantity 1.5 is not a whole number."),
        ("abc", "The quantity 'abc' is not a number."),
        ("1000000000", "The quantity 1,000,000,000 is above the limit"),
        ("<b>4</b>", "The quantity '<b>4</b>' is not a number."),
    ],
)
def test_a_quantity_that_cannot_be_is_answered_right_below_it(world, contoso, typed, sentence):
    form = form_of(world, contoso)
    type_into(form.fields.quantity, typed)
    assert below(form, "Quantity").startswith(sentence)
    assert form.fields.quantity.value == typed
    assert form.check_button.disabled
    assert form.confirmation.button.disabled


def test_an_empty_quantity_is_asked_for_and_not_blamed(world, contoso):
    form = form_of(world, contoso)
    type_into(form.fields.quantity, "")
    assert below(form, "Quantity").startswith("There is no quantity yet.")
    assert "problem" not in form.fields.noted["quantity"]._hint.value


def test_a_closed_series_is_answered_below_the_term(world, contoso):
    """D-520."""
    form = form_of(world, contoso, size="Standard_D2s_v3")
    assert below(form, "Term").startswith("Reservations of the Dsv3 series for 1 year are closed")


def test_an_unknown_size_is_answered_below_it(world, contoso):
    form = form_of(world, contoso)
    type_into(form.fields.size, "Standard_D4xs_v9")
    assert below(form, "Size").startswith("'Standard_D4xs_v9' is not a known VM size.")


def test_a_size_without_a_price_is_answered_below_it(world, contoso):
    form = form_of(world, contoso, size="Standard_A1_v2", term="P3Y")
    assert below(form, "Size")
    assert form.check_button.disabled


def test_the_form_reads_the_prices_of_the_customer_by_itself(session):
    form = ReservationForm(session, details_of(session, "Contoso"), ADVICE)
    assert form.prices.currency == "USD"
    assert form._draft.quote is not None


def test_sizes_are_suggested_while_one_is_typed(world, contoso):
    form = form_of(world, contoso)
    type_into(form.fields.size, "d2s v5")
    assert "Standard_D2s_v5" in form.fields.size.options
    assert len(form.fields.size.options) <= 30


def test_a_customer_without_azure_is_told_what_to_sell_first(world, contoso):
    none = replace(
        contoso,
        kind="none",
        subscriptions=contoso.subscriptions.iloc[:0],
        azure_subscriptions=contoso.azure_subscriptions.iloc[:0],
    )
    form = form_of(world, none)
    assert any("no Azure plan and no legacy Azure subscription" in line for line in lines(form))
    assert form.check_button.disabled


def test_a_customer_without_an_agreement_or_registration_cannot_buy(world):
    form = form_of(world, details_of(world, "Litware"))
    text = "\n".join(lines(form))
    assert "The Microsoft Customer Agreement is not accepted" in text
    assert "not registered for reservations" in below(form, "Azure subscription")
    assert form.check_button.disabled


def test_a_market_without_reservations_cannot_buy(world, contoso):
    """D-640."""
    form = form_of(world, replace(contoso, country="GL", currency=None))
    assert any("GL" in line or "Greenland" in line for line in lines(form))
    assert form.confirmation.button.disabled


def test_a_market_without_prices_says_so_beside_buy(world, contoso):
    """D-640: where reservations are not sold there is no price sheet of them."""
    form = ReservationForm(world, replace(contoso, country="GL", currency="DKK"), ADVICE)
    told = [line.strip() for line in lines(form)]
    assert told[told.index("Before you can buy:") + 1].startswith("Reservations are not sold in GL.")


def test_an_azure_plan_has_its_scope_fixed_with_the_reason(world, contoso):
    """D-446."""
    form = form_of(world, contoso, scope=contoso.azure_subscriptions["azure_subscription_id"].iloc[0])
    assert (form.fields.scope.value, form.fields.scope.disabled) == ("shared", True)
    assert below(form, "Scope").startswith("An Azure plan buys shared scope only")


def test_a_legacy_customer_chooses_its_scope(world, fabrikam):
    azure = fabrikam.azure_subscriptions["azure_subscription_id"].iloc[-1]
    form = form_of(world, fabrikam, scope=azure)
    assert (form.fields.scope.value, form.fields.scope.disabled) == ("single", False)
    assert form.fields.subscription.value == azure


def test_an_unreachable_sandbox_is_said_and_nothing_typed_is_lost(session, monkeypatch):
    form = form_of(session)
    details = form.details
    type_into(form.fields.friendly_name, "web tier")
    monkeypatch.setattr(
        "bespeak_widgets.reservation_form.prepare_order",
        lambda *_: (_ for _ in ()).throw(UnreachableError("The sandbox is not there.", "Start it again.")),
    )
    form.details = None
    form.details = details
    assert "  ! The sandbox is not there. Start it again." in lines(form)
    assert "  [ Read the prices again ]" in lines(form)
    monkeypatch.undo()
    form._read_again.click()
    assert "  [ Read the prices again ]" not in lines(form)
    assert form.fields.friendly_name.value == "web tier"
    assert form.fields.quantity.value == "4"


def test_a_fault_of_ours_in_a_check_is_shown_beside_it(world, contoso, monkeypatch):
    monkeypatch.setattr("bespeak_widgets.order_steps.check_offer", lambda *_, **__: 1 / 0)
    form = form_of(world, contoso)
    form.check()
    assert any("This should not happen: ZeroDivisionError" in line for line in lines(form))


# -- check and confirm ----------------------------------------------------------------------------------------


def test_a_check_shows_the_parts_of_the_phrase_but_not_the_phrase(world, contoso):
    form = form_of(world, contoso)
    form.check()
    assert {"  Customer: Contoso", "  Quantity: 4 x", "  World: sandbox"} <= set(lines(form))
    assert form.plan.phrase not in snapshot(form)
    assert not form.confirmation.phrase.disabled


def test_a_check_says_what_cannot_be_undone_with_dates(world, contoso):
    form = form_of(world, contoso)
    form.check()
    text = snapshot(form)
    assert "cannot be cancelled through Partner Center" in text
    assert "at most USD 50,000.00 of commitment within 365 days for each customer" in text
    assert "can be exchanged until 2027-02-01" in text


def test_a_price_that_changed_stops_the_check_and_shows_both(world, contoso):
    form = form_of(world, contoso)
    known = form._known
    table = known.prices.reservations.copy()
    table["total"] = [total + 1 for total in table["total"]]
    form._know(known.with_prices(replace(known.prices, reservations=table)))
    form._refresh()
    old = str(form._draft.quote.unit)
    form.check()
    now = str(form._draft.quote.unit)
    assert any(f"was {old} and is now {now}" in line for line in lines(form))
    assert form.plan is None


def test_typing_says_how_far_it_is_right(world, contoso):
    form = form_of(world, contoso)
    form.check()
    type_into(form.confirmation.phrase, "Contoso 4 x ")
    assert "  Right so far; next: size." in lines(form)
    type_into(form.confirmation.phrase, "Contoso 5")
    assert "  Not as it stands above from the quantity on." in lines(form)
    assert form.confirmation.button.disabled


def test_the_typed_phrase_enables_buy(world, contoso):
    form = form_of(world, contoso)
    confirm(form)
    assert not form.confirmation.button.disabled
    assert "  Ready: Buy sends the order." in lines(form)


def test_a_phrase_written_by_a_program_is_taken_out(world, contoso):
    """A11: a person types it."""
    form = form_of(world, contoso)
    form.check()
    form.confirmation.phrase.value = form.plan.phrase
    assert form.confirmation.phrase.value == ""
    assert form.confirmation.button.disabled
    assert any(line.strip().startswith("The confirmation was written by a program") for line in lines(form))


EDITS = {
    "subscription": lambda form: form.fields.subscription.options[-1][1],
    "size": lambda _: "Standard_D4s_v5",
    "term": lambda _: "P3Y",
    "quantity": lambda _: "5",
    "billing": lambda _: "monthly",
    "friendly_name": lambda _: "other",
}


@pytest.mark.parametrize("field", EDITS)
def test_any_edit_takes_the_confirmation_back(world, contoso, field):
    form = form_of(world, contoso)
    confirm(form)
    getattr(form.fields, field).value = EDITS[field](form)
    assert form.confirmation.phrase.value == ""
    assert form.plan is None
    assert form.confirmation.button.disabled
    assert "  Check the offer: its price is read anew." in lines(form)


def test_another_scope_takes_the_confirmation_back(world, fabrikam):
    form = form_of(world, fabrikam)
    confirm(form)
    form.fields.scope.value = "single"
    assert form.plan is None


def test_another_customer_takes_the_confirmation_back(world, contoso, fabrikam):
    form = form_of(world, contoso)
    confirm(form)
    form.details = fabrikam
    assert (form.plan, form.confirmation.phrase.value) == (None, "")


def test_what_was_typed_for_another_customer_is_not_carried_over(world, contoso, fabrikam):
    form = form_of(world, contoso)
    form.choice = {}
    form.details = None
    form.details = fabrikam
    assert (form.fields.size.value, form.fields.quantity.value, form.wanted) == ("", "", "")


def test_what_the_fields_ask_for_is_told_in_short(world, contoso):
    form = form_of(world, contoso)
    assert form.wanted == "4 x Standard_D2s_v5 P1Y"
    type_into(form.fields.quantity, "abc")
    assert form.wanted == ""


def test_an_edit_while_the_offer_is_checked_stops_the_check(world, contoso):
    async def run():
        form = form_of(world, contoso)
        await form.idle()
        form.check()
        type_into(form.fields.quantity, "5")
        await form.idle()
        return form

    form = asyncio.run(run())
    assert form.plan is None
    assert "  ! The form was changed meanwhile. Check the offer again." in lines(form)


def test_a_dry_run_shows_the_requests_and_sends_none_of_them(session):
    form = form_of(session)
    form.dry_run()
    told = [line.strip() for line in lines(form)]
    assert "Dry run: these 6 requests would be made; no cart and no order was sent." in told
    assert any(line.startswith("POST /v1/customers/") and line.endswith(": create the cart") for line in told)
    assert any("/checkout: check out the cart" in line for line in told)
    assert "&quot;quantity&quot;: 4" in form.steps.requests.value
    assert orders_of(session, form) == []


def test_an_edit_takes_the_requests_of_the_dry_run_away(world, contoso):
    form = form_of(world, contoso)
    form.dry_run()
    type_into(form.fields.quantity, "5")
    assert "Dry run: these" not in snapshot(form)


# -- buying ---------------------------------------------------------------------------------------------------


def test_a_press_on_the_page_buys_what_was_confirmed(session):
    form = form_of(session)
    confirm(form)
    press(form.confirmation.button)
    assert form.outcome.state == "DONE"
    (order,) = orders_of(session, form)
    assert order["id"] == form.outcome.order_id
    assert [line["quantity"] for line in order["lineItems"]] == [4]


def test_a_purchase_shows_its_order_and_when_it_is_listed(session):
    form = form_of(session)
    confirm(form)
    press(form.confirmation.button)
    told = [line.strip() for line in lines(form)]
    assert f"Order: {form.outcome.order_id}" in told
    assert "In Partner Center's order list: from 2026-11-16 00:15 UTC on" in told
    assert "Reservation: being made" in told


def test_after_a_purchase_buying_again_needs_all_of_it_again(session):
    form = form_of(session)
    confirm(form)
    press(form.confirmation.button)
    assert (form.plan, form.confirmation.phrase.value) == (None, "")
    press(form.confirmation.button)
    assert len(orders_of(session, form)) == 1


def test_a_click_from_a_cell_buys_nothing(session):
    """A11: only a message of the page starts a purchase."""
    form = form_of(session)
    confirm(form)
    form.confirmation.button.click()
    assert form.outcome is None
    assert orders_of(session, form) == []


def test_a_press_without_the_phrase_starts_nothing(session, monkeypatch):
    started = []
    monkeypatch.setattr("bespeak_widgets.order_steps.make_purchase", lambda *told: started.append(told))
    form = form_of(session)
    form.check()
    form.confirmation.button.disabled = False
    press(form.confirmation.button)
    assert started == []
    assert form.outcome is None


def test_a_press_on_a_disabled_button_buys_nothing(session):
    form = form_of(session)
    confirm(form)
    form.confirmation.button.disabled = True
    press(form.confirmation.button)
    assert form.outcome is None


def test_a_double_click_is_one_purchase(session):
    async def run():
        form = form_of(session)
        await form.idle()
        form.check()
        await form.idle()
        type_into(form.confirmation.phrase, form.plan.phrase)
        press(form.confirmation.button)
        press(form.confirmation.button)
        await form.idle()
        press(form.confirmation.button)
        await form.idle()
        return form

    form = asyncio.run(run())
    assert form.outcome.state == "DONE"
    assert len(orders_of(session, form)) == 1


def test_while_a_purchase_is_sent_nothing_can_be_changed(session):
    async def run():
        form = form_of(session)
        await form.idle()
        form.check()
        await form.idle()
        type_into(form.confirmation.phrase, form.plan.phrase)
        press(form.confirmation.button)
        locked = [noted.control.disabled for noted in form.fields.noted.values()]
        locked += [form.confirmation.phrase.disabled, form.confirmation.button.disabled]
        await form.idle()
        return locked, form.fields.quantity.disabled

    locked, later = asyncio.run(run())
    assert all(locked)
    assert not later


def test_a_lost_answer_is_unknown_and_the_same_cannot_be_bought_again(session):
    form = form_of(session)
    confirm(form)
    session.set_fault("checkout", "lose_answer")
    press(form.confirmation.button)
    assert form.outcome.state == "UNKNOWN"
    text = snapshot(form)
    assert "UNKNOWN: do not buy it again" in text
    assert "[ Look again ]" in text
    assert form.check_button.disabled


def test_an_unknown_purchase_is_found_by_looking_again_later(session):
    form = form_of(session)
    confirm(form)
    session.set_fault("checkout", "lose_answer")
    press(form.confirmation.button)
    form.result.waits[0].click()
    assert form.outcome.state == "DONE"
    assert [order["id"] for order in orders_of(session, form)] == [form.outcome.order_id]
    assert not form.check_button.disabled


def test_an_unknown_purchase_of_an_earlier_kernel_stands_on_a_new_form(session):
    form = form_of(session)
    confirm(form)
    session.set_fault("checkout", "lose_answer")
    press(form.confirmation.button)
    later = form_of(session)
    assert "UNKNOWN: do not buy it again" in snapshot(later)
    assert later.check_button.disabled
    assert form_of(session, size="Standard_D4s_v5").check_button.disabled, "it covers the same machines"
    assert not form_of(session, size="Standard_D4as_v5").check_button.disabled


def test_a_refusal_is_shown_in_the_services_words(session):
    form = form_of(session)
    confirm(form)
    session.set_fault("checkout", "refuse", status=400, code=800009)
    press(form.confirmation.button)
    assert form.outcome.state == "REJECTED"
    assert "  Not bought" in lines(form)
    assert form.outcome.sentence in snapshot(form)
    assert orders_of(session, form) == []


def test_the_reservation_is_shown_once_it_is_there(session):
    form = form_of(session)
    confirm(form)
    press(form.confirmation.button)
    form.result.waits[0].click()
    assert form.outcome.reservation
    assert f"  Reservation: {form.outcome.reservation}" in lines(form)
    form.look_again()
    assert f"  Reservation: {form.outcome.reservation}" in lines(form)


def test_after_a_week_the_use_of_the_reservation_is_told(session):
    form = form_of(session)
    confirm(form)
    press(form.confirmation.button)
    form.result.waits[0].click()
    assert "  Used so far: no day is counted yet; Azure needs up to 8 hours after a day" in lines(form)
    form.result.waits[1].click()
    assert any(
        line.startswith("  Used so far: ") and line.endswith("2026-11-16 to 2026-11-22")
        for line in lines(form)
    )


def test_a_use_that_cannot_be_read_hides_nothing_of_the_order(session):
    form = form_of(session)
    confirm(form)
    press(form.confirmation.button)
    form.result.waits[0].click()
    session.set_fault("reservationSummaries", "refuse", status=403)
    form.look_again()
    assert f"  Reservation: {form.outcome.reservation}" in lines(form)
    assert any(line.startswith("  Used so far: not known: ") for line in lines(form))


def test_a_world_that_was_started_anew_takes_no_order_of_the_old_one(session):
    form = form_of(session)
    confirm(form)
    session.reset()
    press(form.confirmation.button)
    assert form.outcome is None
    assert any("Make a new quote here." in line for line in lines(form))
    assert orders_of(session, form) == []


def test_no_cart_is_made_before_the_press(session, monkeypatch):
    made = []
    create = carts.create_cart
    monkeypatch.setattr(carts, "create_cart", lambda *told: made.append(told) or create(*told))
    form = form_of(session)
    confirm(form)
    assert made == []
    press(form.confirmation.button)
    assert len(made) == 1
