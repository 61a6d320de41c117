"""The key of the world and the access tokens are in no text, error, log, file, journal or widget (C3, C4)."""

from __future__ import annotations

import json
import logging
import threading
import traceback
from pathlib import Path

import ipywidgets
import pytest

from bespeak.buying import buy, dry_run, find_offer, look_again, plan, quote, read_prices
from bespeak.clients.secret import Secret
from bespeak.clients.sign_in import Grant
from bespeak.connect import connect
from bespeak.customers import find_customer
from bespeak.errors import ServiceError
from bespeak.review import save_study_page, save_study_tables, study
from bespeak.sandbox import World, serve
from bespeak_widgets import ReservationDesk

KEY = "canary-key-of-the-world"


@pytest.fixture
def tokens(monkeypatch):
    """Every secret that is used, the tokens that the sign-in gives included."""
    known = {KEY}
    made = Grant.__init__

    def noted(self, token, lasts):
        known.add(token.reveal())
        made(self, token, lasts)

    monkeypatch.setattr(Grant, "__init__", noted)
    return known


@pytest.fixture(params=["in this kernel", "served"])
def session(request, monkeypatch, tmp_path):
    """A session whose pauses between tries are left out."""
    monkeypatch.setattr("bespeak.clients.sandbox_door.time.sleep", lambda _seconds: None)
    if request.param == "in this kernel":
        monkeypatch.delenv("BESPEAK_SANDBOX", raising=False)
        monkeypatch.setattr("secrets.token_urlsafe", lambda _size: KEY)
        yield connect()
        return
    for variable in ("XDG_DATA_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "user"))
    server = serve(World.demo(instance="canary"), 0, KEY)
    thread = threading.Thread(target=server.run)
    thread.start()
    monkeypatch.setenv("BESPEAK_SANDBOX", json.dumps({"url": server.url, "token": KEY}))
    yield connect()
    server.close()
    thread.join()


def chain(error):
    """An error with all that led to it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def text_of(error):
    """What any reader of an error can print: its text, its members, the requests that it holds."""
    found = ["".join(traceback.format_exception(error))]
    for one in chain(error):
        held = getattr(one, "_request", None)
        found += [repr(one), str(one), repr(vars(one)), "" if held is None else str(held.headers.raw)]
    return found


def troubles(session, details):
    """The texts of every kind of error that a purchase or a read can end in."""
    for match, kind, more in (
        ("customers", "refuse", {"status": 403, "code": 2032}),
        ("customers", "not_json", {"times": 5}),
        ("customers", "lose_answer", {"times": 5}),
    ):
        session.set_fault(match, kind, **more)
        with pytest.raises(ServiceError) as caught:
            find_customer(session, details.name)
        yield from text_of(caught.value)


def bought(session, details, intent, **more):
    wanted = quote(
        details,
        read_prices(session, details),
        azure_subscription_id=details.azure_subscriptions["azure_subscription_id"].iloc[0],
        size="Standard_D4s_v5",
        region="polandcentral",
        term="P1Y",
        quantity=2,
        **more,
    )
    return plan(wanted, find_offer(session, details, wanted), intent_id=intent)


@pytest.mark.slow
def test_no_secret_is_anywhere_to_be_read(session, tokens, tmp_path, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    texts = [repr(session), repr(session.door), repr(vars(session)), repr(vars(session.door))]
    details = find_customer(session, "Wingtip Toys")
    made = bought(session, details, "first")
    texts += [repr(details), repr(made), made.phrase, dry_run(session, made).to_csv()]
    session.set_fault("checkout", "lose_answer")
    texts += [repr(buy(session, made, made.phrase))]
    session.advance(minutes=20)
    texts += [repr(look_again(session, "first"))]

    found = study(session, details)
    save_study_page(tmp_path / "saved", found)
    save_study_tables(tmp_path / "saved", found)
    desk = ReservationDesk(session, customer="Wingtip Toys")
    texts += [repr(desk), str(desk)]
    texts += [repr(one.get_state()) for one in list(ipywidgets.widgets.widget._instances.values())]
    texts += list(troubles(session, details))

    files = [
        path for folder in (tmp_path, Path(session.home)) for path in folder.rglob("*") if path.is_file()
    ]
    texts += [path.read_bytes().decode("latin-1") for path in files]
    texts += [caplog.text, *capfd.readouterr()]
    assert len(tokens) >= 3
    assert any(path.suffix == ".sqlite" for path in files)
    assert any(path.suffix == ".html" for path in files)
    assert "Wingtip" in "".join(texts)
    assert [text[:200] for text in texts if any(secret in text for secret in tokens)] == []


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{:>20}".format])
def test_a_secret_shows_nothing(show):
    assert KEY not in show(Secret(KEY))
