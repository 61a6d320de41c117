"""How long three years of the demo estate take in the sandbox, and how much they keep in memory."""

from __future__ import annotations

import time
import tracemalloc
from datetime import timedelta
from decimal import Decimal

from figures import Figure, at_most

from bespeak.sandbox import World
from bespeak.sandbox.clock import instant_of
from bespeak.sandbox.coverage import months
from bespeak.sandbox.day_use import daily_use
from bespeak.sandbox.reservation_records import (
    Applied,
    Offer,
    Reservation,
    ReservationOrder,
    Scope,
    first_reservation,
)
from bespeak.sandbox.savings_plans import Promise
from bespeak.sandbox.utilization import Utilization, Window

_DAY = 24 * 60
_YEARS = 3 * 365 * _DAY


def figures() -> list[Figure]:
    """Seconds of three years for 50 VMs and 20 reservations, of all again a day later (best of 3), memory kept."""
    runs = [_run() for _ in range(3)]
    whole, again = (min(run[part] for run in runs) for part in (0, 1))
    return [
        at_most("three years of 50 VMs and 20 reservations in the sandbox", whole, "s", 3),
        at_most("the same again a day later", again, "s", 3),
        at_most("memory that three years of coverage keep", _memory(), "MiB", 64),
    ]


def _run() -> tuple[float, float]:
    """Seconds of three years, and of all of it once more a day later."""
    world = estate()
    began = time.perf_counter()
    world.advance(_YEARS)
    live(world)
    whole = time.perf_counter() - began
    world.advance(_DAY)
    began = time.perf_counter()
    live(world)
    return whole, time.perf_counter() - began


def estate() -> World:
    """Contoso with 20 reservations whose scopes change every 60 days, and a savings plan."""
    world = World.demo()
    customer = next(one for one in world.directory.customers.values() if one.name == "Contoso")
    machines = world.directory.machines_of(customer.id)
    sizes = list(dict.fromkeys(machine.size for machine in machines))
    places = world.directory.azure_ids(customer.id)
    for number in range(20):
        machine = next(one for one in machines if one.size == sizes[number % len(sizes)])
        group = f"{machine.azure_subscription_id}/{machine.resource_group}"
        scopes = [Scope(), Scope("Single", places[number % len(places)]), Scope("ResourceGroup", group)]
        _reserve(world, number, customer.id, machine.size, scopes)
    promise = Promise(
        term="P3Y", commitment=Decimal("0.5"), starts=world.now, billing_subscription_id=places[0]
    )
    world.savings_plans.add(customer.id, promise)
    return world


def _reserve(world: World, number: int, customer_id: str, size: str, scopes: list[Scope]) -> None:
    offer = Offer("p", "s", size, "polandcentral", "P3Y", size, Decimal(1000), "USD")
    starts = world.now + timedelta(days=number)
    order_id = f"00000000-0000-4000-8000-{number:012d}"
    order = ReservationOrder(order_id, customer_id, offer, size, 2, "Upfront", "", starts, starts, starts)
    held = first_reservation(order, order_id.replace("4000", "4001"), scopes[0], flexible=True)
    changes = [starts + timedelta(days=60 * n) for n in range(1, 18)]
    held.applied += [Applied(at, scopes[n % 3], n % 5 != 0) for n, at in enumerate(changes, 1)]
    world.book.add(order, held)


def live(world: World) -> None:
    """Reads coverage, daily use, hourly and daily records and all rated months of the three years."""
    owner = next(iter(world.book.reservations())).customer_id
    coverage = world.covered(owner)
    for held in coverage.reservations:
        daily_use(coverage, held)
    azure = next(one for held in world.directory.subscriptions_of(owner) for one in held.azure)
    records = Utilization(azure, coverage, world.facts, world.demand)
    start, end = instant_of(coverage.start), world.now
    records.count(Window(start, end, hourly=True, details=True))
    daily = Window(start, end, hourly=False, details=True)
    records.page(daily, 0, records.count(daily))
    for begin, close in months(coverage.start, coverage.end):
        if close <= coverage.end:
            month = world.rated_between(begin, close)
            month.page(0, len(month))


def _memory() -> float:
    world = estate()
    world.advance(_YEARS)
    owner: Reservation = next(iter(world.book.reservations()))
    tracemalloc.start()
    coverage = world.covered(owner.customer_id)
    for _ in coverage.stretches(coverage.start, coverage.end):
        pass
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return kept / 2**20
