"""The machine of laws sees mistakes: for each law one is planted, and the machine finds it (reliability.md F5)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import law_run
import numpy as np
import pytest
from law_door import Door
from law_witness import LawError

from bespeak.sandbox import clock, coverage_book, refunds, returns, splitting, state
from bespeak.sandbox import world as world_module
from bespeak.sandbox.http.arm import splitting as http_splitting
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.shop import Shop

STEPS = 6_000


def money_comes_from_nowhere(plant):
    real = returns.value

    def value(world, held, quantity):
        given = real(world, held, quantity)
        return replace(given, amount=given.amount + Decimal("0.01"))

    plant(refunds, "value", value)


def the_pool_has_no_limit(plant):
    plant(refunds, "violations", lambda _world, _given: [])


def a_split_loses_an_instance(plant):
    real = splitting.split

    def split(world, held, quantities, **more):
        parts = real(world, held, quantities, **more)
        if parts[0].quantity > 1:
            parts[0].quantity -= 1
        return parts

    plant(http_splitting, "split", split)


def an_order_comes_without_a_checkout(plant):
    real = Shop.create

    def create(shop, customer, *arguments, **more):
        cart = real(shop, customer, *arguments, **more)
        lines = [line for line in cart.lines if line.error is None]
        if lines:
            with suppress(RefusalError):
                shop.placing.place(customer, lines, cart.created)
        return cart

    plant(Shop, "create", create)


def an_hour_is_covered_by_every_reservation(plant):
    def apply_pools(need, pools):
        covers = []
        for pool in pools:
            wanted = np.where(pool.eligible, need, 0.0)
            before = np.cumsum(wanted, axis=1) - wanted
            covers.append(np.clip(pool.units[:, None] - before, 0.0, wanted))
        return covers

    plant(coverage_book, "apply_pools", apply_pools)


def a_reservation_covers_more_than_it_has(plant):
    real = coverage_book.Pool
    plant(coverage_book, "Pool", lambda units, eligible: real(units * 2, eligible))


def the_clock_goes_back(plant):
    real = clock.later
    plant(world_module, "later", lambda now, minutes: real(now, 1) - clock.timedelta(minutes=minutes + 1))


def a_snapshot_forgets(plant):
    real = state.load

    def load(text):
        loaded = real(text)
        loaded.shop.carts.clear()
        return loaded

    plant(world_module, "load", load)


def a_refused_request_leaves_a_trace(plant):
    real = splitting.check_idle

    def check_idle(book, held, now):
        held.name += "."
        return real(book, held, now)

    plant(splitting, "check_idle", check_idle)


PLANTED = {
    money_comes_from_nowhere: "comes back|Money|pool",
    the_pool_has_no_limit: "The pool is never exceeded",
    a_split_loses_an_instance: "Quantities survive split and merge",
    an_order_comes_without_a_checkout: "No order without a checkout or a quote",
    an_hour_is_covered_by_every_reservation: "No hour is covered twice",
    a_reservation_covers_more_than_it_has: "No more is covered than was reserved",
    the_clock_goes_back: "Time never runs back",
    a_snapshot_forgets: "A snapshot holds everything",
    a_refused_request_leaves_a_trace: "A refused request changes nothing",
}


@pytest.fixture(scope="module")
def at_hand(folder) -> tuple[law_run.World, Door]:
    world = law_run.World.demo(folder=folder)
    return world, law_run.door_to(world)


@pytest.mark.slow
@pytest.mark.parametrize("mistake", PLANTED, ids=lambda one: one.__name__)
def test_a_planted_mistake_is_seen(at_hand, mistake, monkeypatch):
    mistake(monkeypatch.setattr)
    with pytest.raises(LawError, match=PLANTED[mistake]):
        law_run.run(*at_hand, STEPS, number=2)
