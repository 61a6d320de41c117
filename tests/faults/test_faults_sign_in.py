"""Faults of the sign-in (reliability.md, section 3): a second factor asked for, lapsed sign-ins, a wrong clock."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
import sign_in_stage

from bespeak.clients.entra.applications import AppOnlySignIn
from bespeak.clients.secret import Secret
from bespeak.errors import SignInError

CLAIMS = '{"access_token":{"capolids":{"essential":true,"values":["rule-1"]}}}'
SECRET = "client-secret-canary"
served, stage, certificate = sign_in_stage.served, sign_in_stage.stage, sign_in_stage.certificate


def signed_in(stage):
    tokens = stage.tokens()
    tokens.sign_in()
    stage.pass_time(3600)
    return tokens


def refused(tokens, service="partner_center"):
    with pytest.raises(SignInError) as caught:
        tokens.token(service, None)
    return caught.value


@pytest.mark.parametrize(
    ("number", "wants"),
    [
        (50076, "your organisation wants a second factor"),
        (50079, "your organisation wants a second factor, and your account has none set up"),
        (50158, "your organisation wants a check by another provider"),
        (53003, "a conditional access rule of your organisation blocks this sign-in"),
    ],
)
def test_f46_says_once_what_the_organisation_wants(stage, number, wants):
    tokens = signed_in(stage)
    stage.fault(code=number, value=CLAIMS)
    error = refused(tokens)
    assert wants in error.what
    assert "nothing was bought" in error.what
    assert "Sign in again" in error.next_step
    assert (error.code, error.claims) == (f"AADSTS{number}", CLAIMS)
    assert error.correlation_id == stage.asked()[-1].headers["client-request-id"]
    assert len(stage.opened) == 1


def test_f46_passes_the_claims_on_to_one_prompt_and_goes_on(stage):
    tokens = signed_in(stage)
    stage.fault(code=50076, value=CLAIMS)
    refused(tokens)
    tokens.sign_in()
    assert len(stage.opened) == 2
    asked = parse_qs(urlsplit(stage.opened[1]).query)
    assert json.loads(asked["claims"][0]) == json.loads(CLAIMS)
    assert tokens.token("partner_center", None) is not None
    tokens.sign_in()
    assert "claims" not in parse_qs(urlsplit(stage.opened[2]).query)


def test_f46_does_not_ask_again_and_again_in_the_background(stage):
    tokens = signed_in(stage)
    stage.fault(code=50076, value=CLAIMS, times=0)
    first = refused(tokens)
    asked = len(stage.asked())
    for _ in range(20):
        assert refused(tokens).what == first.what
    assert len(stage.asked()) == asked
    assert len(stage.opened) == 1


def test_f46_a_job_that_was_stopped_goes_on_after_the_sign_in(stage):
    tokens = signed_in(stage)
    stage.fault(code=50076, value=CLAIMS)
    refused(tokens)
    with pytest.raises(SignInError):
        tokens.token("partner_center", None)
    tokens.sign_in()
    assert tokens.token("partner_center", None) is not None
    assert tokens.token("arm", None) is not None


def test_f46_a_sign_in_takes_back_the_refusal_of_every_service(stage):
    tokens = signed_in(stage)
    stage.fault(code=50076, value=CLAIMS)
    refused(tokens, "arm")
    tokens.sign_in()
    assert tokens.token("arm", None) is not None


def test_f46_a_challenge_of_the_service_itself_is_passed_on_to_one_prompt(stage):
    tokens = signed_in(stage)
    error = tokens.challenge("partner_center", CLAIMS)
    assert error.claims == CLAIMS
    assert refused(tokens).claims == CLAIMS
    tokens.sign_in()
    assert json.loads(parse_qs(urlsplit(stage.opened[1]).query)["claims"][0]) == json.loads(CLAIMS)


def test_f46_whoever_has_the_error_can_pass_its_claims_on(stage):
    stage.tokens().sign_in(CLAIMS)
    assert json.loads(parse_qs(urlsplit(stage.opened[0]).query)["claims"][0]) == json.loads(CLAIMS)


def test_f46_the_second_refusal_of_a_prompt_says_to_stop(stage):
    tokens = stage.tokens()
    stage.fault(code=53003, value=CLAIMS, times=2)
    for said in ("Sign in again from a place", "refused twice for the same reason, so do not try again"):
        with pytest.raises(SignInError, match=said):
            tokens.sign_in()
    assert len(stage.opened) == 2


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (700082, "has lapsed because it was not used for too long"),
        (50173, "was revoked, for example by a change of password"),
        (70043, "older than your organisation allows"),
        (70008, "has lapsed"),
    ],
)
def test_f47_a_refresh_token_that_lapsed_or_was_revoked_is_told_apart(stage, number, said):
    tokens = signed_in(stage)
    kept = stage.form(stage.asked()[0]).get("code", "")
    stage.fault(code=number)
    error = refused(tokens)
    assert said in error.what
    assert error.next_step.startswith("Sign in again.")
    assert "administrator" not in error.next_step
    assert kept not in str(error)
    tokens.sign_in()
    assert tokens.token("partner_center", None) is not None


@pytest.mark.parametrize(
    ("number", "said"),
    [(7000222, "client secret of the application has expired"), (7000215, "client secret is wrong")],
)
def test_f47_an_expired_client_secret_is_the_administrator_s(stage, number, said):
    store = stage.store()
    store.store_secret("client-secret", Secret(SECRET))
    stage.fault(code=number, status=401)
    error = refused(stage.tokens(AppOnlySignIn(), store))
    assert said in error.what
    assert error.next_step.startswith("Your administrator must act:")
    assert SECRET not in f"{error}{error!r}{error.__dict__}"
    assert error.code == f"AADSTS{number}"


def test_f47_a_new_client_secret_counts_at_once(stage):
    store = stage.store()
    store.store_secret("client-secret", Secret(SECRET))
    tokens = stage.tokens(AppOnlySignIn(), store)
    assert "AADSTS7000215" in str(refused(tokens))
    store.store_secret("client-secret", Secret("world-key-canary"))
    assert tokens.sign_in().is_app


OFF = [600.0, -600.0, 86_400.0, -86_400.0]


@pytest.mark.parametrize("off", OFF)
def test_f54_a_wrong_clock_does_not_keep_a_person_from_working(stage, off):
    stage.local[0] += off
    tokens = stage.tokens()
    tokens.sign_in()
    first = tokens.token("partner_center", None)
    assert tokens.clock_skew == pytest.approx(-off, abs=1)
    asked = len(stage.asked())
    stage.pass_time(3200)
    assert tokens.token("partner_center", None) == first
    assert len(stage.asked()) == asked
    stage.pass_time(200)
    assert tokens.token("partner_center", None) != first


@pytest.mark.parametrize("off", OFF)
def test_f54_a_clock_that_is_set_while_it_runs_does_no_harm(stage, off):
    tokens = stage.tokens()
    tokens.sign_in()
    first, asked = tokens.token("partner_center", None), len(stage.asked())
    stage.local[0] += off
    assert tokens.token("partner_center", None) == first
    assert len(stage.asked()) == asked
    stage.pass_time(3599)
    assert tokens.token("partner_center", None) != first


@pytest.mark.parametrize("off", OFF)
def test_f54_an_application_proves_itself_by_the_time_of_the_service(stage, off, certificate):
    store = stage.store()
    store.store_secret("client-certificate", Secret(certificate))
    stage.local[0] += off
    assert stage.tokens(AppOnlySignIn(certificate="client-certificate"), store).sign_in().is_app


@pytest.mark.parametrize(
    ("off", "said"),
    [
        (600.0, "10 minutes ahead of Microsoft's"),
        (-600.0, "10 minutes behind Microsoft's"),
        (86_400.0, "1 day ahead of Microsoft's"),
        (-86_400.0, "1 day behind Microsoft's"),
    ],
)
def test_f54_where_the_clock_matters_it_is_said_by_how_much_it_is_wrong(stage, off, said):
    store = stage.store()
    store.store_secret("client-secret", Secret("world-key-canary"))
    stage.local[0] += off
    stage.fault(code=700024, status=401)  # what a certificate is refused with
    error = refused(stage.tokens(AppOnlySignIn(), store))
    assert "outside of its time" in error.what
    assert said in error.next_step
    assert "Set it right" in error.next_step


def test_f54_a_clock_that_is_right_is_not_blamed(stage):
    stage.fault(code=700024, status=401)
    store = stage.store()
    store.store_secret("client-secret", Secret("world-key-canary"))
    error = refused(stage.tokens(AppOnlySignIn(), store))
    assert "Microsoft's" not in error.next_step
