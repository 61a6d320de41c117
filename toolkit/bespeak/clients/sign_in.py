"""Tokens of the sandbox, one for each audience, asked for once and renewed in time."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from bespeak.clients.call import Answer, Call, Door, Service
from bespeak.clients.ids import code
from bespeak.clients.reading import having
from bespeak.clients.secret import Secret
from bespeak.errors import UnreadableError

#: What a token is for (Partner Center authentication, 2026; the price sheet host takes no Partner Center token).
SCOPES: Mapping[Service, str] = {
    "partner_center": "https://api.partnercenter.microsoft.com/.default",
    "price_sheets": "https://api.partner.microsoft.com/.default",
    "arm": "https://management.azure.com/.default",
    "graph": "https://graph.microsoft.com/.default",
}
#: A token is renewed this long before it ends (seconds), so that it never ends under way.
EARLY = 300.0
_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")
_CLIENT = "5a2d1c94-0f0b-4c1e-9d53-be5bea4be5be"


@dataclass(frozen=True, slots=True)
class Grant:
    """A token and how long it is good for (seconds)."""

    token: Secret
    lasts: float


@dataclass(frozen=True, slots=True)
class _Held:
    token: Secret
    renew_at: float


def ask_token(tenant: str, service: Service, refresh_token: Secret) -> Call[Grant]:
    """The call for a token of a signed-in user with multi-factor authentication, from a refresh token."""
    return Call(
        name="sign in",
        service="login",
        method="POST",
        path=f"/{code(tenant, 'tenant')}/oauth2/v2.0/token",
        read=_read_grant,
        form={
            "grant_type": "refresh_token",
            "client_id": _CLIENT,
            "refresh_token": refresh_token.reveal(),
            "scope": SCOPES[service],
        },
        safe=True,  # asking for a token twice does no harm
    )


def _read_grant(answer: Answer) -> Grant:
    told = having(answer, "access_token", "expires_in")
    token = told["access_token"]
    if not (isinstance(token, str) and _TOKEN.fullmatch(token)):
        raise UnreadableError("the answer holds no token that can be sent", "Sign in again.")
    try:
        # The older endpoint writes the number as a text.
        return Grant(Secret(token), float(told["expires_in"]))
    except (TypeError, ValueError):
        raise UnreadableError(
            "the answer does not say how long the token is good for", "Sign in again."
        ) from None


class SandboxTokens:
    """The tokens of one sandbox world; its own key opens its control and stands for the signed-in user.

    ``clock`` counts seconds (monotonic). Threads that need the same token at once ask for it once. ``as_principal``
    names the invented person by the role ("sales-agent"); without it an admin agent signs in.
    """

    def __init__(
        self,
        key: Secret,
        clock: Callable[[], float],
        tenant: str = "sandbox.example",
        as_principal: str = "",
    ) -> None:
        self._key = key
        # What the sandbox takes for the refresh token of this person.
        self._refresh = Secret(f"{key.reveal()}.as-{as_principal}") if as_principal else key
        self._clock = clock
        self._tenant = tenant
        self._held: dict[Service, _Held] = {}
        self._locks: dict[Service, threading.Lock] = {service: threading.Lock() for service in SCOPES}

    def __repr__(self) -> str:
        return "SandboxTokens(***)"

    def token(self, service: Service, door: Door, tenant: str = "") -> Secret | None:  # noqa: ARG002  # of the protocol
        """The token for a service, asked for or renewed when needed; ``None`` for the sign-in itself.

        The sandbox lets one token of the partner's act for every customer, so ``tenant`` changes nothing here.
        """
        if service == "login":
            return None
        if service == "control":
            return self._key
        with self._locks[service]:
            held = self._held.get(service)
            if held is None or self._clock() >= held.renew_at:
                held = self._renewed(service, door)
            return held.token

    def __reduce__(self) -> NoReturn:
        raise TypeError("Tokens are never pickled or copied.")

    def forget(self, service: Service, token: Secret) -> None:
        """Drops a token that was not accepted, unless a newer one is there already."""
        if service not in self._locks:
            return
        with self._locks[service]:
            held = self._held.get(service)
            if held is not None and held.token == token:
                del self._held[service]

    def _renewed(self, service: Service, door: Door) -> _Held:
        grant = door.send(ask_token(self._tenant, service, self._refresh))
        held = _Held(grant.token, self._clock() + max(grant.lasts - EARLY, grant.lasts / 2))
        self._held[service] = held
        return held
