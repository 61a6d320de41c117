"""A sandbox that is gone, and one that is slow: what a person is told, and that the page and what is typed stay."""

import asyncio
import json
import threading

import pytest

import bespeak
from bespeak.sandbox import World
from bespeak.sandbox.server import serve
from bespeak_widgets import CustomerLookup, ReservationForm, VmSizing
from bespeak_widgets.panel import snapshot

TOKEN = "a-token-for-this-test"
AWAY = "Is 'bespeak lab' still running? Start it again, then repeat this."
ADVICE = {
    "scope": "shared",
    "size": "Standard_D2s_v5",
    "region": "polandcentral",
    "term": "P1Y",
    "quantity": 4,
}


class Served:
    """A sandbox on this machine that can be stopped, and started again at the same address."""

    def __init__(self):
        self.port = 0
        self.start()

    def start(self):
        self._server = serve(World.demo(), self.port, TOKEN)
        self.port = self._server.port
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()

    def stop(self):
        if self._thread.is_alive():
            self._server.close()
            self._thread.join(timeout=10)


@pytest.fixture
def served(monkeypatch, tmp_path):
    """The world that ``connect()`` finds, as in a Lab; a repeat waits no time."""
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_, **__: str(tmp_path))
    monkeypatch.setattr("time.sleep", lambda _: None)
    server = Served()
    address = {"url": f"http://127.0.0.1:{server.port}", "token": TOKEN}
    monkeypatch.setenv("BESPEAK_SANDBOX", json.dumps(address))
    yield server
    server.stop()


def lines(widget):
    return [line.strip() for line in snapshot(widget).splitlines()]


def type_into(field, name, text):
    """What the page sends when a person types into the field."""
    field.set_state({name: text})


@pytest.fixture(scope="module")
def session():
    """A sandbox in this process."""
    return bespeak.connect()


@pytest.fixture(scope="module")
def contoso(session):
    return bespeak.find_customer(session, "Contoso")


class TestUnreachable:
    def test_connecting_says_what_to_start(self, served):
        served.stop()
        with pytest.raises(bespeak.UnreachableError) as caught:
            bespeak.connect()
        assert caught.value.next_step.startswith(AWAY)
        assert TOKEN not in str(caught.value)

    def test_a_session_that_loses_it_still_shows_itself(self, served):
        session = bespeak.connect()
        served.stop()
        assert repr(session) == "Session(sandbox, shared by this Lab, out of reach, synthetic data)"

    def test_the_lookup_says_so_and_keeps_what_is_typed(self, served):
        session = bespeak.connect()
        served.stop()
        lookup = CustomerLookup(session, "Contoso")
        told = next(line for line in lines(lookup) if line.startswith("! "))
        assert AWAY in told
        assert "Customer: Contoso" in lines(lookup)

    def test_the_sizing_says_so_and_keeps_the_customer(self, served):
        session = bespeak.connect()
        contoso = bespeak.find_customer(session, "Contoso")
        served.stop()
        sizing = VmSizing(session, contoso)
        assert AWAY in lines(sizing)[-2]
        assert lines(sizing)[-1].strip() == "Nothing was bought. World: sandbox."
        assert sizing.details is contoso

    def test_the_form_says_so_at_the_button_and_goes_on_when_it_is_back(self, served):
        session = bespeak.connect()
        form = ReservationForm(session, bespeak.find_customer(session, "Contoso"), ADVICE)
        type_into(form.fields.quantity, "value", "7")
        type_into(form.fields.friendly_name, "value", "my own name")
        served.stop()
        form.check()
        assert AWAY in form.steps.checking.problem.sentence
        assert (form.fields.quantity.value, form.fields.friendly_name.value) == ("7", "my own name")
        assert form.confirmation.button.disabled
        served.start()
        form.check()
        assert form.steps.checking.problem.sentence == ""
        assert form.plan.quantity == 7

    def test_a_form_that_could_not_read_the_prices_can_read_them_again(self, served):
        session = bespeak.connect()
        contoso = bespeak.find_customer(session, "Contoso")
        served.stop()
        form = ReservationForm(session, contoso, ADVICE)
        assert any(AWAY in line for line in lines(form))
        served.start()
        form._read_again.click()
        assert form.prices is not None
        assert form.fields.quantity.value == "4"

    def test_a_purchase_that_cannot_leave_buys_nothing_and_says_so(self, served):
        session = bespeak.connect()
        form = ReservationForm(session, bespeak.find_customer(session, "Contoso"), ADVICE)
        form.check()
        type_into(form.confirmation.phrase, "value", " ".join(bespeak.phrase_parts(form.plan).values()))
        served.stop()
        form.confirmation.button._handle_custom_msg({"event": "click"}, [])
        assert any(AWAY in line for line in lines(form))
        assert form.outcome is None
        assert form.fields.quantity.value == "4"


class TestSlow:
    """The page stays free while an answer takes its time: the work says what it is, and nothing typed is lost."""

    def watch(self, make, meanwhile):
        """What the widget shows at once and at the end, and how often the page's loop came round in between."""

        async def page():
            widget = make()
            first, rounds = lines(widget), 0
            waiting = asyncio.ensure_future(widget.idle())
            while not waiting.done():
                await asyncio.sleep(0.01)
                rounds += 1
                if rounds == 2:
                    meanwhile(widget)
            return first, widget, rounds

        return asyncio.run(page())

    def test_the_lookup_takes_keys_while_the_list_is_read(self, session):
        session.set_fault("GET /partner_center/v1/customers", "slow", seconds=0.5)
        first, lookup, rounds = self.watch(
            lambda: CustomerLookup(session, "Contoso"),
            lambda shown: type_into(shown._find, "text", "Fabrikam"),
        )
        assert first[1:3] == ["... Reading the list of customers", "[ Cancel ]"]
        assert rounds > 5
        assert lookup._find.text == "Fabrikam"
        assert lookup.details.name == "Fabrikam"

    def test_the_sizing_can_be_cancelled_and_read_again(self, session, contoso):
        session.set_fault("lineitems", "slow", seconds=0.5)
        first, sizing, _ = self.watch(
            lambda: VmSizing(session, contoso), lambda shown: shown._reading.cancel()
        )
        assert "... Reading the usage of Contoso" in first
        assert lines(sizing)[-1] == "! Cancelled. Nothing was changed."
        assert sizing.details is contoso
        sizing.refresh()
        assert sizing.study.details is contoso

    def test_the_form_takes_keys_while_the_prices_are_read(self, session, contoso):
        session.set_fault("price_sheets", "slow", seconds=0.5)
        first, form, rounds = self.watch(
            lambda: ReservationForm(session, contoso),
            lambda shown: type_into(shown.fields.friendly_name, "value", "my own name"),
        )
        assert "... Reading the prices" in first
        assert "Wait until the prices are read." in first
        assert rounds > 5
        assert form.fields.friendly_name.value == "my own name"
        assert form.prices is not None
