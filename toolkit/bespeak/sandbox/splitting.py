"""Split and merge: the same instances in other parcels. No transaction, the same term (D-703 to D-705)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from bespeak.sandbox.holdings_book import Book
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import Applied, Reservation, ReservationOrder, Revision
from bespeak.sandbox.world import World


def check_idle(book: Book, held: Reservation, now: datetime) -> None:
    """Refuses a reservation that is not ``Succeeded`` or whose order is busy with a refund."""
    order = book.order_of(held)
    busy = order.pending_until is not None and now < order.pending_until
    state = "Pending" if busy else held.state(now)
    if state != "Succeeded":
        raise RefusalError(
            400,
            "OperationCannotBePerformedInCurrentState",
            f"Reservation {held.id} is {state}; it must be Succeeded for this.",
        )


def split(world: World, held: Reservation, quantities: Sequence[int]) -> tuple[Reservation, Reservation]:
    """Two new reservations in place of one, with these quantities; refuses ones that do not add up."""
    check_idle(world.book, held, world.now)
    if len(quantities) != 2:  # noqa: PLR2004 - two is the rule itself (D-704)
        raise RefusalError(
            400, "BadRequest", f"Member 'quantities' needs exactly two numbers, not {len(quantities)}."
        )
    if min(quantities) < 1 or sum(quantities) != held.quantity:
        what = f"Member 'quantities' must hold numbers from 1 that add up to {held.quantity}, not {list(quantities)}."
        raise RefusalError(400, "BadRequest", what[:300])
    first, second = (parcel(world, held, quantity) for quantity in quantities)
    for one in (first, second):
        one.split_source = held.id
    world.book.add(world.book.order_of(held), first, second)
    held.split_into = [first.id, second.id]
    end(held, world.now, "Split")
    return first, second


def merge(world: World, order: ReservationOrder, sources: Sequence[Reservation]) -> Reservation:
    """One new reservation in place of two of one order with equal properties; refuses others."""
    if len({one.id for one in sources}) != len(sources) or len(sources) != 2:  # noqa: PLR2004 - as above
        raise RefusalError(400, "BadRequest", "Member 'sources' needs exactly two different reservations.")
    for one in sources:
        check_idle(world.book, one, world.now)
    first, second = sources
    different = [name for name, of in _EQUAL.items() if of(first) != of(second)]
    if different:
        raise RefusalError(
            400, "BadRequest", f"Member 'sources': the two reservations differ in {', '.join(different)}."
        )
    made = parcel(world, first, first.quantity + second.quantity)
    made.merge_sources = [first.id, second.id]
    world.book.add(order, made)
    for one, pending in ((first, 2), (second, 1)):
        one.merged_into = made.id
        end(one, world.now, "Merged", pending=pending)
    return made


_EQUAL: Mapping[str, Callable[[Reservation], object]] = {
    "size": lambda one: one.offer.size.lower(),
    "region": lambda one: one.offer.region,
    "term": lambda one: one.offer.term,
    "scope": lambda one: one.scope,
    "flexibility": lambda one: one.now_applied.flexible,
    "expiry": lambda one: one.expiry,
}


def parcel(world: World, source: Reservation, quantity: int) -> Reservation:
    """A new reservation with instances of another from now on; that it was to renew is lost (D-743)."""
    now = world.now
    applied = Applied(now, source.scope, source.now_applied.flexible)
    made = Reservation(
        id=world.ids.guid("reservation"),
        order_id=source.order_id,
        customer_id=source.customer_id,
        offer=source.offer,
        name=source.name,
        quantity=quantity,
        starts=source.starts,
        since=now,
        applied=[applied],
    )
    made.revisions = [
        Revision(number, now, state, "", quantity, source.name, applied)
        for number, state in ((1, "Creating"), (2, "Succeeded"))
    ]
    return made


def end(
    held: Reservation, now: datetime, how: Literal["Split", "Merged", "Swapped"], *, pending: int = 2
) -> None:
    """Ends a reservation whose instances go on in others."""
    held.until, held.ended_as = now, how
    forget_renewal(held)
    held.revise(now, "Cancelled", how, pending=pending)


def forget_renewal(held: Reservation) -> None:
    """Takes back that it shall renew."""
    held.renew, held.renew_wish, held.locked_total, held.locked = False, "", None, None
