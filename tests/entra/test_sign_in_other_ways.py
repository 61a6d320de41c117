"""Device codes, applications with a secret or a certificate, and the secure application model."""

import re

import pytest

from bespeak.clients.entra.applications import AppOnlySignIn, SecureAppModelSignIn
from bespeak.clients.entra.ways import WARNING, DeviceCodeSignIn
from bespeak.clients.secret import Secret
from bespeak.errors import MissingError, SignInError


def entering(stage, shown, person="sales-agent"):
    """A person who types the code into the page while the program waits."""

    def sleep(seconds):
        stage.waits.append(seconds)
        where, code = re.search(r"Open (\S+) and enter (\w+)\.", shown[0]).groups()
        stage.client.post(where, data={"user_code": code, "person": person})

    return sleep


def test_a_device_code_signs_in_after_the_warning(stage):
    shown = []
    tokens = stage.tokens(DeviceCodeSignIn(shown.append, entering(stage, shown)))
    assert tokens.sign_in().name == "sales-agent@sandbox.example.com"
    assert shown[0].startswith(WARNING)
    assert "A code that somebody sends you" in WARNING
    assert stage.waits == [5.0]
    assert tokens.token("arm", None) is not None


def test_a_device_code_that_is_declined_says_so(stage):
    shown = []
    with pytest.raises(SignInError, match="declined"):
        stage.tokens(DeviceCodeSignIn(shown.append, entering(stage, shown, "nobody"))).sign_in()


def test_a_device_code_that_nobody_enters_ends(stage):
    def wait(seconds):
        stage.pass_time(seconds + 1)

    with pytest.raises(SignInError, match="not entered in time"):
        stage.tokens(DeviceCodeSignIn(lambda _: None, wait)).sign_in()


def test_a_device_code_is_in_no_log_and_no_error(stage, caplog):
    shown = []
    caplog.set_level(0)
    with pytest.raises(SignInError) as caught:
        stage.tokens(DeviceCodeSignIn(shown.append, entering(stage, shown, "nobody"))).sign_in()
    code = re.search(r"enter (\w+)\.", shown[0])[1]
    assert code not in caplog.text + str(caught.value) + repr(stage.tokens())


def stored(stage, **secrets):
    store = stage.store()
    for name, value in secrets.items():
        store.store_secret(name.replace("_", "-"), Secret(value))
    return store


def test_an_application_signs_in_by_its_secret(stage):
    tokens = stage.tokens(AppOnlySignIn(), stored(stage, client_secret="world-key-canary"))
    person = tokens.sign_in()
    assert (person.is_app, person.second_factor) == (True, None)
    assert person.name == "application 11111111-2222-4333-8444-555555555555"
    assert stage.form(stage.asked()[0])["grant_type"] == "client_credentials"


def test_an_application_needs_no_sign_in_before_its_first_token(stage):
    tokens = stage.tokens(AppOnlySignIn(), stored(stage, client_secret="world-key-canary"))
    assert tokens.token("partner_center", None) is not None
    assert tokens.person.is_app


def test_an_application_gets_a_new_token_for_one_that_was_not_accepted(stage):
    tokens = stage.tokens(AppOnlySignIn(), stored(stage, client_secret="world-key-canary"))
    old = tokens.token("partner_center", None)
    stage.pass_time(1)
    tokens.forget("partner_center", old)
    assert tokens.token("partner_center", None) != old


def test_an_application_signs_in_by_its_certificate(stage, certificate):
    way = AppOnlySignIn(certificate="client-certificate")
    tokens = stage.tokens(way, stored(stage, client_certificate=certificate))
    assert tokens.sign_in().is_app
    form = stage.form(stage.asked()[0])
    assert form["client_assertion_type"].endswith("jwt-bearer")
    assert "client_secret" not in form


def test_a_secret_that_is_not_stored_is_named(stage):
    with pytest.raises(MissingError, match="No secret is stored under 'client-secret'"):
        stage.tokens(AppOnlySignIn()).sign_in()


def test_a_certificate_without_its_key_is_refused(stage):
    way = AppOnlySignIn(certificate="client-certificate")
    with pytest.raises(ValueError, match="not a certificate with its private key"):
        stage.tokens(way, stored(stage, client_certificate="-----BEGIN X-----")).sign_in()


def test_each_use_of_a_service_account_replaces_its_refresh_token(stage):
    store = stored(stage, client_secret="world-key-canary")
    tokens = stage.tokens(SecureAppModelSignIn(consent=stage.browser()), store)
    tokens.sign_in()
    first = store.read_secret("secure-app-model")
    again = stage.tokens(SecureAppModelSignIn(), store)
    assert again.person.second_factor
    second = store.read_secret("secure-app-model")
    assert second != first
    assert stage.form(stage.asked()[-1])["refresh_token"] == first.reveal()
    again.token("arm", None)
    assert stage.form(stage.asked()[-1])["refresh_token"] == second.reveal()


def test_a_refresh_token_without_a_second_factor_is_useless_for_ever(stage):
    store = stored(stage, client_secret="world-key-canary", secure_app_model="world-key-canary.without-mfa")
    with pytest.raises(SignInError, match=r"stays without one for ever.*Give the consent anew"):
        stage.tokens(SecureAppModelSignIn(), store).token("partner_center", None)


def test_a_consent_without_a_second_factor_is_not_stored(stage):
    store = stored(stage, client_secret="world-key-canary")
    stage.person = "Alba Ferri (admin-agent), without a second factor"
    with pytest.raises(SignInError, match="stays without one for ever"):
        stage.tokens(SecureAppModelSignIn(consent=stage.browser()), store).sign_in()
    with pytest.raises(MissingError):
        store.read_secret("secure-app-model")


def test_without_a_stored_refresh_token_the_consent_is_asked_for(stage):
    store = stored(stage, client_secret="world-key-canary")
    with pytest.raises(SignInError, match="No refresh token of the secure application model is stored"):
        stage.tokens(SecureAppModelSignIn(), store).sign_in()
    with pytest.raises(SignInError, match="Nobody is signed in"):
        stage.tokens(SecureAppModelSignIn(), store).token("partner_center", None)
