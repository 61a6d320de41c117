"""The token endpoint, v1 (every value a string) and v2."""

from __future__ import annotations

from bespeak.sandbox.http.exchange import Answer, Ask, Route, Service, plain, show_sign_in
from bespeak.sandbox.http.tokens import LIFE, Tokens, audience_of
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

#: Appended to the refresh token, it gives an access token without the multifactor claim.
WITHOUT_MFA = ".without-mfa"


def service(tokens: Tokens) -> Service:
    """The token endpoint of this world."""

    def answer(ask: Ask, _world: World, *, version: int) -> Answer:
        return _token(ask, tokens, version)

    routes = (
        Route("POST", "/<tenant>/oauth2/v2.0/token", lambda ask, world: answer(ask, world, version=2)),
        Route("POST", "/<tenant>/oauth2/token", lambda ask, world: answer(ask, world, version=1)),
    )
    return Service("login", "/login", "", routes, show_sign_in)


def _token(ask: Ask, tokens: Tokens, version: int) -> Answer:
    audience = audience_of(ask.form.get("scope" if version == 2 else "resource", ""))  # noqa: PLR2004  (the version)
    user, mfa = _grant(ask, tokens)
    access, expires = tokens.issue(audience, ask.args["tenant"], user=user, mfa=mfa)
    body: dict[str, str | int] = {"token_type": "Bearer", "expires_in": LIFE, "ext_expires_in": LIFE}
    if version == 1:
        body |= {"expires_on": expires, "not_before": expires - LIFE, "resource": audience}
    body["access_token"] = access
    if user:
        body |= {"scope": "user_impersonation", "refresh_token": ask.form["refresh_token"]}
    return plain({name: str(value) for name, value in body.items()} if version == 1 else body)


def _grant(ask: Ask, tokens: Tokens) -> tuple[bool, bool]:
    grant = ask.form.get("grant_type", "")
    if grant == "client_credentials":
        if tokens.is_secret(ask.form.get("client_secret", "")):
            return False, False
        raise RefusalError(
            401, "invalid_client", "AADSTS7000215: The client secret is not the token of this world."
        )
    if grant == "refresh_token":
        refresh = ask.form.get("refresh_token", "")
        if tokens.is_secret(refresh.removesuffix(WITHOUT_MFA)):
            return True, not refresh.endswith(WITHOUT_MFA)
        raise RefusalError(
            400, "invalid_grant", "AADSTS700082: The refresh token is not the token of this world."
        )
    raise RefusalError(400, "unsupported_grant_type", f"AADSTS70003: Grant type '{grant}' is not offered.")
