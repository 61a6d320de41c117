"""What a token request stands on: the application, a refresh token, a code of the sign-in page, a device code.

Whoever has the token of the world may sign in. It comes as the client secret, in the refresh token, or, where Entra ID
asks a public client for nothing (codes, certificates), as a bearer token beside the form.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bespeak.sandbox.http.exchange import Ask
from bespeak.sandbox.http.tokens import AS, WITHOUT_MFA, Tokens, secret_of
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.roles import Principal, principal_of

#: Seconds that a refresh token lasts when it is not used (partner-center-api 2.2: 90 days).
REFRESH_LIFE = 90 * 86_400.0
_JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
#: Seconds by which the clock of an assertion may be off.
_SLACK = 300
_SIGNERS = ("RS256", "PS256")


@dataclass(frozen=True, slots=True)
class Granted:
    """Who signs in, with a second factor or not; ``home``: the tenant in which the sign-in began.

    ``refresh`` is sent back as the refresh token, a new one when it is empty. ``nonce`` goes into the id token.
    ``scope`` is what the sign-in was begun for, where the token request names none.
    """

    principal: Principal
    mfa: bool
    home: str
    refresh: str = ""
    nonce: str = ""
    scope: str = ""


def granted_for(ask: Ask) -> Granted:
    """What the form is granted; a refusal with the words of OAuth for one that is not."""
    grant = ask.form.get("grant_type", "")
    if grant not in _GRANTS:
        raise RefusalError(
            400, "unsupported_grant_type", f"AADSTS70003: Grant type '{grant}' is not offered."
        )
    return _GRANTS[grant](ask, ask.seat.tokens)


def check_known(ask: Ask) -> None:
    """Refuses a caller that does not send the token of this world as a bearer token."""
    scheme, _, value = ask.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not ask.seat.tokens.is_secret(value.strip()):
        what = "The sandbox takes this sign-in only with the token of this world as a bearer token."
        raise RefusalError(401, "invalid_client", what)


def _app(ask: Ask, tokens: Tokens) -> Granted:
    if ask.form.get("client_assertion_type") == _JWT_BEARER:
        check_known(ask)
        _check_assertion(ask.form.get("client_assertion", ""), ask.form.get("client_id", ""), tokens.now())
    else:
        _check_secret(ask.form.get("client_secret", ""), tokens)
    return Granted("app", mfa=False, home=ask.args["tenant"])


def _check_secret(secret: str, tokens: Tokens) -> None:
    if not tokens.is_secret(secret):
        what = "AADSTS7000215: The client secret is not the token of this world."
        raise RefusalError(401, "invalid_client", what)


def _check_assertion(assertion: str, client: str, now: float) -> None:
    """Refuses what is no assertion of this client. Its signature is not looked at: no certificate is uploaded here."""
    parts = assertion.split(".")
    read = [_read(part) for part in parts[:2]]
    if len(parts) != 3 or not all(isinstance(one, dict) for one in read):  # noqa: PLR2004  # header, claims, signature
        raise RefusalError(401, "invalid_client", "AADSTS50027: The client assertion is no JSON web token.")
    head, told = read
    signed = head.get("alg") in _SIGNERS and ("x5t" in head or "x5t#S256" in head) and parts[2]
    named = told.get("iss") == told.get("sub") == client
    if not (signed and named and str(told.get("aud", "")).endswith("/oauth2/v2.0/token")):
        what = "AADSTS700027: The client assertion names another client or endpoint, or no certificate."
        raise RefusalError(401, "invalid_client", what)
    begins, ends = told.get("nbf", told.get("iat", 0)), told.get("exp", 0)
    if not begins - _SLACK <= now <= ends + _SLACK:
        what = "AADSTS700024: The client assertion is not within its valid time range."
        raise RefusalError(401, "invalid_client", what)


def _read(part: str) -> Any:  # noqa: ANN401  # JSON of any shape
    try:
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        return None


def _refresh(ask: Ask, tokens: Tokens) -> Granted:
    given = ask.form.get("refresh_token", "")
    if "client_secret" in ask.form:
        _check_secret(ask.form["client_secret"], tokens)
    told = tokens.unseal("refresh", given)
    if told is not None:
        return Granted(told["principal"], told["mfa"], told["home"])
    if not tokens.is_secret(secret_of(given)):
        what = "AADSTS700082: The refresh token has ended or is not of this world."
        raise RefusalError(400, "invalid_grant", what)
    _, named, name = given.replace(WITHOUT_MFA, "").partition(AS)
    principal = principal_of(name if named else "admin-agent")
    return Granted(principal, WITHOUT_MFA not in given, ask.args["tenant"], given)


def _code(ask: Ask, tokens: Tokens) -> Granted:
    check_known(ask)
    code = ask.form.get("code", "")
    told = tokens.unseal("code", code)
    if told is None:
        raise RefusalError(400, "invalid_grant", "AADSTS70008: The code has ended or is not of this world.")
    if told["redirect"] != ask.form.get("redirect_uri") or told["client"] != ask.form.get("client_id"):
        what = "AADSTS50011: The code was given to another application or reply address."
        raise RefusalError(400, "invalid_grant", what)
    _check_verifier(told["challenge"], ask.form.get("code_verifier", ""))
    if not tokens.spend(code):
        raise RefusalError(400, "invalid_grant", "AADSTS54005: The code was redeemed already.")
    return Granted(
        told["principal"], told["mfa"], ask.args["tenant"], nonce=told["nonce"], scope=told["scope"]
    )


def _check_verifier(challenge: str, verifier: str) -> None:
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    if digest != challenge:
        what = "AADSTS501481: The code_verifier does not match the code_challenge of the sign-in."
        raise RefusalError(400, "invalid_grant", what)


def _device(ask: Ask, tokens: Tokens) -> Granted:
    code = ask.form.get("device_code", "")
    told = tokens.unseal("device", code)
    waiting = tokens.devices.of(told["user_code"], tokens.now()) if told else None
    if told is None or waiting is None:
        raise RefusalError(400, "expired_token", "AADSTS70019: The code has ended. Begin again.")
    if waiting.declined:
        raise RefusalError(400, "authorization_declined", "AADSTS65004: The person declined.")
    if waiting.principal is None:
        what = "AADSTS70016: Nobody has entered the code yet. Ask again."
        raise RefusalError(400, "authorization_pending", what)
    if not tokens.spend(code):
        raise RefusalError(400, "invalid_grant", "AADSTS54005: The code was redeemed already.")
    return Granted(waiting.principal, waiting.mfa, ask.args["tenant"], scope=told["scope"])


_GRANTS: Mapping[str, Callable[[Ask, Tokens], Granted]] = {
    "client_credentials": _app,
    "refresh_token": _refresh,
    "authorization_code": _code,
    DEVICE: _device,
}
