"""The token endpoint, v1 (every value a string) and v2."""

from __future__ import annotations

from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, Service, plain, show_sign_in
from bespeak.sandbox.http.shapes import login as shapes
from bespeak.sandbox.http.tokens import LIFE, Tokens, audience_of
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.roles import Principal, principal_of
from bespeak.sandbox.world import World

#: Appended to the refresh token, it gives an access token without the multifactor claim.
WITHOUT_MFA = ".without-mfa"
#: Appended with the name of a principal, it signs in as that one; without it as an admin agent.
AS = ".as-"


def service(tokens: Tokens) -> Service:
    """The token endpoint of this world."""

    def answer(ask: Ask, _world: World, *, version: int) -> Answer:
        return _token(ask, tokens, version)

    routes = (
        Route(
            "POST",
            "/<tenant>/oauth2/v2.0/token",
            lambda ask, world: answer(ask, world, version=2),
            about=_about(shapes.Token, "test_v2_answers_with_a_number_of_seconds"),
        ),
        Route(
            "POST",
            "/<tenant>/oauth2/token",
            lambda ask, world: answer(ask, world, version=1),
            about=_about(shapes.TokenOfStrings, "test_v1_answers_with_strings_only"),
        ),
    )
    return Service("login", "/login", "", routes, show_sign_in)


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


def _token(ask: Ask, tokens: Tokens, version: int) -> Answer:
    audience = audience_of(ask.form.get("scope" if version == 2 else "resource", ""))  # noqa: PLR2004  (the version)
    principal, mfa = _grant(ask, tokens)
    access, expires = tokens.issue(audience, ask.args["tenant"], principal, mfa=mfa)
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
    rest = refresh.removesuffix(WITHOUT_MFA)
    secret, ending, name = rest.partition(AS)
    bare = name.removesuffix(WITHOUT_MFA)
    return secret.removesuffix(WITHOUT_MFA), bare if ending else "admin-agent", WITHOUT_MFA not in refresh
