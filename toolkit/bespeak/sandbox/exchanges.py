"""Exchanges: a quote, then the exchange, both operations that take their time (2.14 of the Azure sheet)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from bespeak.sandbox.estate import Customer
from bespeak.sandbox.exchange_terms import Terms, Wanted, figures, terms
from bespeak.sandbox.refunds import settle
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.renewals import begun, flexible_size
from bespeak.sandbox.reservation_records import Applied, Reservation, ReservationOrder
from bespeak.sandbox.savings_plans import Promise
from bespeak.sandbox.sessions import Exchange, GivenBack, Taken, TakenPlan
from bespeak.sandbox.splitting import end, parcel, split
from bespeak.sandbox.world import World

Phase = Literal["PendingRefunds", "PendingPurchases", "Succeeded"]
#: Share of the time of an exchange that its refunds take.
_REFUNDS = Decimal("0.4")
_A_DAY, _A_QUARTER = timedelta(days=1), timedelta(days=90)


def quote(world: World, customer: Customer, wanted: Wanted) -> Exchange:
    """A quote and its session; what the policy says against it is no refusal here."""
    found = terms(world, customer, wanted)
    ready = world.now + timedelta(minutes=world.switches.exchange_quote_minutes)
    made = Exchange(
        session_id=world.ids.guid("exchange session"),
        quote_id=world.ids.guid("exchange quote"),
        customer_id=customer.id,
        currency=found.currency,
        asked=world.now,
        quoted=ready,
        until=ready + timedelta(minutes=world.switches.session_minutes),
        given=[figures(one) for one in found.returns],
        taken=list(found.taken),
        plans=list(found.plans),
        against=[(one.code, one.message) for one in found.against],
    )
    _forget(world)
    world.state.sessions.exchanges[made.session_id] = made
    return made


def _forget(world: World) -> None:
    """Forgets quotes of yesterday that nobody used, and exchanges that are long done."""
    kept = world.state.sessions.exchanges
    ends = {
        key: (one.until + _A_DAY if one.done is None else one.done + _A_QUARTER) for key, one in kept.items()
    }
    for old in [key for key, end_of_it in ends.items() if end_of_it < world.now]:
        del kept[old]


def session_of(world: World, session_id: str) -> Exchange:
    """A session that can be used now."""
    found = world.state.sessions.exchanges.get(session_id.lower())
    now = world.now
    if found is None or found.begun is not None or not found.quoted <= now <= found.until:
        what = (
            "Member 'sessionId': the session is unknown, was used or timed out. Call CalculateExchange again."
        )
        raise RefusalError(400, "BadRequest", what)
    return found


def exchange(world: World, found: Exchange, principal: str) -> None:
    """Does what a session quoted, at the figures of this instant; refuses what the policy is against by now."""
    customer = world.directory.customers.get(found.customer_id)
    if customer is None:
        raise RefusalError(403, "Forbidden", "The relationship with the customer of this exchange has ended.")
    now_found = terms(world, customer, _wanted(world, found))
    if now_found.against:
        raise RefusalError(400, now_found.against[0].code, now_found.against[0].message)
    found.begun = world.now
    found.done = world.now + timedelta(minutes=world.switches.exchange_minutes)
    found.given = [figures(one) for one in now_found.returns]
    found.taken, found.plans = list(now_found.taken), list(now_found.plans)
    _give_back(world, found, now_found)
    for number, one in enumerate(found.taken):
        if not one.swap_of:
            _buy(world, found, one, finish(found, number, len(found.taken), purchases=True), principal)
    for plan in found.plans:
        _promise(world, found, plan)


def _wanted(world: World, found: Exchange) -> Wanted:
    given = []
    for one in found.given:
        held = world.book.reservation(one.reservation_id)
        assert held is not None
        given.append((held, one.quantity))
    return Wanted(
        tuple(given), tuple(one.request for one in found.taken), tuple(one.request for one in found.plans)
    )


def _give_back(world: World, found: Exchange, terms_now: Terms) -> None:
    swaps = {one.swap_of: one for one in found.taken if one.swap_of}
    for number, back in enumerate(terms_now.returns):
        done = finish(found, number, len(terms_now.returns))
        if back.held.id in swaps:
            _swap(world, swaps[back.held.id], back.held, back.quantity)
        else:
            settle(world, back, "TradeIn" if found.trade_in else "Exchange", "", done)
            world.book.order_of(back.held).pending_until = done


def _swap(world: World, one: Taken, held: Reservation, quantity: int) -> None:
    """The twin in place of some instances: same order, same term, no money (D-824)."""
    if quantity < held.quantity:
        held = split(world, held, (quantity, held.quantity - quantity))[0]
    made = parcel(world, held, quantity)
    made.offer, made.swap_source = one.offer, held.id
    flexible = one.request.flexible and flexible_size(world.facts, one.offer)
    made.applied = [Applied(world.now, one.request.scope, flexible)]
    made.revisions = [replace(each, applied=made.applied[0]) for each in made.revisions]
    order = world.book.order_of(held)
    world.book.add(order, made)
    held.swapped_into = made.id
    end(held, world.now, "Swapped")
    one.order_id, one.reservation_id = order.id, made.id


def _buy(world: World, found: Exchange, one: Taken, starts: datetime, principal: str) -> None:
    """A purchase of an exchange: its end is known, and Partner Center learns of it then."""
    order = ReservationOrder(
        id=world.ids.guid("reservation order"),
        customer_id=found.customer_id,
        offer=one.offer,
        name=one.request.name or f"VM_RI_{world.now:%m-%d-%Y_%H-%M}",
        quantity=one.request.quantity,
        billing_plan=one.request.plan,
        billing_subscription_id=one.request.billing_id,
        requested=world.now,
        starts=starts,
        visible=starts,
        channel="Exchange",
    )
    made = begun(order, world.ids.guid("reservation"), one.request, flexible_size(world.facts, one.offer))
    world.book.add(order, made)
    world.grants.bought(order, principal)
    one.order_id, one.reservation_id = order.id, made.id
    if starts > world.now:
        world.state.purchases.running.append(order.id)
    else:
        world.shop.adopt(order, world.now)


def _promise(world: World, found: Exchange, plan: TakenPlan) -> None:
    asked = plan.request
    promise = Promise(
        term=asked.term,
        commitment=asked.commitment,
        starts=world.now,
        billing_subscription_id=asked.billing_subscription_id,
        scope=asked.scope,
        name=asked.name,
        currency=asked.currency,
        origin="Exchange",
    )
    made = world.savings_plans.add(found.customer_id, promise)
    plan.order_id, plan.plan_id = made.order_id, made.id


def finish(found: Exchange, number: int, count: int, *, purchases: bool = False) -> datetime:
    """When an item is done: the refunds one by one, then the purchases one by one."""
    assert found.begun is not None
    assert found.done is not None
    share = Decimal(number + 1) / max(1, count)
    part = _REFUNDS + (1 - _REFUNDS) * share if purchases else _REFUNDS * share
    seconds = int((found.done - found.begun).total_seconds() * float(part))
    return found.begun + timedelta(seconds=seconds)


def phase(found: Exchange, now: datetime) -> Phase:
    """How far an exchange is."""
    assert found.done is not None
    if now >= found.done:
        return "Succeeded"
    return "PendingRefunds" if now < finish(found, 0, 1) else "PendingPurchases"


def item_state(
    found: Exchange, items: Sequence[GivenBack | Taken | TakenPlan], number: int, now: datetime
) -> str:
    """How far an item of an exchange is: ``Pending`` or ``Succeeded``."""
    purchases = not isinstance(items[0], GivenBack)
    return "Succeeded" if now >= finish(found, number, len(items), purchases=purchases) else "Pending"
