"""Faults of the form: many clicks at once, a confirmation that is almost right, a name that would leave its folder."""

from __future__ import annotations

import asyncio
import unicodedata
from datetime import date
from functools import cache
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hands import press, type_into

from bespeak import InputError, connect, customer_details, customers, markup, phrase_parts, read_prices
from bespeak.clients.partner_center import carts, orders
from bespeak.review.names import file_name, write
from bespeak_widgets import ReservationForm

ADVICE = {"size": "Standard_D2s_v5", "region": "polandcentral", "term": "P1Y", "quantity": 4}


@pytest.fixture(scope="module")
def world():
    return connect()


@pytest.fixture(scope="module")
def quiet_world():
    """A sandbox in which nothing is bought."""
    return connect()


@pytest.fixture
def session(world):
    """The sandbox as it is at its start."""
    world.reset()
    return world


@cache
def details_of(session):
    table = customers(session)
    return customer_details(session, table[table["name"] == "Contoso"]["customer_id"].iloc[0])


def form_of(session):
    details = details_of(session)
    return ReservationForm(session, details, ADVICE, prices=read_prices(session, details))


# -- F-12 -----------------------------------------------------------------------------------------------------


async def clicked(session, times, *, forced):
    """A form whose Buy was pressed so many times while the first press was at work, and as often afterwards."""
    form = await form_of(session).idle()
    form.check()
    await form.idle()
    type_into(form.confirmation.phrase, form.plan.phrase)
    states = []
    for _ in range(times):
        form.confirmation.button.disabled = form.confirmation.button.disabled and not forced
        press(form.confirmation.button)
        states.append(form.confirmation.button.disabled)
    await form.idle()
    for _ in range(times):
        press(form.confirmation.button)
    await form.idle()
    return form, states


@pytest.mark.parametrize(("times", "forced"), [(2, False), (50, False), (50, True)])
def test_f12_many_clicks_are_one_intent_and_one_order(session, monkeypatch, times, forced):
    """Also when something forces the button on between two clicks."""
    made, sent = [], []
    create, check_out = carts.create_cart, carts.check_out
    monkeypatch.setattr(carts, "create_cart", lambda *told: made.append(told) or create(*told))
    monkeypatch.setattr(carts, "check_out", lambda *told: sent.append(told) or check_out(*told))
    form, off = asyncio.run(clicked(session, times, forced=forced))
    assert forced or all(off), "the button is off from the first press on"
    assert (len(made), len(sent)) == (1, 1)
    session.advance(minutes=20)
    assert len(session.door.collect(orders.list_orders(form.details.customer_id))) == 1


# -- F-19 -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def checked(quiet_world):
    """A form that waits for its confirmation."""
    form = form_of(quiet_world)
    form.check()
    return form


@pytest.fixture(scope="module")
def unchecked(quiet_world):
    """A form that is only filled."""
    return form_of(quiet_world)


ALMOST = {
    "another case": lambda phrase: phrase.replace("Contoso", "contoso"),
    "all in capitals": str.upper,
    "a blank too many": lambda phrase: phrase.replace(" P1Y", "  P1Y"),
    "a blank at the end": lambda phrase: phrase + " ",
    "a blank at the start": lambda phrase: " " + phrase,
    "a tab in the place of a blank": lambda phrase: phrase.replace(" ", "\t", 1),
    "a blank that does not break": lambda phrase: phrase.replace(" ", "\u00a0", 1),
    "the cents are missing": lambda phrase: phrase.replace(".00", ""),
    "one cent is missing": lambda phrase: phrase.replace(".00", ".0"),
    "no comma": lambda phrase: phrase.replace(",", ""),
    "another customer": lambda phrase: phrase.replace("Contoso", "Fabrikam"),
    "another quantity": lambda phrase: phrase.replace(" 4 x", " 40 x"),
    "another currency": lambda phrase: phrase.replace("USD", "EUR"),
    "another world": lambda phrase: phrase.replace("sandbox", "live"),
    "a letter that looks the same": lambda phrase: phrase.replace("o", "\u043e", 1),
    "full-width digits": lambda phrase: phrase.replace("4", "\uff14", 1),
    "a mark that is not seen": lambda phrase: phrase + "\u200b",
    "twice": lambda phrase: f"{phrase} {phrase}",
    "the last letter is missing": lambda phrase: phrase[:-1],
    "nothing": lambda _: "",
}


