"""Puts the sign-in of a tenant together: the connection, the clock, the store, the way to sign in."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx

from bespeak.clients.entra.clock import ServiceClock
from bespeak.clients.entra.clouds import Cloud
from bespeak.clients.entra.http import EntraHttp, StandIn
from bespeak.clients.entra.tokens import EntraTokens
from bespeak.clients.entra.ways import SignIn
from bespeak.clients.key_store import KeyStore
from bespeak.clients.real_door import system_roots


def open_tokens(
    cloud: Cloud,
    tenant: str,
    client_id: str,
    *,
    way: SignIn,
    store: KeyStore,
    wall: Callable[[], float],
    proxy: str = "",
    stand_in: StandIn | None = None,
) -> EntraTokens:
    """The tokens of a tenant in a cloud, nobody asked yet; ``wall`` is the time of day in seconds.

    A proxy is used where the settings name one; the environment is never asked for one. With ``stand_in`` a sandbox on
    this machine is asked in the place of the cloud, and never by a proxy.
    """
    client = httpx.Client(
        verify=system_roots(), trust_env=False, proxy=proxy if proxy and stand_in is None else None
    )
    clock = ServiceClock(wall, time.monotonic)
    http = EntraHttp(cloud, client, clock, sleep=time.sleep, stand_in=stand_in)
    return EntraTokens(http, tenant, client_id, way=way, store=store)
