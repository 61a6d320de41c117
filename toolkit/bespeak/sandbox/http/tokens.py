"""Access tokens of the sandbox: signed with the token of the world, for one audience, until a real instant."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bespeak.sandbox.http.devices import Devices
from bespeak.sandbox.people import NAMES, object_id, upn
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
    """Issues and reads the tokens of one world, which has this secret and this public key.

    All that it issues is signed and says what it is for, so tokens survive a reset of the world. Remembered, in memory
    only, is which codes were redeemed.
    """

    def __init__(self, secret: str, key: str, wall: Callable[[], float]) -> None:
        self._secret = secret.encode()
        self._key = key
        self._wall = wall
        self._count = itertools.count(1)
        self._spent: set[str] = set()
        self.devices = Devices()

    def now(self) -> float:
        """Real seconds, by which tokens and codes end."""
        return self._wall()

    def is_secret(self, presented: str) -> bool:
        """Whether this is the token of the world."""
        return hmac.compare_digest(self._secret, presented.encode())

    def issue(self, audience: str, tenant: str, principal: Principal, *, mfa: bool) -> tuple[str, int]:
        """A new access token and the second at which it ends; its claims have the names of Entra ID's."""
        expires = int(self._wall()) + LIFE
        claims: dict[str, object] = {"aud": audience, "tid": tenant, "exp": expires, "principal": principal}
        if principal == "app":
            claims |= {"idtyp": "app"}
        else:
            claims |= {"idtyp": "user", "oid": object_id(principal), "upn": upn(principal)}
            claims |= {"name": NAMES[principal], "amr": ["pwd", "mfa"] if mfa else ["pwd"]}
        return self._signed("access", claims), expires

    def read(self, bearer: str) -> Claims | None:
        """The claims of an access token of this world that has not ended; None for any other text."""
        told = self._opened("access", bearer)
        if told is None or told["exp"] <= self._wall():
            return None
        user, mfa = told["idtyp"] == "user", "mfa" in told.get("amr", ())
        return Claims(told["aud"], told["tid"], user, mfa, told["exp"], told["principal"])

    def seal(self, kind: str, told: Mapping[str, object], seconds: float) -> str:
        """A text of this kind that ends after so many seconds and is unlike every other."""
        ends = self._wall() + seconds
        return self._signed(kind, {**told, "number": next(self._count), "ends": ends})

    def unseal(self, kind: str, sealed: str) -> dict[str, Any] | None:
        """What a text of this kind says; None when it is none of this world or has ended."""
        told = self._opened(kind, sealed)
        return told if told is not None and told["ends"] > self._wall() else None

    def spend(self, sealed: str) -> bool:
        """Uses up a text that is good once; False when it was used before."""
        spent = sealed in self._spent
        self._spent.add(sealed)
        return not spent

    def _signed(self, kind: str, told: Mapping[str, object]) -> str:
        body = base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
        return f"{self._key}.{body}.{self._sign(kind, body)}"

    def _opened(self, kind: str, signed: str) -> dict[str, Any] | None:
        key, _, rest = signed.partition(".")
        body, _, signature = rest.partition(".")
        if key != self._key or not hmac.compare_digest(
            self._sign(kind, body).encode(), signature.encode("utf-8", "replace")
        ):
            return None
        told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return told

    def _sign(self, kind: str, body: str) -> str:
        digest = hmac.new(self._secret, f"{kind}.{body}".encode(), hashlib.sha256).digest()
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
