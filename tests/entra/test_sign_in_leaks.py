"""Nothing that signs in gives a secret away: not by its text, a copy, a log or an error (F-61, F-62)."""

import base64
import copy
import json
import logging
import pickle
import traceback

import httpx
import pytest

from bespeak.clients.entra.applications import AppOnlySignIn, SecureAppModelSignIn
from bespeak.clients.entra.http import EntraAnswer, StandIn
from bespeak.clients.entra.identity import (
    claims_of,
    explain_missing_second_factor,
    person_of,
    second_factor_of,
)
from bespeak.clients.entra.ways import Desk, DeviceCodeSignIn
from bespeak.clients.secret import Secret
from bespeak.clients.session import Person
from bespeak.errors import BespeakError, InputError, SignInError, UnreadableError

CANARY = "client-secret-canary"


@pytest.fixture
def ways(stage):
    return {
        "browser": stage.browser(),
        "device": DeviceCodeSignIn(lambda _: None, lambda _: None),
        "app": AppOnlySignIn(),
        "secure": SecureAppModelSignIn(consent=stage.browser()),
    }


def test_objects_show_and_copy_nothing(stage, ways):
    store = stage.store()
    store.store_secret("client-secret", Secret(CANARY))
    tokens = stage.tokens(store=store)
    tokens.sign_in()
    token = tokens.token("partner_center", None).reveal()
    http = stage.http()
    objects = [
        tokens,
        store,
        http,
        Desk(object(), http, store),
        EntraAnswer(200, token, {"set-cookie": token}),
    ]
    objects.append(StandIn("http://sandbox.localhost/login", Secret(CANARY)))
    for one in [*objects, *ways.values()]:
        shown = f"{one!r}{one!s}{one}{getattr(one, '__dict__', '')}"
        assert token not in shown
        assert CANARY not in shown
        assert "world-key-canary" not in shown
    for one in objects[:-1]:
        for copied in (pickle.dumps, copy.deepcopy, copy.copy, json.dumps):
            with pytest.raises(TypeError):
                copied(one)
    with pytest.raises(TypeError):
        vars(tokens)


KINDS = [
    ("lose_answer", {}),
    ("not_json", {"status": 200}),
    ("not_json", {"status": 502}),
    ("empty", {}),
    ("cut_json", {}),
    ("redirect", {"status": 307, "value": "https://evil.test/"}),
    ("throttle", {}),
    ("gzip_bomb", {}),
    ("odd_json", {"value": "deep"}),
    ("refuse", {"code": 7000215, "status": 401}),
    ("refuse", {"code": 50076, "value": "{}"}),
    ("drop_field", {"field": "access_token"}),
]


@pytest.mark.parametrize(("kind", "more"), KINDS)
def test_f61_no_error_holds_a_secret_in_message_cause_frames_or_logs(stage, caplog, kind, more):
    caplog.set_level(logging.DEBUG)
    store = stage.store()
    store.store_secret("client-secret", Secret("world-key-canary"))
    tokens = stage.tokens(AppOnlySignIn(), store)
    stage.fault(kind=kind, times=0, **more)
    with pytest.raises(BespeakError) as caught:
        tokens.token("partner_center", None)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    frames = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [one for one in frames.stack if "tests" not in one.filename]
    assert ours
    assert "world-key-canary" not in f"{[one.locals for one in ours]}{vars(error)}{error}"
    assert all("msal" not in one.filename for one in ours)
    assert "world-key-canary" not in caplog.text


def test_nothing_of_msal_reaches_a_log(stage, caplog):
    caplog.set_level(logging.DEBUG)
    for name in ("msal.token_cache", "msal.application", "msal.oauth2cli.oauth2", "msal.authority"):
        caplog.set_level(logging.DEBUG, logger=name)
    tokens = stage.tokens()
    tokens.sign_in()
    tokens.token("arm", None)
    assert [one.name for one in caplog.records if one.name.startswith("msal")] == []
    form = stage.form(stage.asked()[0])
    assert form["code"] not in caplog.text
    assert form["code_verifier"] not in caplog.text


