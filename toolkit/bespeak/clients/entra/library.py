"""The one place that knows MSAL: its applications, one a tenant, and how its errors leave it.

MSAL asks the host of the cloud for the addresses of a tenant, and nothing else: its look-up of other names of a cloud
(instance discovery) is off, since the clouds are ours as data and that look-up would go to a further host. It reads a
region from the environment unless told not to. What it writes into logs holds codes at DEBUG, so none of it gets there.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from msal import (  # type: ignore[import-untyped]  # it has no types
    ClientApplication,
    ConfidentialClientApplication,
    PublicClientApplication,
    SerializableTokenCache,
)
from msal_extensions.persistence import PersistenceError  # type: ignore[import-untyped]  # it has no types

from bespeak.clients.entra.http import EntraHttp
from bespeak.clients.entra.refusals import NOTHING_BOUGHT
from bespeak.errors import BespeakError, SignInError, UnreadableError

T = TypeVar("T")
#: An answer of MSAL: a token with what belongs to it, or what was refused. It never leaves this package.
Result = Mapping[str, Any]
_LIBRARIES = ("msal", "msal_extensions")


def _nothing(_record: logging.LogRecord) -> bool:
    return False


# Each of its modules has made its logger when it was imported.
for _name in [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in _LIBRARIES]:
    logging.getLogger(_name).addFilter(_nothing)


class Applications:
    """MSAL's applications over one cache; ``credential`` gives the proof of a confidential one, ``None`` is public."""

    __slots__ = ("_cache", "_client_id", "_credential", "_http", "_lock", "_made")

    def __init__(
        self,
        http: EntraHttp,
        client_id: str,
        cache: SerializableTokenCache,
        credential: Callable[[], Any] | None,
    ) -> None:
        self._http = http
        self._client_id = client_id
        self._cache = cache
        self._credential = credential
        self._made: dict[str, ClientApplication] = {}
        self._lock = threading.Lock()

    def of(self, tenant: str) -> Any:  # noqa: ANN401  # MSAL has no types
        """The application in a tenant; raises ``SignInError`` for a tenant that is not known."""
        with self._lock:
            if tenant not in self._made:
                self._made[tenant] = self._new(tenant)
            return self._made[tenant]

    def forget(self) -> None:
        """Makes them anew when they are needed, so that a changed secret counts."""
        with self._lock:
            self._made.clear()

    def _new(self, tenant: str) -> Any:  # noqa: ANN401  # MSAL has no types
        authority = f"{self._http.cloud.authority}/{tenant}"
        common = {
            "authority": authority,
            "http_client": self._http,
            "token_cache": self._cache,
            "instance_discovery": False,
        }
        if self._credential is None:
            return PublicClientApplication(self._client_id, **common)
        return ConfidentialClientApplication(
            self._client_id,
            client_credential=self._credential(),
            azure_region=ClientApplication.DISABLE_MSAL_FORCE_REGION,
            **common,
        )


def out_of_msal(work: Callable[[], T]) -> T:
    """What the work gives; an error leaves without the frames of MSAL, whose local variables hold secrets."""
    try:
        return work()
    except BespeakError as error:
        failure: BaseException = error.with_traceback(None)
        failure.__cause__ = failure.__context__ = None
    except PersistenceError:
        failure = SignInError(
            "The stored sign-in cannot be read on this computer any more.", "Sign out, then sign in again."
        )
    except KeyboardInterrupt:
        failure = KeyboardInterrupt()
    except Exception as error:  # noqa: BLE001  # MSAL raises ValueError, KeyError, RuntimeError, OSError ...
        failure = UnreadableError(
            f"The sign-in ended in the middle ({type(error).__name__}). {NOTHING_BOUGHT}", "Sign in again."
        )
    raise failure
