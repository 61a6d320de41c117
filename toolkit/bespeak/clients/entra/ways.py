"""The ways to sign in, as values: what each asks of a person, and how it renews a token without one.

A person is asked by ``ask`` only, which only ``EntraTokens.sign_in`` calls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol

from bespeak.clients.entra.http import EntraHttp
from bespeak.clients.entra.library import Result
from bespeak.clients.entra.loopback import Receiver
from bespeak.clients.key_store import KeyStore
from bespeak.errors import SignInError

#: What is said before a code is shown (T-09): whoever sends somebody a code signs in as that person.
WARNING = (
    "Use this code only if you asked for it yourself just now. A code that somebody sends you signs that person in "
    "as you, with your rights to buy. The sign-in in the browser is safer; many organisations block this one."
)


@dataclass(frozen=True, slots=True)
class Wish:
    """The token that is wanted: for what, what the sign-in must satisfy, and whether a kept one will not do."""

    scope: str
    claims: str = ""
    fresh: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Desk:
    """What a way to sign in works with: MSAL's application in the tenant, the way to the service, the store."""

    application: Any
    http: EntraHttp
    store: KeyStore

    def __reduce__(self) -> NoReturn:
        raise TypeError("A sign-in is never pickled or copied.")


class SignIn(Protocol):
    """One way to sign in."""

    @property
    def is_app(self) -> bool:
        """Whether no person is behind it."""
        ...

    @property
    def keeps_cache(self) -> bool:
        """Whether its refresh tokens rest in the token cache."""
        ...

    @property
    def is_public(self) -> bool:
        """Whether the application has no secret of its own."""
        ...

    def credential(self, store: KeyStore, http: EntraHttp) -> Any:  # noqa: ANN401  # as MSAL takes it
        """The proof of the application; raises ``MissingError`` when it is not stored."""
        ...

    def ask(self, desk: Desk, wish: Wish) -> Result:
        """Asks the person; what came of it. Raises ``SignInError`` when nothing came."""
        ...

    def renew(self, desk: Desk, wish: Wish) -> Result | None:
        """A token without asking anybody, what was refused, or ``None`` when nobody has signed in yet."""
        ...


class _OfAPerson:
    """What the ways of a public application with a person share: the token cache renews."""

    __slots__ = ()
    is_app = False
    keeps_cache = True
    is_public = True

    def credential(self, store: KeyStore, http: EntraHttp) -> NoReturn:
        """None: a public application has no secret."""
        raise SignInError(f"This way to sign in needs no secret ({store!r}, {http!r}).")

    def renew(self, desk: Desk, wish: Wish) -> Result | None:
        """A token from the cache, or by the refresh token in it."""
        accounts = desk.application.get_accounts()
        if len(accounts) != 1:
            return None
        found: Result | None = desk.application.acquire_token_silent_with_error(
            [wish.scope], account=accounts[0], force_refresh=wish.fresh, claims_challenge=wish.claims or None
        )
        return found


@dataclass(frozen=True, slots=True)
class BrowserSignIn(_OfAPerson):
    """Signs in on a page of the browser, with PKCE; the answer comes to a port of this machine only.

    ``open_browser`` opens an address and says whether it could; ``seconds`` is how long the person may take.
    """

    open_browser: Callable[[str], bool] = field(repr=False)
    seconds: float = 300.0
    login_hint: str = ""

    def ask(self, desk: Desk, wish: Wish) -> Result:
        """What the page answered; raises ``SignInError`` without a browser or when nothing came in time."""
        flow: dict[str, Any] = {}
        with Receiver(lambda: str(flow.get("state", ""))) as receiver:
            flow |= desk.application.initiate_auth_code_flow(
                [wish.scope],
                redirect_uri=receiver.address,
                prompt="select_account",
                login_hint=self.login_hint or None,
                claims_challenge=wish.claims or None,
                response_mode="form_post",
            )
            if not self.open_browser(desk.http.shown(flow["auth_uri"])):
                raise SignInError(
                    "You are not signed in: no browser could be opened on this computer.",
                    "Sign in on a computer with a browser, or choose the sign-in by a device code.",
                )
            told = receiver.wait(self.seconds)
        if not told:
            raise SignInError(
                f"You are not signed in: no answer came from the browser within {self.seconds:g} seconds.",
                "Sign in again when you are ready.",
            )
        result: Result = desk.application.acquire_token_by_auth_code_flow(flow, told)
        return result


@dataclass(frozen=True, slots=True)
class DeviceCodeSignIn(_OfAPerson):
    """Signs in by a code that the person enters on another device; only when it is asked for (T-09).

    ``show`` puts a text before the person, which must not be saved: it holds the code. ``sleep`` waits seconds.
    """

    show: Callable[[str], None] = field(repr=False)
    sleep: Callable[[float], None] = field(repr=False)

    def ask(self, desk: Desk, wish: Wish) -> Result:
        """What came of the code; shows it once, with the warning before it."""
        claims = wish.claims or None
        flow = desk.application.initiate_device_flow([wish.scope], claims_challenge=claims)
        if "user_code" not in flow:
            refused: Result = flow
            return refused
        self.show(f"{WARNING}\n\nOpen {flow['verification_uri']} and enter {flow['user_code']}.")
        left = float(flow["expires_in"])
        while True:
            result: Result = desk.application.acquire_token_by_device_flow(
                flow, claims_challenge=claims, exit_condition=lambda _: True
            )
            wait = float(flow["interval"])
            if result.get("error") not in {"authorization_pending", "slow_down"} or left < wait:
                return result
            flow.pop("latest_attempt_at", None)  # MSAL counts by the wall clock; the wait is ours
            self.sleep(wait)
            left -= wait


def leave_only(result: Result, application: Any) -> None:  # noqa: ANN401  # MSAL has no types
    """Leaves one account in the token cache: the one that has just signed in."""
    signed_in = result.get("id_token_claims", {}).get("oid")
    for account in application.get_accounts():
        if signed_in and account.get("local_account_id") != signed_in:
            application.remove_account(account)