def test_a_sign_in_goes_to_the_host_of_its_cloud_only(stage):
    http = stage.http()
    for url in (
        "https://evil.test/login.microsoftonline.com",
        "http://login.microsoftonline.com/t",
        "https://login.microsoftonline.com.evil.test/t",
        "https://login.microsoftonline.com:8443/t",
        "https://user@login.microsoftonline.com/t",
        "https://login.microsoftonline.us/t",
    ):
        with pytest.raises(InputError, match="Nothing was sent"):
            http.get(url)
        with pytest.raises(InputError):
            http.post(url, data={"client_secret": CANARY})
    assert stage.sent == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(stage, status):
    store = stage.store()
    store.store_secret("client-secret", Secret("world-key-canary"))
    stage.fault(kind="redirect", status=status, value="http://localhost/elsewhere", times=0)
    with pytest.raises(UnreadableError, match="sends the request elsewhere, which is never followed"):
        stage.tokens(AppOnlySignIn(), store).token("partner_center", None)
    assert [request for request in stage.sent if request.url.path == "/elsewhere"] == []


def test_a_discovery_that_leads_elsewhere_gets_no_secret(stage):
    """A tenant whose addresses name another host: MSAL would go there."""
    inner = stage.client._transport

    class Lying(httpx.BaseTransport):
        def handle_request(self, request):
            answer = inner.handle_request(request)
            if request.method == "GET":
                answer.read()
                text = answer.text.replace("http://sandbox.localhost/login", "https://evil.test")
                return httpx.Response(200, stream=httpx.ByteStream(text.encode()))
            return answer

    stage.client = httpx.Client(transport=Lying(), trust_env=False)
    store = stage.store()
    store.store_secret("client-secret", Secret("world-key-canary"))
    with pytest.raises(InputError, match="another host"):
        stage.tokens(AppOnlySignIn(), store).token("partner_center", None)
    assert stage.asked() == []


def test_an_unknown_tenant_is_said_in_words(stage):
    stage.fault(match="openid-configuration", code=90002, times=1)
    with pytest.raises(SignInError, match=r"no tenant of this name in this cloud .AADSTS90002"):
        stage.tokens().sign_in()


def test_an_answer_that_is_too_large_is_refused(stage):
    stage.client = httpx.Client(
        transport=httpx.MockTransport(
            lambda _: httpx.Response(200, stream=httpx.ByteStream(b" " * (2 << 20)))
        )
    )
    with pytest.raises(UnreadableError, match="larger than 1 MiB"):
        stage.tokens().sign_in()


def test_a_sandbox_is_on_this_machine_only():
    with pytest.raises(InputError, match="on this machine only"):
        StandIn("https://login.microsoftonline.com", Secret("k"))


def made(**claims):
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return Secret(f"h.{body}.s")


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"amr": ["pwd", "mfa"]}, True),
        ({"amr": ["pwd"]}, False),
        ({"amr": []}, False),
        ({"amr": "mfa"}, None),
        ({}, None),
        ({"idtyp": "app", "amr": ["mfa"]}, None),
    ],
)
def test_a_second_factor_is_what_the_token_says(claims, told):
    assert second_factor_of(made(**claims)) is told


@pytest.mark.parametrize("text", ["", "a.b", "a.!!.c", "a.W10.c", "opaque", "a." + "x" * 20_000 + ".c"])
def test_a_token_that_cannot_be_read_says_nothing(text):
    assert dict(claims_of(Secret(text))) == {}
    assert second_factor_of(Secret(text)) is None


def test_a_person_is_named_by_what_the_sign_in_says():
    person = person_of(
        {"preferred_username": "a@b.example", "oid": "1", "tid": "2"},
        made(),
        tenant="t",
        is_app=False,
        app="c",
    )
    assert person == Person("a@b.example", "1", "2", None)
    assert person_of({}, made(), tenant="t", is_app=False, app="c").name == "an unnamed person"


def test_a_missing_second_factor_is_explained_with_its_date():
    said = explain_missing_second_factor(Person("a@b.example", "1", "2", second_factor=False))
    assert "had no second factor" in said
    assert "Since 2026-04-01" in said
    assert "Partner Center authentication, 2026" in said
    assert "does not say" in explain_missing_second_factor(Person("a", "1", "2"))
    assert explain_missing_second_factor(Person("a", "1", "2", second_factor=True)) == ""
    assert explain_missing_second_factor(Person("a", "1", "2", is_app=True)) == ""
