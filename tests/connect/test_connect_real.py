"""connect_integration and connect_live: only by name, only for the tenant that is meant, only for a person."""

from __future__ import annotations

import inspect
import sys
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

import bespeak
from bespeak.clients import real_door
from bespeak.clients.real_session import IntegrationSession, LiveSession
from bespeak.clients.session import SandboxSession
from bespeak.errors import InputError, SignInError

sys.path.insert(0, str(Path(__file__).parents[1] / "worlds"))
from fake_worlds import ANNA, TENANT_ID, FakeTokens

connecting = sys.modules["bespeak.connect"]
SETTINGS = """[integration]
tenant = "contoso-test.example"
client_id = "11111111-2222-3333-4444-555555555555"
[live]
tenant = "contoso.example"
client_id = "11111111-2222-3333-4444-555555555556"
"""


class Asked(FakeTokens):
    """Tokens that note whether a person was asked to sign in."""

    def __init__(self, person=None, after=ANNA):
        super().__init__(person)
        self.after, self.times = after, 0

    def sign_in(self):
        self.times += 1
        self.who = self.after
        return self.after


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """The settings of a user whose folders are the test's, and no Lab."""
    monkeypatch.delenv("BESPEAK_SANDBOX", raising=False)
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_a, **_k: str(tmp_path / "data"))
    monkeypatch.setattr("platformdirs.user_config_dir", lambda *_a, **_k: str(tmp_path / "config"))
    path = tmp_path / "config" / "bespeak.toml"
    path.parent.mkdir()
    path.write_text(SETTINGS, encoding="utf-8")
    return path


@pytest.fixture
def tokens(monkeypatch):
    """Who signs in; the sign-in itself has tests of its own."""
    asked = Asked()
    monkeypatch.setattr("bespeak.clients.entra.opening.open_tokens", lambda *_a, **_k: asked)
    monkeypatch.setattr("bespeak.clients.key_store.KeyStore._tried", lambda _self: "no store in a test")
    return asked


def test_each_gives_its_class_for_whoever_signs_in(settings, tokens):
    live, integration = bespeak.connect_live("contoso.example"), bespeak.connect_integration(settings)
    assert (type(live), type(integration)) == (LiveSession, IntegrationSession)
    assert (live.where, live.person, tokens.times) == (
        "partner tenant contoso.example, global cloud",
        ANNA,
        1,
    )
    assert live.locked
    assert live.home.parts[-2:] == ("live", TENANT_ID)


@pytest.mark.usefixtures("settings")
def test_who_is_signed_in_already_is_not_asked(tokens):
    tokens.who = ANNA
    bespeak.connect_live("Contoso.Example")
    assert tokens.times == 0


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize("named", ["contoso-test.example", "fabrikam.example", ""])
def test_live_opens_for_the_tenant_of_the_settings_only(tokens, named):
    with pytest.raises(InputError, match="so nothing is opened"):
        bespeak.connect_live(named)
    assert tokens.times == 0


@pytest.mark.usefixtures("tokens")
def test_a_tenant_id_must_be_that_of_the_sign_in(settings):
    settings.write_text(SETTINGS.replace("contoso.example", TENANT_ID[:-1] + "9"), encoding="utf-8")
    with pytest.raises(InputError, match="another tenant"):
        bespeak.connect_live(TENANT_ID[:-1] + "9")
    settings.write_text(SETTINGS.replace("contoso.example", TENANT_ID), encoding="utf-8")
    assert bespeak.connect_live(TENANT_ID).instance == TENANT_ID


def test_live_is_not_opened_for_an_application(settings, tokens):
    settings.write_text(SETTINGS + 'sign_in = "app_only"\n', encoding="utf-8")
    with pytest.raises(InputError, match="opened for a person"):
        bespeak.connect_live("contoso.example")
    assert tokens.times == 0


@pytest.mark.usefixtures("settings")
def test_a_sign_in_that_fails_opens_nothing(tokens):
    tokens.after = None
    with pytest.raises(SignInError):
        bespeak.connect_live("contoso.example")


@pytest.mark.usefixtures("tokens")
def test_a_secret_in_a_dotenv_beside_the_settings_keeps_live_closed(settings):
    settings.with_name(".env").write_text("CLIENT_SECRET=canary\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"\.env"):
        bespeak.connect_live("contoso.example")
    bespeak.connect_integration()


@pytest.mark.usefixtures("tokens")
def test_a_world_without_settings_says_where_they_belong(settings):
    settings.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=r"no section \[integration\]"):
        bespeak.connect_integration()


@pytest.mark.usefixtures("settings", "tokens")
def test_no_setting_and_no_variable_makes_connect_anything_but_the_sandbox(monkeypatch):
    for name in ("BESPEAK_WORLD", "BESPEAK_LIVE", "BESPEAK_TENANT", "BESPEAK_ENV"):
        monkeypatch.setenv(name, "live")
    assert isinstance(bespeak.connect(), SandboxSession)


def test_no_public_way_takes_an_address():
    """F-84: an address comes from the list of clouds only, or is that of the sandbox on this machine."""
    taken = {
        name
        for function in (
            bespeak.connect_live,
            bespeak.connect_integration,
            bespeak.connect,
            bespeak.private_sandbox,
        )
        for name in inspect.signature(function).parameters
    }
    assert taken == {"tenant", "settings", "sign_in", "show", "seed", "scenario"}


def test_a_variable_of_the_sandbox_leads_to_no_address_of_microsofts(settings, monkeypatch):
    del settings
    told = '{"url": "https://api.partnercenter.microsoft.com", "token": "t"}'
    monkeypatch.setenv("BESPEAK_SANDBOX", told)
    with pytest.raises(InputError, match="not on this machine"):
        bespeak.connect()


@pytest.mark.parametrize(
    ("proxy", "used"),
    [("", ""), ("environment", "http://corp.example:8080"), ("http://p.example:1", "http://p.example:1")],
)
@pytest.mark.usefixtures("tokens")
def test_live_uses_a_proxy_only_if_its_settings_say_so(settings, monkeypatch, proxy, used):
    made = []
    kept = httpx.Client
    monkeypatch.setattr(real_door.httpx, "Client", lambda **told: made.append(told) or kept())
    monkeypatch.setenv("HTTPS_PROXY", "http://corp.example:8080")
    settings.write_text(SETTINGS + f'proxy = "{proxy}"\n', encoding="utf-8")
    bespeak.connect_live("contoso.example")
    assert [(told["proxy"] or "", told["trust_env"], told["follow_redirects"]) for told in made] == [
        (used, False, False)
    ]


def test_certificates_are_always_checked_against_the_roots_of_the_system():
    context = real_door.system_roots()
    assert context.check_hostname
    assert context.verify_mode.name == "CERT_REQUIRED"
    assert "verify" not in inspect.signature(real_door.real_door).parameters


@pytest.mark.usefixtures("settings")
def test_a_device_code_is_not_shown_where_it_would_be_saved(monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: False, raising=False)
    with pytest.raises(SignInError, match="in a terminal"):
        connecting._show("code")


@pytest.mark.usefixtures("settings")
def test_a_person_without_a_second_factor_reads_live_and_never_writes(tokens):
    tokens.after = replace(ANNA, second_factor=False)
    assert "second factor" in bespeak.connect_live("contoso.example").locked
