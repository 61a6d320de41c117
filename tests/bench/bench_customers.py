"""How long a key takes to become a list of customers, and how long the list itself takes to arrive."""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable

import pandas as pd
from figures import Figure, at_most, percentile

from bespeak import connect, customer_details, customers, preflight, search
from bespeak.tables import CUSTOMERS

TYPED = ("c", "co", "con", "cont", "conto", "toys", "bank al", "example.com", "zzzz", "03b8", "9", "a. datum")


def figures() -> list[Figure]:
    """Milliseconds of the search alone over 10,000 customers, of the list of 1,007, and of one customer's lights."""
    os.environ.pop("BESPEAK_SANDBOX", None)
    many = _many(10_000)
    keys = [_ms(lambda text=text: search(many, text)) for text in TYPED for _ in range(5)]
    session = connect()
    known = customers(session)
    contoso = search(known, "Contoso")["customer_id"][0]
    lists = [_ms(lambda: customers(session)) for _ in range(5)]
    lights = [_ms(lambda: preflight(customer_details(session, contoso), session.now())) for _ in range(5)]
    return [
        at_most("search of 10,000 customers, 95th percentile", percentile(keys), "ms", 100),
        at_most("list of 1,007 customers from the sandbox, median", statistics.median(lists), "ms", 150),
        at_most("details and lights of a customer, median", statistics.median(lights), "ms", 100),
    ]


def _many(count: int) -> pd.DataFrame:
    rng = random.Random(1)
    return CUSTOMERS.frame(
        {
            "customer_id": f"{rng.getrandbits(32):08x}-7b3d-4a86-9d11-5e2a7c40b9f3",
            "name": f"Customer {number} Ltd",
            "domain": f"c{number}.example.com",
            "relationship": "reseller",
        }
        for number in range(count)
    )


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
