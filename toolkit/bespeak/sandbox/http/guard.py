"""Who may ask: each service takes its own kind of token."""

from __future__ import annotations

from dataclasses import replace

from bespeak.sandbox.http.exchange import Ask, Route, Service
from bespeak.sandbox.http.tokens import PARTNER_CENTER, PRICES, Claims, Tokens
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.roles import check_role
from bespeak.sandbox.switches import Switches

#: Services without sign-in: the list prices, and files whose address is the key.
OPEN = ("retail", "blobs")
#: Services in which the roles of Partner Center decide; Azure has its own.
_BY_ROLE = (PARTNER_CENTER, PRICES)
#: Services whose error codes are words.
_WORDS = ("arm", "graph")
_REALM = {"WWW-Authenticate": "OAuth realm=urn:cpsvc:cpid:sandbox"}
_AZURE_REALM = {
    "WWW-Authenticate": 'Bearer authorization_uri="https://login.windows.net/common", error="invalid_token"'
}


def admit(ask: Ask, service: Service, route: Route) -> Ask:
    """The request with the tenant of its token; refuses a caller that may not ask this."""
    bearer, tokens = _bearer(ask), ask.seat.tokens
    if service.name == "login":
        return ask
    if service.name == "control":
        if not tokens.is_secret(bearer):
            raise RefusalError(401, "Unauthorized", "Send the token of this world as a bearer token.")
        return ask
    if service.name in OPEN:
        return ask
    claims = _claims(bearer, tokens, service)
    _check_user(claims, service, route, ask.seat.world.switches)
    if service.audience in _BY_ROLE:
        check_role(claims.principal, route.needs)
    return replace(ask, tenant=claims.tenant, user=claims.user, mfa=claims.mfa, principal=claims.principal)


def _bearer(ask: Ask) -> str:
    scheme, _, value = ask.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


def _claims(bearer: str, tokens: Tokens, service: Service) -> Claims:
    claims = tokens.read(bearer) if bearer else None
    if claims is None:
        code: int | str = 400 if bearer else 800001
        if service.name in _WORDS:
            code = "InvalidAuthenticationToken"
        realm = _AZURE_REALM if service.name == "arm" else _REALM
        raise RefusalError(
            401, code, "The access token is missing, has ended or is not of this world.", headers=realm
        )
    if claims.audience != service.audience:
        raise _wrong_audience(claims, service)
    return claims


def _wrong_audience(claims: Claims, service: Service) -> RefusalError:
    what = f"The access token is for {claims.audience}, not for {service.audience}."
    if service.name in _WORDS:
        return RefusalError(401, "InvalidAuthenticationTokenAudience", what)
    if service.audience == PARTNER_CENTER:
        return RefusalError(401, 900420, what, headers=_REALM)
    return RefusalError(400, 400, what)


def _check_user(claims: Claims, service: Service, route: Route, switches: Switches) -> None:
    if route.user and not claims.user:
        code: int | str = 900329 if service.name not in _WORDS else "AuthorizationFailed"
        raise RefusalError(
            403, code, "This operation does not take an app-only token. Sign in with app and user."
        )
    by_partner = service.audience in _BY_ROLE and switches.mfa_needed == "everywhere"
    wanted = by_partner or (route.user and switches.mfa_needed != "nowhere")
    if claims.user and wanted and not claims.mfa:
        status, what = switches.mfa_status, "The sign-in of the user had no second factor."
        raise RefusalError(status, 400, what, headers={"isMfaCompliant": "false"})
