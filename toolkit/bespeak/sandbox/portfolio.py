"""A portfolio of invented customers for size: cheap to have, with machines only where somebody looks.

One customer in 20 has one to six machines, so that the rated lines of all together stay some thousands a month.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from itertools import product

from bespeak.sandbox.demand import PATTERN
from bespeak.sandbox.estate import AzureSubscription, Customer, Estate, Kind, Machine, Subscription
from bespeak.sandbox.facts import Facts
from bespeak.sandbox.ids import guid

_REGION = "polandcentral"
#: So many customers in all are the most.
MOST = 10_000
#: One customer in so many has machines.
SHARE = 20
_KINDS: tuple[Kind, ...] = ("azure_plan", "azure_plan", "azure_plan", "legacy", "none")
_FIRST = (
    "Alder",
    "Birch",
    "Cedar",
    "Dune",
    "Ember",
    "Fjord",
    "Grove",
    "Harbour",
    "Iris",
    "Juniper",
    "Kestrel",
    "Lark",
)
_SECOND = (
    "Bakery",
    "Bank",
    "Clinic",
    "Foods",
    "Freight",
    "Games",
    "Labs",
    "Media",
    "Motors",
    "Optics",
    "Retail",
    "Tools",
)
_NAMES = tuple(f"{first} {second}" for first, second in product(_FIRST, _SECOND))
_SIZES = ("Standard_D2s_v5", "Standard_D4s_v5", "Standard_E2as_v5", "Standard_B2s_v2", "Standard_D2as_v5")
_PATTERNS = ("always", "always", "office_hours", "nights")


def with_portfolio(sample: Estate, count: int, seed: int, facts: Facts) -> Estate:
    """The estate of the sample data, with so many more customers after its own."""
    if not 0 <= count <= MOST:
        raise ValueError(f"A portfolio has at most {MOST} customers, not {count}.")
    more = list(customers(count, seed))
    held = list(subscriptions(more))
    sold = {price.size for price in facts.prices if (price.region, price.os) == (_REGION, "Linux")}
    return Estate(
        {**sample.customers, **{one.id: one for one in more}},
        {**sample.subscriptions, **{one.id: one for one in held}},
        {**sample.by_customer, **{one.customer_id: (one,) for one in held}},
        Machines(sample.machines, held, seed, sold),
    )


def customers(count: int, seed: int) -> Iterator[Customer]:
    """So many customers, the same for the same seed; one in ten has not accepted the agreement."""
    for number in range(1, count + 1):
        drawn = _drawn(seed, number)
        name = f"{_NAMES[drawn[0] % len(_NAMES)]} {number:05d}"
        domain = f"generated{number:05d}.example.com"
        kind = _KINDS[drawn[1] % len(_KINDS)]
        yield Customer(guid("portfolio", seed, number), name, domain, "US", kind, drawn[2] % 10 > 0)


def subscriptions(some: list[Customer]) -> Iterator[Subscription]:
    """One subscription for each customer that has any; of a plan, sometimes with two Azure subscriptions below."""
    for number, customer in enumerate(some, 1):
        if customer.kind == "none":
            continue
        below = 2 if customer.kind == "azure_plan" and number % 7 == 0 else 1
        azure = tuple(
            AzureSubscription(guid("portfolio azure", customer.id, one), f"{customer.name} {one}")
            for one in range(1, below + 1)
        )
        held = guid("portfolio subscription", customer.id)
        yield Subscription(held, customer.id, customer.kind, number % 4 > 0, azure)


class Machines(Mapping[str, tuple[Machine, ...]]):
    """The machines of Azure subscriptions: those of the tables, and generated ones, made when first asked for."""

    def __init__(
        self,
        known: Mapping[str, tuple[Machine, ...]],
        generated: list[Subscription],
        seed: int,
        sold: set[str],
    ) -> None:
        self._made = dict(known)
        owners = [held for number, held in enumerate(generated) if number % SHARE == 0]
        self._waiting = {held.azure[0].id for held in owners}
        self._seed = seed
        self._sizes = tuple(size for size in _SIZES if size in sold) or tuple(sorted(sold))[:1]

    def __getitem__(self, azure_id: str) -> tuple[Machine, ...]:
        """The machines in an Azure subscription."""
        if azure_id in self._waiting:
            self._waiting.discard(azure_id)
            self._made[azure_id] = tuple(self._machines(azure_id))
        return self._made[azure_id]

    def __iter__(self) -> Iterator[str]:
        """The Azure subscriptions that have machines."""
        return iter([*self._made, *self._waiting])

    def __len__(self) -> int:
        """How many have."""
        return len(self._made) + len(self._waiting)

    def _machines(self, azure_id: str) -> Iterator[Machine]:
        drawn = _drawn(self._seed, azure_id)
        series = PATTERN + _PATTERNS[drawn[3] % len(_PATTERNS)]
        for rank in range(1, drawn[4] % 6 + 2):
            size = self._sizes[drawn[5 + rank % 3] % len(self._sizes)]
            yield Machine(azure_id, series, rank, f"vm-{rank:02d}", "rg-main", size, "Linux", _REGION)


def _drawn(seed: int, what: object) -> bytes:
    return hashlib.blake2b(f"{seed}|{what}".encode(), digest_size=16, key=b"portfolio").digest()
