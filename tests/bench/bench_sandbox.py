"""How long the sandbox takes to answer, in the kernel and over the loopback."""

from __future__ import annotations

import statistics
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import httpx
from figures import Figure, at_most

from bespeak import connect, find_customer
from bespeak.catalogue.sizes import sizes
from bespeak.clients.partner_center.usage import utilization
from bespeak.sandbox import World
from bespeak.sandbox.server import serve

TOKEN = "a-token-for-this-benchmark"


def figures() -> list[Figure]:
    """Milliseconds of a request over the loopback, of 1,000 usage records, and of the size table's first load."""
    session = connect()
    fabrikam = find_customer(session, "Fabrikam")
    subscription = fabrikam.subscriptions["subscription_id"][0]
    end = session.now()
    call = utilization(
        fabrikam.customer_id, subscription, end - timedelta(days=30), end, granularity="Hourly"
    )
    records = len(session.door.collect(call))
    reads = [_ms(lambda: session.door.collect(call)) * 1000 / records for _ in range(5)]
    return [
        at_most("request over the loopback, median", statistics.median(_over_the_loopback()), "ms", 10),
        at_most(
            "1,000 hourly records, read from the sandbox in the kernel, median",
            statistics.median(reads),
            "ms",
            40,
        ),
        at_most("first load of the size table", _first_load(), "ms", 100),
    ]


def _over_the_loopback() -> list[float]:
    """A naive server costs 40 ms for each request (Nagle)."""
    served = serve(World.demo(), 0, TOKEN)
    thread = threading.Thread(target=served.run, daemon=True)
    thread.start()
    try:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        with httpx.Client(base_url=served.url, trust_env=False, headers=headers) as client:
            return [_ms(lambda: client.get("/control/world").raise_for_status()) for _ in range(30)]
    finally:
        served.close()
        thread.join(timeout=5)


def _first_load() -> float:
    for made in vars(sys.modules["bespeak.catalogue.sizes"]).values():
        if hasattr(made, "cache_clear"):
            made.cache_clear()
    return _ms(sizes)


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
