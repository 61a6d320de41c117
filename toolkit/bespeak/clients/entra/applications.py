"""The ways to sign in of a confidential application: alone, or by a service account (secure application model)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bespeak.clients.entra.assertion import signing
from bespeak.clients.entra.http import EntraHttp
from bespeak.clients.entra.identity import second_factor_of
from bespeak.clients.entra.library import Result
from bespeak.clients.entra.ways import BrowserSignIn, Desk, Wish
from bespeak.clients.key_store import KeyStore
from bespeak.clients.secret import Secret
from bespeak.errors import MissingError, SignInError

_NO_FACTOR = (
    "The refresh token of the secure application model was made without a second factor. It stays without one for ever "
    "(Enabling the Secure Application Model framework, 2021), and since 2026-04-01 Partner Center refuses such calls "
    "(Partner Center authentication, 2026). Nothing was bought."
)
_CONSENT = "Give the consent anew: sign in once as the service account, with multifactor authentication."


def _proof(store: KeyStore, http: EntraHttp, secret: str, certificate: str) -> Any:  # noqa: ANN401  # as MSAL takes it
    """The secret, or what signs with the certificate, that is stored under a name."""
    if not certificate:
        return store.read_secret(secret).reveal()
    return {"client_assertion": signing(store.read_secret(certificate), http.clock.now)}


@dataclass(frozen=True, slots=True)
class AppOnlySignIn:
    """Signs the application itself in, without a person: ``secret`` and ``certificate`` are names in the store.

    A certificate is what Microsoft recommends; it comes first where both are named.
    """

    secret: str = "client-secret"  # noqa: S105  # the name under which it is stored
    certificate: str = ""

    is_app = True
    keeps_cache = False
    is_public = False

    def credential(self, store: KeyStore, http: EntraHttp) -> Any:  # noqa: ANN401  # as MSAL takes it
        """The proof of the application."""
        return _proof(store, http, self.secret, self.certificate)

    def ask(self, desk: Desk, wish: Wish) -> Result:
        """A new token; nobody is asked."""
        return self.renew(desk, Wish(wish.scope, wish.claims, fresh=True))

    def renew(self, desk: Desk, wish: Wish) -> Result:
        """A token of the application."""
        if wish.fresh:
            desk.application.remove_tokens_for_client()
        result: Result = desk.application.acquire_token_for_client(
            [wish.scope], claims_challenge=wish.claims or None
        )
        return result


@dataclass(frozen=True, slots=True)
class SecureAppModelSignIn:
    """Signs in by a stored refresh token of a service account, which each use replaces by the new one.

    ``secret``, ``certificate`` and ``refresh_token`` are names in the store. ``consent`` is how the service account
    signs in once, to make the refresh token; without it a stored one is needed.
    """

    secret: str = "client-secret"  # noqa: S105  # the name under which it is stored
    certificate: str = ""
    refresh_token: str = "secure-app-model"  # noqa: S105  # the name under which it is stored
    consent: BrowserSignIn | None = None

    is_app = False
    keeps_cache = False
    is_public = False

    def credential(self, store: KeyStore, http: EntraHttp) -> Any:  # noqa: ANN401  # as MSAL takes it
        """The proof of the application."""
        return _proof(store, http, self.secret, self.certificate)

    def ask(self, desk: Desk, wish: Wish) -> Result:
        """The consent of the service account, whose refresh token is stored; without a way to it, a renewal."""
        if self.consent is None:
            result = self.renew(desk, wish)
            if result is None:
                raise SignInError("No refresh token of the secure application model is stored.", _CONSENT)
            return result
        return self._kept(desk, self.consent.ask(desk, wish))

    def renew(self, desk: Desk, wish: Wish) -> Result | None:
        """A token by the stored refresh token, in whose place the new one is put before anything else happens."""
        try:
            stored = desk.store.read_secret(self.refresh_token)
        except MissingError:
            return None
        more = {"data": {"claims": wish.claims}} if wish.claims else {}
        return self._kept(
            desk, desk.application.acquire_token_by_refresh_token(stored.reveal(), [wish.scope], **more)
        )

    def _kept(self, desk: Desk, result: Result) -> Result:
        """Stores the new refresh token; raises ``SignInError`` for one that was made without a second factor."""
        if "access_token" not in result:
            return result
        if second_factor_of(Secret(result["access_token"])) is False:
            raise SignInError(_NO_FACTOR, _CONSENT, code="no_second_factor")
        new = result.get("refresh_token")
        if isinstance(new, str) and new:
            desk.store.store_secret(self.refresh_token, Secret(new))
        return result
