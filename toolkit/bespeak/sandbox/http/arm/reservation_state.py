"""How a reservation stands: what the portal shows of it, what goes on with it, how well it was used lately."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bespeak.sandbox.day_use import DayUse, daily_use
from bespeak.sandbox.http.shapes import capacity as shapes
from bespeak.sandbox.reservation_records import Reservation
from bespeak.sandbox.world import World

#: A reservation is shown as expiring in its last days.
_EXPIRING = timedelta(days=30)
_FAILED = ("Failed", "BillingFailed")
#: States of a purchase that runs.
_PROCESSING = (
    "Creating",
    "PendingCapacity",
    "ConfirmedCapacity",
    "PendingBilling",
    "ConfirmedBilling",
)
_RUNNING = {
    "PendingCapacity": "Capacity is being reserved for this purchase.",
    "PendingBilling": "The payment for this purchase is in progress.",
    "ConfirmedBilling": "The payment was made and the purchase is being completed.",
    "Pending": "Another operation on this reservation is in progress. Wait until it is done.",
}
_ENDED = {
    "Split": "This reservation was split and is not active any more.",
    "Merged": "This reservation was merged and is not active any more.",
    "Swapped": "This reservation was exchanged for its twin and is not active any more.",
    "Expired": "The term of this reservation is over.",
    "PurchaseError": "The purchase failed because the capacity could not be reserved.",
    "PaymentInstrumentError": "The purchase failed because it could not be billed.",
}


def display_state(held: Reservation, world: World) -> str:
    """What the portal shows: by its dates, not by what was stored (recorded lists show Expiring a year too long)."""
    state, now = held.state(world.now), world.now
    if state in _FAILED:
        return "Failed"
    if state in _PROCESSING:
        return "Processing"
    if state in ("Pending", "Cancelled"):
        return state
    if now >= held.expiry:
        return "Expiring" if world.switches.stuck_expiring else "Expired"
    if _useless(held, world):
        return "NoBenefit"
    return "Expiring" if held.expiry - now <= _EXPIRING else "Succeeded"


def _useless(held: Reservation, world: World) -> bool:
    """Whether its scope is not the customer's any more, or lies in another directory than the order (D-706)."""
    owner, order = held.scope.subscription_id, world.book.order_of(held)
    if order.tenant_id not in ("", order.customer_id) and held.scope.kind != "Shared":
        return True
    return bool(owner) and owner not in world.directory.azure_ids(held.customer_id)


def renew_state(held: Reservation, now: datetime) -> str:
    """Whether it will renew, did, or did not."""
    if held.state(now) in ("Cancelled", *_FAILED):
        return "NotApplicable"
    if held.renewed_to:
        return "Renewed"
    if now >= held.expiry:
        return "NotRenewed"
    return "On" if held.renew else "Off"


def status_info(held: Reservation, now: datetime) -> shapes.ExtendedStatus | None:
    """What goes on or why it ended; nothing for one that simply is there, or was returned."""
    last = held.seen(now)[-1]
    return status_words(last.status_code, last.state) if last.status_code else None


def status_words(code: str, state: str) -> shapes.ExtendedStatus:
    """The status beside a state that is not plainly Succeeded, in a code and in words."""
    message = _RUNNING.get(state) or _ENDED.get(code) or f"The status is {code}."
    return {"statusCode": code, "message": message}


def used_lately(held: Reservation, world: World) -> shapes.Use:
    """The share that was used in the last 1, 7 and 30 days; nothing for what is new or cancelled."""
    started = not world.book.order_of(held).failed and held.starts <= world.now
    if not started or held.state(world.now) == "Cancelled":
        return {"aggregates": []}
    days = daily_use(world.covered(held.customer_id), held)
    if not days:
        return {"aggregates": []}
    shares = {grain: _share(days, world.now.date() - timedelta(days=grain)) for grain in (1, 7, 30)}
    trend = "SAME" if shares[1] == shares[7] else ("UP" if shares[1] > shares[7] else "DOWN")
    return {"trend": trend, "aggregates": [_aggregate(grain, share) for grain, share in shares.items()]}


def _aggregate(grain: int, share: float) -> shapes.Aggregate:
    return {"grain": float(grain), "grainUnit": "days", "value": share, "valueUnit": "percentage"}


def _share(days: list[DayUse], since: date) -> float:
    recent = [day for day in days if day.day.date() >= since] or days[-1:]
    return round(sum(day.used for day in recent) / sum(day.reserved for day in recent) * 100, 2)
