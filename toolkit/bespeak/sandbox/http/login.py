"""The token endpoint, v1 (every value a string) and v2."""

from __future__ import annotations

from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, Service, plain, show_sign_in
from bespeak.sandbox.http.shapes import login as shapes
from bespeak.sandbox.http.tokens import AS, LIFE, WITHOUT_MFA, Tokens, audience_of, secret_of
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.roles import Principal, principal_of
from bespeak.sandbox.world import World


def _about(body: type, test: str) -> About:
    return About(
        "Partner Center authentication",
        "D21, 3P",
        {200: body},
        f"test_sandbox_sign_in.py::{test}",
        takes=shapes.TokenForm,
        errors=(
            (400, "invalid_resource"),
            (400, "invalid_grant"),
            (400, "unsupported_grant_type"),
            (401, "invalid_client"),
        ),
    )


def token(ask: Ask, _world: World) -> Answer:
    """An access token of the v2 endpoint."""
    return _token(ask, version=2)


def token_of_strings(ask: Ask, _world: World) -> Answer:
    """An access token of the v1 endpoint, every value a string."""
    return _token(ask, version=1)


def _token(ask: Ask, version: int) -> Answer:
    audience = audience_of(ask.form.get("scope" if version == 2 else "resource", ""))  # noqa: PLR2004  (the version)
    principal, mfa = _grant(ask, ask.seat.tokens)
    access, expires = ask.seat.tokens.issue(audience, ask.args["tenant"], principal, mfa=mfa)
    body: dict[str, str | int] = {"token_type": "Bearer", "expires_in": LIFE, "ext_expires_in": LIFE}
    if version == 1:
        body |= {"expires_on": expires, "not_before": expires - LIFE, "resource": audience}
    body["access_token"] = access
    if principal != "app":
        body |= {"scope": "user_impersonation", "refresh_token": ask.form["refresh_token"]}
    return plain({name: str(value) for name, value in body.items()} if version == 1 else body)


def _grant(ask: Ask, tokens: Tokens) -> tuple[Principal, bool]:
    grant = ask.form.get("grant_type", "")
    if grant == "client_credentials":
        if tokens.is_secret(ask.form.get("client_secret", "")):
            return "app", False
        raise RefusalError(
            401, "invalid_client", "AADSTS7000215: The client secret is not the token of this world."
        )
    if grant == "refresh_token":
        secret, name, mfa = _taken_apart(ask.form.get("refresh_token", ""))
        if tokens.is_secret(secret):
            return principal_of(name), mfa
        raise RefusalError(
            400, "invalid_grant", "AADSTS700082: The refresh token is not the token of this world."
        )
    raise RefusalError(400, "unsupported_grant_type", f"AADSTS70003: Grant type '{grant}' is not offered.")


def _taken_apart(refresh: str) -> tuple[str, str, bool]:
    """Secret, name of the principal, second factor or not; the two endings come in any order."""
    _, named, name = refresh.replace(WITHOUT_MFA, "").partition(AS)
    return secret_of(refresh), name if named else "admin-agent", WITHOUT_MFA not in refresh


SERVICE = Service(
    "login",
    "/login",
    "",
    (
        Route(
            "POST",
            "/<tenant>/oauth2/v2.0/token",
            token,
            about=_about(shapes.Token, "test_v2_answers_with_a_number_of_seconds"),
        ),
        Route(
            "POST",
            "/<tenant>/oauth2/token",
            token_of_strings,
            about=_about(shapes.TokenOfStrings, "test_v1_answers_with_strings_only"),
        ),
    ),
    show_sign_in,
)
