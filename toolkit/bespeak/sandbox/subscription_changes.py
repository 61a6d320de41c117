"""Suspending, renaming and taking up subscriptions again (Microsoft, *Suspend a subscription*, *Azure plan*)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bespeak.sandbox.clock import hour_ceiling
from bespeak.sandbox.estate import Subscription
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Change:
    """What shall be changed; empty members stay."""

    status: str = ""
    name: str = ""
    quantity: int = 1


def change(world: World, held: Subscription, wish: Change, now: datetime) -> bool:
    """Changes a subscription; says whether the change takes a while (switch ``change_minutes``)."""
    book = world.commerce.subscriptions
    record = book.read(held)
    if record.pending_until is not None and now < record.pending_until:
        raise RefusalError(
            409, 900278, f"An earlier change of subscription {held.shown_id} is still pending."
        )
    _check(world, held, wish, now)
    record = book.change(held)
    if wish.status and wish.status != record.status:
        record.status = "suspended" if wish.status == "suspended" else "active"
        record.reasons = ["CustomerCancellation"] if record.status == "suspended" else []
        _stop_or_start(world, held, now)
    record.name = wish.name or record.name
    minutes = world.switches.change_minutes
    if minutes:
        record.pending_until = now + timedelta(minutes=minutes)
    text = f'{{"Id":"{held.shown_id}","Status":"{record.status.capitalize()}","Version":{record.version}}}'
    world.audit.add(now, "subscription", "update_subscription", held.customer_id, text)
    return bool(minutes)


def _stop_or_start(world: World, held: Subscription, now: datetime) -> None:
    """VMs of a suspended subscription are deallocated (D-1256); cancelled ones stay so when the plan runs again."""
    book = world.commerce.subscriptions
    for azure in held.azure:
        if book.status(held) == "suspended":
            world.directory.pause(azure.id, hour_ceiling(now))
        elif book.azure_status(azure) == "active":
            world.directory.resume(azure.id, hour_ceiling(now))


def _check(world: World, held: Subscription, wish: Change, now: datetime) -> None:
    if world.commerce.subscriptions.status(held) == "deleted":
        raise RefusalError(400, 3000, f"Subscription {held.shown_id} has moved to an Azure plan.")
    if wish.quantity != 1:
        raise RefusalError(
            400, 3000, f"Member 'quantity' of this subscription is 1, not {wish.quantity}."[:300]
        )
    if wish.status not in ("", "active", "suspended"):
        what = f"Member 'status' can become active or suspended, not '{wish.status}'."
        raise RefusalError(400, 3000, what[:300])
    if wish.status == "suspended" and held.kind == "azure_plan":
        _check_idle(world, held, now)


def _check_idle(world: World, held: Subscription, now: datetime) -> None:
    """A plan is suspended only when nothing in it is used and nothing is reserved (partner-center-api 4.3)."""
    book = world.commerce.subscriptions
    open_ids = {azure.id for azure in held.azure if book.azure_status(azure) == "active"}
    used = any(one.azure_subscription_id in open_ids for one in world.directory.machines_of(held.customer_id))
    reserved = any(one.alive(now) for one in world.book.reservations(held.customer_id))
    if used or reserved:
        what = "has reservations" if reserved else "has Azure subscriptions in use"
        raise RefusalError(403, 900115, f"Azure plan {held.id} cannot be suspended: the customer {what}.")
