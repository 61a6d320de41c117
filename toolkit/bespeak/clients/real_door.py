"""The door to Microsoft's services: their addresses only, certificates always checked, no proxy unless told."""

from __future__ import annotations

import random
import ssl
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from bespeak.clients.call import Service
from bespeak.clients.limiter import SharedLimiter
from bespeak.clients.transport import TokenSource, Transport

#: Below the private folder of a tenant: who of its kernels asks now.
_LIMITER = "asking"


def system_roots() -> ssl.SSLContext:
    """Certificates are checked against the roots of the operating system, those of the company included.

    There is no switch that turns the check off.
    """
    return ssl.create_default_context()


def real_door(
    addresses: Mapping[Service, str],
    tokens: TokenSource,
    may_write: Callable[[], str],
    home: Path,
    *,
    wall: Callable[[], float],
    proxy: str = "",
) -> Transport:
    """The door; ``proxy`` is an address, "" for none, and the environment is not asked for one.

    ``wall`` is the time of day in seconds, ``may_write`` says why nothing may be changed now, "" when it may.
    """
    http = httpx.Client(verify=system_roots(), trust_env=False, follow_redirects=False, proxy=proxy or None)
    return Transport(
        addresses,
        tokens,
        http,
        sleep=time.sleep,
        clock=time.monotonic,
        rng=random.Random(),  # noqa: S311  # it spreads repeats, it guards nothing
        new_id=lambda: str(uuid.uuid4()),
        may_write=may_write,
        limiter=SharedLimiter(home / _LIMITER, wall, time.sleep),
        wall=wall,
    )
