"""The form and the desk in a world that costs money: locked with its reason until a person unlocks it (A20, T-02)."""

import sys
from pathlib import Path

import pytest

from bespeak import customer_details, customers
from bespeak.worlds import WORLDS
from bespeak_widgets import ReservationDesk, ReservationForm, snapshot

# Test files are imported without a package; this makes the fakes of the worlds findable.
sys.path.insert(0, str(Path(__file__).parents[1] / "worlds"))
from fake_worlds import fake

ADVICE = {"size": "Standard_D2s_v5", "region": "polandcentral", "term": "P1Y", "quantity": 4}
STYLE = Path(__file__).parents[2] / "widgets" / "bespeak_widgets" / "order.css"


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    return fake("live", tmp_path_factory.mktemp("homes"))


@pytest.fixture
def form(live):
    live.session.lock()
    table = customers(live.session)
    details = customer_details(live.session, table[table["name"] == "Contoso"]["customer_id"].iloc[0])
    return ReservationForm(live.session, details, ADVICE)


def lines(widget):
    return [line.strip() for line in snapshot(widget).splitlines()]


def test_a_locked_form_says_why_and_lets_nothing_be_pressed(form):
    told = lines(form)
    assert "LOCKED: nothing can be bought" in told
    assert told[told.index("Before you can buy:") + 1].startswith(
        "Live is locked: an order would cost real money"
    )
    assert form.check_button.disabled
    assert form.steps.dry_run_button.disabled
    assert form.confirmation.button.disabled


def test_unlocking_opens_the_form_and_locking_closes_it_again(live, form):
    live.unlock()
    assert not form.check_button.disabled
    assert "Check the offer: its price is read anew." in lines(form)
    live.session.lock()
    assert form.check_button.disabled


def test_the_charge_names_the_tenant_and_who_is_signed_in(live, form):
    live.unlock()
    form.check()
    told = next(line for line in lines(form) if "The price was read from Partner Center" in line)
    assert live.session.person.tenant_id in told
    assert f"signed in: {live.session.person.name}" in told
    assert "world: live" in told


def test_an_error_on_the_form_names_the_world_and_what_it_means_for_money(live, form, monkeypatch):
    live.unlock()
    monkeypatch.setattr("bespeak_widgets.order_steps.check_offer", lambda *_, **__: 1 / 0)
    form.check()
    told = lines(form)
    at = next(i for i, line in enumerate(told) if line.startswith("! "))
    assert told[at + 1] == "Nothing was bought. World: live."


def test_form_and_desk_wear_the_class_of_their_world(live, form, tmp_path):
    desk = ReservationDesk(live.session, customer="nobody", folder=str(tmp_path))
    assert "in-live" in form._dom_classes
    assert "in-live" in desk._dom_classes


def test_the_desk_shows_one_lock_and_the_form_on_it_follows_it(live, tmp_path):
    live.session.lock()
    desk = ReservationDesk(live.session, customer="nobody", folder=str(tmp_path))
    assert snapshot(desk).count("LOCKED: nothing can be bought") == 1
    assert desk.form.lock is desk.lock


@pytest.mark.parametrize("world", WORLDS)
def test_the_style_of_the_form_has_the_colour_of_each_world(world):
    style = STYLE.read_text(encoding="utf-8")
    assert f".bespeak.in-{world}, .bespeak .in-{world} {{ --w: {WORLDS[world].colour}; }}" in style
