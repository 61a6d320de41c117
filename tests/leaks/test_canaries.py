"""No secret is in anything that is left of any flow; with every break: ``python tests/leaks/canaries.py``."""

import base64
import pickle
from urllib.parse import quote

import pytest
from canaries import run
from secrets_seen import CANARIES, Notes, verbose
from sign_in_flows import Service, tokens

from bespeak.clients.entra.applications import AppOnlySignIn
from bespeak.clients.forgetting import without_locals

pytestmark = pytest.mark.slow
SECRET = CANARIES["refresh token"]


@pytest.fixture(scope="module")
def on(tmp_path_factory):
    """All flows once, each kind of break and each place at least once."""
    return run(tmp_path_factory.mktemp("canaries"), every=False)


def test_no_secret_is_anywhere_to_be_read(on) -> None:
    assert on.notes.finds(on.secrets) == []


def test_there_are_enough_flows_and_artefacts_and_secrets(on) -> None:
    assert len(on.notes.left) >= 250
    assert len(CANARIES) >= 12
    assert len(on.secrets) > len(CANARIES) + 3  # those that the sandbox's sign-in has given


@pytest.mark.parametrize("ending", [".sqlite", ".html", ".xlsx", ".csv"])
def test_the_files_of_every_kind_were_looked_at(on, ending) -> None:
    assert any(artefact.endswith(ending) and content for (_, artefact), content in on.notes.left.items())


@pytest.mark.parametrize(
    ("flow", "artefact", "words"),
    [
        ("widgets", "state", b"Wingtip Toys"),
        ("notebook", "saved with outputs", b"Wingtip Toys"),
        ("notebook", "HTML", b"Wingtip Toys"),
        ("sign in, device code, let in", "value: text", b"me@partner.example"),
        ("sign in, application with a secret, let in", "value: text", b"Secret(***)"),
        ("read, refused", "error: %tb Verbose", b"RefusedError"),
        ("crash", "dump", b"Current thread"),
    ],
)
def test_what_was_looked_at_holds_what_it_should(on, flow, artefact, words) -> None:
    assert words in on.notes.left[flow, artefact]


@pytest.mark.parametrize(
    "left",
    [
        SECRET.encode(),
        quote(SECRET, safe="").encode(),
        SECRET.encode("utf-16-le"),
        SECRET.encode("utf-16-be"),
        SECRET.encode().hex().encode(),
        *(base64.b64encode(b"x" * skip + SECRET.encode() + b"yz") for skip in range(3)),
        *(base64.urlsafe_b64encode(b"x" * skip + SECRET.encode() + b"yz") for skip in range(3)),
        pickle.dumps({"token": SECRET}),
    ],
)
def test_a_secret_is_found_in_every_encoding(left) -> None:
    notes = Notes()
    notes.put("flow", "artefact", b"before " + left + b" after")
    assert notes.finds({"it": SECRET}) == ["it in flow, artefact"]


def test_a_secret_in_a_variable_is_found_and_forgotten() -> None:
    def work() -> None:
        token = str(2**64)  # so that the lines that are shown hold it nowhere
        raise ValueError(len(token))

    def wrapped() -> None:
        with without_locals():
            work()

    with pytest.raises(ValueError, match="20") as loud:
        work()
    with pytest.raises(ValueError, match="20") as quiet:
        wrapped()
    assert str(2**64) in verbose(loud.value)
    assert str(2**64) not in verbose(quiet.value)
    assert "work" in verbose(quiet.value)


def test_tokens_are_given_masked(tmp_path) -> None:
    given = tokens(tmp_path / "keys", Service(), AppOnlySignIn()).token("arm", None)
    assert repr(given) == "Secret(***)"
    assert given.reveal().endswith(CANARIES["token for Azure"])