@pytest.mark.parametrize("almost", ALMOST)
def test_f19_an_almost_right_confirmation_is_not_taken(checked, almost):
    typed = ALMOST[almost](checked.plan.phrase)
    type_into(checked.confirmation.phrase, typed)
    assert checked.confirmation.button.disabled
    assert not checked.confirmation.is_given


@pytest.mark.parametrize("almost", ALMOST)
def test_f19_what_is_expected_is_said_without_the_phrase_to_copy(checked, almost):
    phrase = checked.plan.phrase
    type_into(checked.confirmation.phrase, ALMOST[almost](phrase))
    hint = checked.confirmation._typed._hint.value
    assert any(
        words in hint for words in ("Type it in this order", "Right so far", "Not as it stands", "behind the")
    )
    assert phrase not in markup.text_of(hint)
    assert "<mark" not in hint
    assert "style" not in hint


def test_f19_the_same_letters_in_another_unicode_form_are_right(checked):
    type_into(checked.confirmation.phrase, unicodedata.normalize("NFD", checked.plan.phrase))
    assert checked.confirmation.is_given


def test_f19_the_parts_joined_by_a_blank_are_right(checked):
    type_into(checked.confirmation.phrase, " ".join(phrase_parts(checked.plan).values()))
    assert checked.confirmation.is_given


# -- F-58 -----------------------------------------------------------------------------------------------------

NAMES = (
    "../../x",
    "..\\..\\x",
    "/etc/x",
    "C:\\x",
    "\\\\server\\share",
    "CON",
    "nul.txt",
    "a/b",
    "a:b",
    "x" * 300,
    "",
    ".",
    "..",
    ".hidden",
    "-rf",
    "a\x00b",
    "a\nb",
    "name.",
    "name ",
    "\u202efdp.exe",
    "株式会社",
    "%2e%2e%2fx",
    "~root",
    "$HOME",
)
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{name}{n}" for name in ("COM", "LPT") for n in range(10))}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("place", ["customer", "what"])
def test_f58_whatever_a_customer_is_called_the_name_of_the_file_is_safe(name, place):
    told = {"customer": "Contoso", "what": "review"} | {place: name}
    made = file_name("sandbox", told["customer"], date(2026, 11, 16), told["what"], "html")
    assert len(made) <= 160
    assert made == PurePosixPath(made).name == PureWindowsPath(made).name
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    assert made.count(".") == 1
    assert made.split(".")[0].upper() not in _RESERVED
    assert made.startswith("sandbox-")


@pytest.mark.parametrize("name", NAMES)
def test_f58_the_file_stays_in_its_folder(tmp_path, name):
    folder = tmp_path / "out"
    path = folder / file_name("sandbox", name, date(2026, 11, 16), "review", "html")
    made = write(path, lambda out: out.write("x"))
    assert made.resolve().parent == folder.resolve()
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_f58_nothing_is_overwritten_unasked(tmp_path):
    path = tmp_path / "review.html"
    path.write_text("changed by hand", encoding="utf-8")
    made = write(path, lambda out: out.write("new"))
    assert (made.name, made.read_text(encoding="utf-8")) == ("review-2.html", "new")
    assert path.read_text(encoding="utf-8") == "changed by hand"


def test_f58_the_same_once_more_is_no_second_file(tmp_path):
    path = tmp_path / "review.html"
    first = write(path, lambda out: out.write("same"))
    assert write(path, lambda out: out.write("same")) == first
    assert [one.name for one in tmp_path.iterdir()] == ["review.html"]


def test_f58_a_folder_that_has_the_name_of_the_file_stays(tmp_path):
    (tmp_path / "review.html").mkdir()
    assert write(tmp_path / "review.html", lambda out: out.write("x")).name == "review-2.html"


def test_f58_a_folder_that_cannot_be_made_is_refused_in_words(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="Choose another folder"):
        write(tmp_path / "file" / "review.html", lambda out: out.write("x"))


@pytest.mark.parametrize("name", ["../../x", "C:\\x", "a/b", ".hidden", "x" * 300, "a\nb", "<b>"])
def test_f58_a_friendly_name_that_cannot_be_is_refused_below_its_field(unchecked, name):
    type_into(unchecked.fields.friendly_name, name)
    assert unchecked.check_button.disabled
    assert unchecked.fields.noted["friendly_name"]._problem.value
