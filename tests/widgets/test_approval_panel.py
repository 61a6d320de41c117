"""A purchase above the limit of one person: asked for on the form, approved or refused by somebody else (A13)."""

from functools import cache

import pytest
from hands import press, type_into

from bespeak import approval_phrase, connect, customer_details, customers, phrase_parts, read_prices
from bespeak.clients.partner_center import carts, orders
from bespeak_widgets import ApprovalPanel, ReservationForm, snapshot

ADVICE = {
    "scope": "shared",
    "size": "Standard_D2s_v5",
    "region": "polandcentral",
    "term": "P1Y",
    "quantity": 4,
}


@pytest.fixture(scope="module")
def world():
    return connect()


@pytest.fixture
def session(world):
    """The sandbox as it is at its start, with a limit above which a second person must approve."""
    world.reset()
    (world.home / "limits.toml").write_text(
        'currency = "USD"\norder = "100000.00"\napprove_above = "1000.00"\n', encoding="utf-8"
    )
    return world


@cache
def details_of(session):
    table = customers(session)
    return customer_details(session, table[table["name"] == "Contoso"]["customer_id"].iloc[0])


@cache
def prices_of(session):
    return read_prices(session, details_of(session))


def asked(session, **changes):
    """A form on which a purchase was confirmed that needs a second person."""
    form = ReservationForm(session, details_of(session), ADVICE | changes, prices=prices_of(session))
    form.check()
    type_into(form.confirmation.phrase, " ".join(phrase_parts(form.plan).values()))
    press(form.confirmation.button)
    return form


def approve(panel, form):
    type_into(panel.typed.phrase, approval_phrase(form.plan))
    press(panel.typed.button)


def lines(widget):
    return [line.strip() for line in snapshot(widget).splitlines()]


def orders_of(session):
    session.advance(minutes=20)
    return session.door.collect(orders.list_orders(details_of(session).customer_id))


def test_the_form_says_before_the_phrase_that_a_second_person_is_needed(session):
    form = ReservationForm(session, details_of(session), ADVICE, prices=prices_of(session))
    assert any("needs the approval of a second person" in line for line in lines(form))
    form.check()
    told = lines(form)
    assert told.index("Look twice") < told.index("What cannot be undone")
    assert "[ Ask for approval ] (disabled)" in told


def test_a_purchase_over_a_limit_is_blocked_before_the_phrase(session):
    form = ReservationForm(
        session, details_of(session), ADVICE | {"quantity": 4000}, prices=prices_of(session)
    )
    assert any("over the limit of USD 100,000.00" in line for line in lines(form))
    assert form.check_button.disabled


def test_asking_sends_nothing_and_says_so(session, monkeypatch):
    monkeypatch.setattr(carts, "create_cart", lambda *_: pytest.fail("a cart was made"))
    told = lines(asked(session))
    assert any(line.startswith("A second person is asked: nothing was sent") for line in told)
    assert "[ Buy ]" in told


def test_buying_before_the_approval_sends_nothing(session):
    form = asked(session)
    press(form.confirmation.button)
    assert form.outcome is None
    assert orders_of(session) == []


def test_the_second_person_sees_what_is_charged_and_who_asked_read_afresh(session):
    form = asked(session)
    told = lines(ApprovalPanel(session, session.as_colleague()))
    assert "Customer: Contoso" in told
    assert "What: 4 x Standard_D2s_v5 in polandcentral, P1Y" in told
    assert "Will be charged: in all: USD 2,376.00" in told
    assert f"Confirmed by: {session.person.name}" in told
    assert any("signed in: sales-agent@sandbox.example" in line for line in told)
    assert approval_phrase(form.plan) not in "\n".join(told)


def test_an_approved_purchase_is_bought_by_whoever_asked(session):
    form = asked(session)
    panel = ApprovalPanel(session, session.as_colleague())
    approve(panel, form)
    assert any(line.startswith("sales-agent@sandbox.example approved 4 x") for line in lines(panel))
    press(form.confirmation.button)
    assert form.outcome.state == "DONE"
    assert len(orders_of(session)) == 1


def test_the_approval_of_whoever_asked_is_refused_in_words(session):
    form = asked(session)
    panel = ApprovalPanel(session, session)
    approve(panel, form)
    assert any(line.startswith("! ") and "whoever confirms cannot approve" in line for line in lines(panel))
    press(form.confirmation.button)
    assert form.outcome is None


def test_a_refused_purchase_is_not_bought(session):
    form = asked(session)
    panel = ApprovalPanel(session, session.as_colleague())
    panel.reason.value = "too early"
    press(panel.no)
    assert any("refused 4 x Standard_D2s_v5" in line for line in lines(panel))
    press(form.confirmation.button)
    assert form.outcome.state == "REJECTED"
    assert orders_of(session) == []


def test_a_refusal_needs_a_reason(session):
    asked(session)
    assert ApprovalPanel(session, session.as_colleague()).no.disabled


def test_a_cell_can_neither_approve_nor_refuse(session):
    form = asked(session)
    panel = ApprovalPanel(session, session.as_colleague())
    panel.typed.phrase.value = approval_phrase(form.plan)
    panel.typed.button.click()
    panel.reason.value = "a program says so"
    panel.no.click()
    press(form.confirmation.button)
    assert form.outcome is None


def test_a_price_that_moved_stops_the_approval(session, monkeypatch):
    form = asked(session)
    told = prices_of(session).reservations
    unit = form.plan.unit + form.plan.unit
    assert len(told)
    monkeypatch.setattr("bespeak.buying.charge.current_price", lambda *_: unit)
    panel = ApprovalPanel(session, session.as_colleague())
    assert any(line.startswith("! The price for one instance was") for line in lines(panel))
    assert "[ Approve ]" not in snapshot(panel)


def test_without_a_waiting_purchase_the_panel_says_so(session):
    assert "No purchase waits for a second person." in lines(ApprovalPanel(session, session.as_colleague()))


def test_in_the_sandbox_the_colleague_can_be_played_on_the_same_page(session):
    form = asked(session)
    form.steps.second.play.click()
    (panel,) = form.steps.second._place.children
    approve(panel, form)
    press(form.confirmation.button)
    assert form.outcome.state == "DONE"


def test_an_edit_takes_the_question_away(session):
    form = asked(session)
    type_into(form.fields.quantity, "5")
    assert "A second person is asked" not in snapshot(form)
