"""``bespeak keys``: secrets go into the key store of the system, typed unseen, and none is ever shown."""

from __future__ import annotations

import pytest

from bespeak import keys_command
from bespeak.clients.entra.applications import AppOnlySignIn, SecureAppModelSignIn
from bespeak.clients.entra.choosing import CERTIFICATE
from bespeak.clients.key_store import KeyStore
from bespeak.clients.secret import Secret
from bespeak.errors import InputError

CANARY = "canary-91c2"


class Place:
    """An encrypted place of the system, in memory."""

    is_encrypted = True

    def __init__(self, kept, where):
        self.kept, self.where = kept, where

    def save(self, content):
        self.kept[self.where] = content

    def load(self):
        return self.kept[self.where]


@pytest.fixture
def store(tmp_path):
    kept = {}
    return KeyStore(tmp_path / "keys", lambda where: Place(kept, where))


@pytest.fixture
def run(store):
    def run(*arguments, typed=CANARY):
        return keys_command.main(arguments, open_store=lambda: store, ask=lambda _: typed)

    return run


def test_what_is_typed_is_kept_and_never_shown(run, store, capsys):
    assert run("set", "client-secret") == 0
    assert run("list") == 0
    shown = "".join(capsys.readouterr())
    assert store.read_secret("client-secret") == Secret(CANARY)
    assert CANARY not in shown
    assert [line.split() for line in shown.splitlines()[-3:]] == [
        ["client-secret", "kept"],
        ["client-certificate", "none"],
        ["secure-app-model", "none"],
    ]


def test_a_certificate_comes_from_its_file_which_is_to_be_deleted(run, store, tmp_path, capsys):
    (tmp_path / "app.pem").write_text(CANARY, encoding="ascii")
    run("set", "client-certificate", "--file", str(tmp_path / "app.pem"))
    assert store.read_secret("client-certificate") == Secret(CANARY)
    assert "Delete app.pem now" in capsys.readouterr().out


def test_a_forgotten_secret_is_gone(run, capsys):
    run("set", "secure-app-model")
    run("forget", "secure-app-model")
    run("list")
    assert "kept\n" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        (("set", "password"), CANARY, "no secret called 'password'"),
        (("set", "client-secret"), "  ", "empty, so nothing was kept"),
        (("set", "client-secret", "--file", "a.txt"), CANARY, "Only a certificate is read from a file"),
        (("set", "client-certificate"), CANARY, "too long to type"),
        (("set", "client-certificate", "--file", "nowhere.pem"), CANARY, "nowhere.pem cannot be read"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(run, arguments, typed, said):
    with pytest.raises(InputError, match=said) as refused:
        run(*arguments, typed=typed)
    assert CANARY not in str(refused.value)


def test_without_a_store_of_the_system_nothing_is_asked_for(tmp_path):
    def none(_where):
        raise ImportError("no such thing here")

    store = KeyStore(tmp_path / "keys", none)
    with pytest.raises(InputError, match="no encrypted store"):
        keys_command.main(
            ["set", "client-secret"], open_store=lambda: store, ask=lambda _: pytest.fail("asked")
        )


def test_the_names_are_those_that_the_ways_to_sign_in_look_for():
    way = SecureAppModelSignIn()
    assert set(keys_command.NAMES) == {AppOnlySignIn().secret, way.secret, way.refresh_token, CERTIFICATE}
