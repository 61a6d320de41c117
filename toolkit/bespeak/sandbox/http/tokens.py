"""Access tokens of the sandbox: signed with the token of the world, for one audience, until a real instant."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.roles import Principal

PARTNER_CENTER = "https://api.partnercenter.microsoft.com"
PRICES = "https://api.partner.microsoft.com"
ARM = "https://management.azure.com"
GRAPH = "https://graph.microsoft.com"
AUDIENCES = (PARTNER_CENTER, PRICES, ARM, GRAPH)

#: Appended to the refresh token, it gives an access token without the multifactor claim.
WITHOUT_MFA = ".without-mfa"
#: Appended with the name of a principal, it signs in as that one; without it as an admin agent.
AS = ".as-"

#: Seconds that an access token lives.
LIFE = 3599


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says: for whom, of which tenant, a user behind it or not, multifactor or not, until when, who."""

    audience: str
    tenant: str
    user: bool
    mfa: bool
    expires: float
    principal: Principal


class Tokens:
    """Issues and reads access tokens of one world, which has this secret and this public key.

    It stores nothing, so tokens survive a reset of the world.
    """

    def __init__(self, secret: str, key: str, wall: Callable[[], float]) -> None:
        self._secret = secret.encode()
        self._key = key
        self._wall = wall

    def is_secret(self, presented: str) -> bool:
        """Whether this is the token of the world."""
        return hmac.compare_digest(self._secret, presented.encode())

    def issue(self, audience: str, tenant: str, principal: Principal, *, mfa: bool) -> tuple[str, int]:
        """A new token and the second at which it ends."""
        expires = int(self._wall()) + LIFE
        claims = Claims(audience, tenant, principal != "app", mfa, expires, principal)
        body = base64.urlsafe_b64encode(json.dumps(asdict(claims)).encode()).decode().rstrip("=")
        return f"{self._key}.{body}.{self._sign(body)}", expires

    def read(self, bearer: str) -> Claims | None:
        """The claims of a token of this world that has not ended; None for any other text."""
        key, _, signed = bearer.partition(".")
        body, _, signature = signed.partition(".")
        if key != self._key or not hmac.compare_digest(self._sign(body).encode(), signature.encode()):
            return None
        claims = Claims(**json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
        return claims if claims.expires > self._wall() else None

    def _sign(self, body: str) -> str:
        digest = hmac.new(self._secret, body.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def secret_of(refresh: str) -> str:
    """The token of the world in a refresh token, without the endings that say who signs in and how."""
    return refresh.replace(WITHOUT_MFA, "").partition(AS)[0]


def audience_of(form_value: str) -> str:
    """The audience that a ``resource`` or ``scope`` names; AADSTS500011 for one that this sandbox has not."""
    for word in form_value.split():
        for audience in AUDIENCES:
            if word.rstrip("/").lower() in (
                audience,
                f"{audience}/.default",
                f"{audience}/user_impersonation",
            ):
                return audience
    raise RefusalError(
        400, "invalid_resource", f"AADSTS500011: There is no resource '{form_value}' in this tenant."
    )
