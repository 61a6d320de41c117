"""The door into a sandbox: the same application, mounted in this process or served on this machine."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from bespeak.clients.address import is_loopback
from bespeak.clients.call import Service
from bespeak.clients.secret import Secret
from bespeak.clients.sign_in import SandboxTokens
from bespeak.clients.transport import Transport
from bespeak.errors import InputError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: Of the loopback names (RFC 6761), so that a call can never leave the machine, mounted or not.
_IN_KERNEL = "http://sandbox.localhost"
_SERVICES: tuple[Service, ...] = ("login", "partner_center", "price_sheets", "arm", "graph", "control")


class SandboxDoor(Transport):
    """A door into a sandbox; ``for_person`` gives one through which another invented person goes, by the role."""

    for_person: Callable[[str], SandboxDoor]


def _random_id() -> str:
    return str(uuid.uuid4())


def seeded_ids(seed: int) -> Callable[[], str]:
    """Makes GUIDs that are the same for the same seed: for one door alone into a world of its own."""
    chance = random.Random(f"ids {seed}")  # noqa: S311  # repeatable on purpose; the world it is for is made up

    def new_id() -> str:
        return str(uuid.UUID(int=chance.getrandbits(128), version=4))

    return new_id


def in_kernel_door(
    application: Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]],
    key: str,
    new_id: Callable[[], str] = _random_id,
) -> SandboxDoor:
    """A door to a WSGI application in this process, behind the HTTP library's own WSGI transport."""
    mounted: WSGIApplication = application
    http = httpx.Client(transport=httpx.WSGITransport(mounted), trust_env=False, follow_redirects=False)
    return _door(_IN_KERNEL, Secret(key), http, "Run connect() again.", new_id)


def served_door(url: str, key: str) -> SandboxDoor:
    """A door to a sandbox that is served on this machine; raises ``InputError`` for any other address."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not is_loopback(parts.hostname or ""):
        raise InputError(
            "The sandbox's address is not on this machine.",
            "Start it with 'bespeak lab' or 'bespeak sandbox'.",
        )
    # trust_env off: with HTTP_PROXY set, a call to this machine would go to the proxy, token included.
    http = httpx.Client(trust_env=False, follow_redirects=False)
    return _door(url, Secret(key), http, "Is 'bespeak lab' still running? Start it again, then repeat this.")


def _door(
    url: str,
    key: Secret,
    http: httpx.Client,
    when_away: str,
    new_id: Callable[[], str] = _random_id,
    person: str = "",
) -> SandboxDoor:
    base = url.rstrip("/")
    bases: Mapping[Service, str] = {service: f"{base}/{service}" for service in _SERVICES}
    door = SandboxDoor(
        bases,
        SandboxTokens(key, time.monotonic, as_principal=person),
        http,
        sleep=time.sleep,
        clock=time.monotonic,
        rng=random.Random(),  # noqa: S311  # it spreads repeats, it guards nothing
        new_id=new_id,
        when_away=when_away,
    )
    door.for_person = partial(_door, url, key, http, when_away, new_id)
    return door
