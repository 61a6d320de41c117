"""The tokens of somebody who signed in with Entra ID: one for each service and tenant, renewed before it ends."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from msal import SerializableTokenCache  # type: ignore[import-untyped]  # it has no types

from bespeak.clients.call import Door, Service
from bespeak.clients.entra.http import EntraHttp
from bespeak.clients.entra.identity import claims_of, person_of
from bespeak.clients.entra.library import Applications, Result, out_of_msal
from bespeak.clients.entra.refusals import explain, needs_a_person, nobody, renewed_error
from bespeak.clients.entra.ways import Desk, SignIn, Wish, leave_only
from bespeak.clients.forgetting import without_locals
from bespeak.clients.key_store import KeyStore, cache_name
from bespeak.clients.secret import Secret
from bespeak.clients.session import Person
from bespeak.errors import SignInError

#: A token is renewed this long before it ends, by the clock of the service (seconds).
EARLY = 300.0
#: What a token is held by: what it is for, and the tenant.
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Held:
    token: Secret
    renew_at: float


class EntraTokens:
    """The tokens of one person or application in a cloud; a person is asked in ``sign_in`` and nowhere else.

    Threads that need the same token at once ask for it once. ``tenant`` is the partner's, a domain or an id.
    """

    __slots__ = (
        "_applications",
        "_cache_name",
        "_claims",
        "_client_id",
        "_flight",
        "_held",
        "_http",
        "_last_code",
        "_person",
        "_refused",
        "_state",
        "_store",
        "_tenant",
        "_unwanted",
        "_way",
    )

    def __init__(self, http: EntraHttp, tenant: str, client_id: str, *, way: SignIn, store: KeyStore) -> None:
        self._http = http
        self._tenant = tenant.strip().lower()
        self._client_id = client_id
        self._way = way
        self._store = store
        self._cache_name = cache_name(http.cloud.name, self._tenant, client_id)
        self._state = threading.Lock()
        self._flight = threading.RLock()
        self._applications = self._new_applications()
        self._held: dict[_Key, _Held] = {}
        self._unwanted: set[_Key] = set()
        self._refused: dict[_Key, SignInError] = {}
        self._person: Person | None = None
        self._claims = ""
        self._last_code = ""

    def __repr__(self) -> str:
        return f"EntraTokens({self._http.cloud.name}, {self._tenant}, ***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("Tokens are never pickled or copied: sign in where they are needed.")

    @property
    @without_locals()
    def person(self) -> Person:
        """Who is signed in, asked of the stored sign-in when needed; raises ``SignInError`` when nobody is."""
        with self._state:
            person = self._person
        if person is None:
            self._get("partner_center", "")
            with self._state:
                person = self._person
        if person is None:
            raise nobody()
        return person

    @property
    def clock_skew(self) -> float | None:
        """The seconds by which the service's clock is ahead of this machine's; ``None`` before the first answer."""
        return self._http.clock.skew

    @without_locals()
    def token(self, service: Service, door: Door, tenant: str = "") -> Secret | None:  # noqa: ARG002  # of the protocol
        """The token for a service in a tenant ("": the partner's); ``None`` for the sign-in and the sandbox's control.

        Raises ``SignInError`` when somebody must sign in first; it never asks. Raises a ``ServiceError`` when the
        sign-in service is out of reach.
        """
        if service in {"login", "control"}:
            return None
        return self._get(service, tenant)

    def forget(self, service: Service, token: Secret) -> None:
        """Drops a token that was not accepted, unless a newer one is there already; the next one is a new one."""
        del service  # the token says itself which one it is
        with self._state:
            for key, held in list(self._held.items()):
                if held.token == token:
                    del self._held[key]
                    self._unwanted.add(key)

    @without_locals()
    def challenge(self, service: Service, claims: str, tenant: str = "") -> SignInError:
        """Notes what a service wants of the next sign-in; the error to raise for it."""
        error = explain({"error": "interaction_required", "claims": claims})
        self._note(self._key(service, tenant), error)
        return error

    @without_locals()
    def sign_in(self, claims: str = "") -> Person:
        """Asks the person to sign in, once; ``claims`` is what a ``SignInError`` said that it must satisfy.

        Without it, what the last refusal of a token asked for counts. Raises ``SignInError`` if refused.
        """
        key = self._key("partner_center", "")
        with self._flight:
            with self._state:
                claims = claims or self._claims
            self._applications.forget()
            result = out_of_msal(
                lambda: self._way.ask(self._desk(key[1]), Wish(self._scope("partner_center"), claims))
            )
            if "access_token" not in result:
                raise self._again(explain(result, self._http.clock.wrong))
            with self._state:
                self._claims = self._last_code = ""
                self._held.clear()
                self._unwanted.clear()
                self._refused.clear()
            self._keep(key, result)
            if self._way.keeps_cache:
                out_of_msal(lambda: leave_only(result, self._applications.of(self._tenant)))
            return self.person

    @without_locals()
    def sign_out(self) -> None:
        """Forgets all tokens, in memory and in the token cache; a stored refresh token of a service account stays."""
        with self._flight:
            with self._state:
                self._held.clear()
                self._refused.clear()
                self._person = None
                self._claims = ""
            if self._way.keeps_cache:
                self._store.forget_tokens(self._cache_name)
            self._applications = self._new_applications()

    def _get(self, service: Service, tenant: str) -> Secret:
        key = self._key(service, tenant)
        found = self._good(key)
        if found is not None:
            return found
        with self._flight:
            found = self._good(key)  # another thread may have got it meanwhile
            return self._renewed(key, self._scope(service)) if found is None else found

    def _good(self, key: _Key) -> Secret | None:
        now = self._http.clock.now()
        with self._state:
            held = self._held.get(key)
        return held.token if held is not None and now < held.renew_at else None

    def _renewed(self, key: _Key, scope: str) -> Secret:
        with self._state:
            # What is held here and has ended must not come back from MSAL, which goes by the clock of the machine.
            refused, fresh = self._refused.get(key), key in self._unwanted or key in self._held
        if refused is not None:
            raise renewed_error(refused)  # asked again without a person, it would only be refused again
        result = out_of_msal(lambda: self._way.renew(self._desk(key[1]), Wish(scope, fresh=fresh)))
        if result is None:
            raise nobody()
        if "access_token" not in result:
            error = explain(result, self._http.clock.wrong)
            self._note(key, error)
            raise error
        return self._keep(key, result)

    def _keep(self, key: _Key, result: Result) -> Secret:
        token = Secret(str(result["access_token"]))
        lasts = float(result.get("expires_in", 0))
        renew_at = self._http.clock.now() + max(lasts - EARLY, lasts / 2)
        with self._state:
            self._held[key] = _Held(token, renew_at)
            self._unwanted.discard(key)
            if key == self._key("partner_center", ""):
                self._person = self._who(result, token)
        return token

    def _who(self, result: Result, token: Secret) -> Person:
        told: Mapping[str, Any] = result.get("id_token_claims") or claims_of(token)
        return person_of(told, token, tenant=self._tenant, is_app=self._way.is_app, app=self._client_id)

    def _note(self, key: _Key, error: SignInError) -> None:
        if not needs_a_person(error):
            return
        with self._state:
            self._refused[key] = renewed_error(error)
            self._claims = error.claims or self._claims

    def _again(self, error: SignInError) -> SignInError:
        """The error of a prompt; the second time the same is refused, it says to stop."""
        with self._state:
            twice = bool(error.code) and error.code == self._last_code
            self._last_code = error.code
            self._claims = error.claims or self._claims
        if not twice:
            return error
        step = "It was refused twice for the same reason, so do not try again. Ask your administrator."
        return renewed_error(error, step)

    def _key(self, service: Service, tenant: str) -> _Key:
        return self._scope(service), tenant.strip().lower() or self._tenant

    def _scope(self, service: Service) -> str:
        return self._http.cloud.scope(service)

    def _desk(self, tenant: str) -> Desk:
        return Desk(self._applications.of(tenant), self._http, self._store)

    def _new_applications(self) -> Applications:
        kept = self._way.keeps_cache
        cache = self._store.token_cache(self._cache_name) if kept else SerializableTokenCache()
        proof = None if self._way.is_public else lambda: self._way.credential(self._store, self._http)
        return Applications(self._http, self._client_id, cache, proof)
