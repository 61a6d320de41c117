"""Changes of a reservation that cost nothing: scope, flexibility, name, renewal, archive, directory (D-703, D-706)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bespeak.sandbox.azure_roles import role_named
from bespeak.sandbox.directory import Directory
from bespeak.sandbox.grants import ADMIN_AGENTS, CAPACITY, Assignment, object_id
from bespeak.sandbox.ids import guid
from bespeak.sandbox.purchase_request import PurchaseRequest
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.renewal_wish import as_text
from bespeak.sandbox.renewals import fix_price
from bespeak.sandbox.reservation_records import Applied, Reservation, ReservationOrder, Scope
from bespeak.sandbox.scopes import single_scope
from bespeak.sandbox.splitting import check_idle, forget_renewal
from bespeak.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Change:
    """What a PATCH asks for; None leaves a member as it is."""

    scope: Scope | None = None
    flexible: bool | None = None
    name: str | None = None
    renew: bool | None = None
    renewal: PurchaseRequest | None = None


def change(world: World, held: Reservation, wanted: Change) -> None:
    """Makes a change: a ``Pending`` revision and a final one; refuses what the rules do not allow."""
    check_idle(world.book, held, world.now)
    _check_new(world, held, wanted)
    applied = _applied(world, held, wanted)
    if applied != held.now_applied:
        held.applied.append(applied)
    held.name = held.name if wanted.name is None else wanted.name
    _renewal(world, held, wanted)
    held.revise(world.now, "Succeeded")


def _check_new(world: World, held: Reservation, wanted: Change) -> None:
    """Refuses a change that changes nothing, if this world does (the documents leave it open)."""
    text = as_text(wanted.renewal) if wanted.renewal else None
    asked = {
        "scope": (wanted.scope, held.scope),
        "flexible": (wanted.flexible, held.now_applied.flexible),
        "name": (wanted.name, held.name),
        "renew": (wanted.renew, held.renew),
        "renewal": (text, held.renew_wish),
    }
    given = {name: pair for name, pair in asked.items() if pair[0] is not None}
    if not world.switches.unchanged_patch_fails or any(new != old for new, old in given.values()):
        return
    if list(given) == ["scope"]:
        what = "The applied scope is the same as the existing one."
        raise RefusalError(400, "AppliedScopesSameAsExisting", what)
    raise RefusalError(400, "PatchValuesSameAsExisting", "All values are the same as the existing ones.")


def _applied(world: World, held: Reservation, wanted: Change) -> Applied:
    """How it is applied from now on. Shared and wider scopes turn flexibility on again (D-428)."""
    old = held.now_applied
    scope = wanted.scope or old.scope
    flexible = old.flexible if wanted.flexible is None else wanted.flexible
    if not flexible and scope.kind != "Single" and world.switches.flexibility_off_needs_single:
        if wanted.flexible is False:
            what = "Member 'instanceFlexibility' can be Off with the scope of a single subscription only."
            raise RefusalError(400, "BadRequest", what)
        flexible = wanted.scope is not None or flexible
    if (scope, flexible) == (old.scope, old.flexible):
        return old
    return Applied(world.now, scope, flexible)


def _renewal(world: World, held: Reservation, wanted: Change) -> None:
    if wanted.renewal is not None:
        held.renew_wish, held.locked, held.locked_total = as_text(wanted.renewal), None, None
    if wanted.renew is False:
        forget_renewal(held)
    elif wanted.renew:
        held.renew = True
    if held.renew and held.locked is None:
        fix_price(world.renewals, held, world.now)


def valid_scopes(customer_id: str, paths: Sequence[str], directory: Directory) -> list[bool]:
    """Which of these paths a reservation of the customer may be applied to."""
    return [_is_valid(path, customer_id, directory) for path in paths]


def _is_valid(path: str, customer_id: str, directory: Directory) -> bool:
    try:
        single_scope(path, customer_id, directory)
    except RefusalError:
        return False
    return True


#: States in which nothing goes on.
_SETTLED = ("Succeeded", "Cancelled", "Expired", "Failed", "BillingFailed")


def archive(world: World, held: Reservation, *, archived: bool) -> None:
    """Puts an inactive reservation away, or takes it back; asking twice does no harm."""
    state = held.state(world.now)
    active = state == "Succeeded" and not world.switches.archive_active
    if (active and archived) or state not in _SETTLED:
        what = f"Reservation {held.id} is {state}; only inactive ones can be archived."
        raise RefusalError(400, "OperationCannotBePerformedInCurrentState", what)
    if held.archived != archived:
        held.archived = archived
        held.revise(world.now, state)


def move_directory(world: World, order: ReservationOrder, tenant_id: str, principal: str) -> None:
    """Moves an order to another directory: all access to it ends but the caller's; scope and billing stay (D-706)."""
    state = world.book.order_state(order, world.now)
    if state not in _SETTLED:
        what = f"Reservation order {order.id} is {state}; wait until nothing goes on with it."
        raise RefusalError(400, "OperationCannotBePerformedInCurrentState", what)
    scope = f"{CAPACITY}/reservationOrders/{order.id}"
    for one in list(world.grants.exactly_at(scope.lower(), order.tenant_id or order.customer_id)):
        world.grants.remove(one, world.now)
    order.tenant_id = tenant_id
    owner = ADMIN_AGENTS if principal == "admin-agent" else object_id(principal, tenant_id)
    role = role_named("Owner").id
    key = guid(scope, role, owner, tenant_id)
    world.grants.add(Assignment(key, tenant_id, scope, role, owner, "User", world.now, owner))
