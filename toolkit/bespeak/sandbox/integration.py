"""What Microsoft's integration sandbox allows (Microsoft, *Set up API access in Partner Center*, 2021; section 15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bespeak.sandbox.estate import Subscription
from bespeak.sandbox.holdings_book import Book
from bespeak.sandbox.integration_limits import limit
from bespeak.sandbox.line_errors import LineError, line_error
from bespeak.sandbox.refusals import RefusalError


def mistake_of_the_sandbox(quantity: int, customer_id: str, book: Book, now: datetime) -> LineError | None:
    """10009 for more reserved VMs than a customer may have there."""
    held = sum(
        one.quantity for one in book.reservations(customer_id) if one.until is None and one.expiry > now
    )
    most = int(limit("reserved_vms"))
    if held + quantity > most:
        return line_error(10009, f"A customer may reserve {most} VMs here; it has {held}.")
    return None


def check_new_customer(count: int) -> None:
    """400 / 800018 when there is no room for another customer."""
    most = int(limit("customers"))
    if count >= most:
        raise RefusalError(400, 800018, f"The integration sandbox holds {most} customers. Delete one first.")


def check_new_plan(owned: Sequence[Subscription], plans: int) -> None:
    """400 / 900116 when there is no room for another Azure plan."""
    if plans >= int(limit("plans")):
        raise RefusalError(400, 900116, f"The integration sandbox holds {limit('plans')} Azure plans.")
    if len(owned) >= int(limit("subscriptions")):
        raise RefusalError(400, 800018, f"A customer may have {limit('subscriptions')} subscriptions here.")


def check_cancel(created: datetime, now: datetime) -> None:
    """400 / 900117 when an order is too old to be cancelled there."""
    days = int(limit("cancel_days"))
    if now - created > timedelta(days=days):
        raise RefusalError(400, 900117, f"An order can be cancelled within {days} days only.")
