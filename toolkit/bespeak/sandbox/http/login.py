"""The sign-in service: the token endpoint, v1 (every value a string) and v2, and what leads to it."""

from __future__ import annotations

import base64
import hashlib
import json

from bespeak.sandbox.http import login_pages
from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, Service, plain, show_sign_in
from bespeak.sandbox.http.login_grants import REFRESH_LIFE, Granted, granted_for
from bespeak.sandbox.http.shapes import login as shapes
from bespeak.sandbox.http.sign_in_refusals import refused
from bespeak.sandbox.http.tokens import LIFE, audience_of
from bespeak.sandbox.people import NAMES, object_id, upn
from bespeak.sandbox.refusals import RefusalError
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
            (400, "authorization_pending"),
            (400, "authorization_declined"),
            (400, "expired_token"),
            (401, "invalid_client"),
        ),
    )


def token(ask: Ask, _world: World) -> Answer:
    """An access token of the v2 endpoint."""
    try:
        return _token_v2(ask)
    except RefusalError as refusal:
        return refused(refusal, ask.headers.get("client-request-id", ""))


def token_of_strings(ask: Ask, _world: World) -> Answer:
    """An access token of the v1 endpoint, every value a string."""
    audience, tokens = audience_of(ask.form.get("resource", "")), ask.seat.tokens
    granted = granted_for(ask)
    access, expires = tokens.issue(audience, ask.args["tenant"], granted.principal, mfa=granted.mfa)
    body: dict[str, str | int] = {"token_type": "Bearer", "expires_in": LIFE, "ext_expires_in": LIFE}
    body |= {"expires_on": expires, "not_before": expires - LIFE, "resource": audience}
    body["access_token"] = access
    if granted.principal != "app":
        body |= {"scope": "user_impersonation", "refresh_token": _refresh_token(ask, granted)}
    return plain({name: str(value) for name, value in body.items()})


def _token_v2(ask: Ask) -> Answer:
    granted = granted_for(ask)
    scope = ask.form.get("scope") or granted.scope
    audience = audience_of(scope)
    access, _ = ask.seat.tokens.issue(audience, ask.args["tenant"], granted.principal, mfa=granted.mfa)
    body: dict[str, str | int] = {"token_type": "Bearer", "expires_in": LIFE, "ext_expires_in": LIFE}
    body["access_token"] = access
    if granted.principal != "app":
        body |= {"scope": f"{audience}/user_impersonation {audience}/.default"}
        body |= {"refresh_token": _refresh_token(ask, granted)}
        if "openid" in scope.split():
            body["id_token"] = _id_token(ask, granted)
        if ask.form.get("client_info") == "1":
            body["client_info"] = _encoded({"uid": object_id(granted.principal), "utid": granted.home})
    return plain(body)


def _refresh_token(ask: Ask, granted: Granted) -> str:
    """The one that was sent, for a token of the world; else a new one, which the client must keep in its place."""
    told = {"principal": granted.principal, "mfa": granted.mfa, "home": granted.home}
    return granted.refresh or ask.seat.tokens.seal("refresh", told, REFRESH_LIFE)


def _id_token(ask: Ask, granted: Granted) -> str:
    """Who signed in, for the client to show; its signature is none, as no client of the token endpoint looks at it."""
    now, tenant, principal = int(ask.seat.tokens.now()), ask.args["tenant"], granted.principal
    claims = {"aud": ask.form.get("client_id", ""), "iss": f"{ask.root}/login/{tenant}/v2.0", "ver": "2.0"}
    told = {"iat": now, "nbf": now, "exp": now + LIFE, "tid": tenant, "oid": object_id(principal)}
    told |= {"sub": object_id(principal), "preferred_username": upn(principal)}
    if principal != "app":
        told["name"] = NAMES[principal]
    if granted.nonce:
        told["nonce"] = granted.nonce
    parts = [_encoded({"typ": "JWT", "alg": "RS256", "kid": "sandbox"}), _encoded(claims | told)]
    seal = hashlib.sha256(".".join(parts).encode()).digest()
    return ".".join([*parts, base64.urlsafe_b64encode(seal).decode().rstrip("=")])


def _encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


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
        *login_pages.ROUTES,
    ),
    show_sign_in,
)
