"""A customer's usage, read through the door from the source that its kind of subscription has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Literal

from bespeak.clients.call import Call
from bespeak.clients.partner_center.usage import rated_usage, utilization
from bespeak.clients.reading import Item
from bespeak.clients.session import Session
from bespeak.customers import CustomerDetails
from bespeak.errors import InputError
from bespeak.usage.headers import header
from bespeak.usage.rated import from_rated
from bespeak.usage.reading import UsageReading
from bespeak.usage.resources import resource
from bespeak.usage.utilization import from_utilization
from bespeak.worlds import stamp

#: Told how many records have come and, where it can be known, how many there will be.
Progress = Callable[[int, int | None], None]

#: Rated lines are complete about 24 hours after the day (Get unbilled commercial consumption line items, 2021-03).
_LAG = timedelta(hours=24)


def read_usage(
    session: Session, details: CustomerDetails, days: int = 30, progress: Progress | None = None
) -> UsageReading:
    """The VM usage of a customer over the last days, as far as it is known.

    Legacy subscriptions give hourly records up to now. An Azure plan gives daily lines of this month and the one
    before, which are complete 24 hours after the day: the window ends and begins accordingly.
    """
    if days < 1:
        raise InputError(f"Usage cannot be read for {days} days.", "Ask for 1 day or more, for example 30.")
    if details.kind == "legacy":
        return _stamped(session, _legacy(session, details, days, progress))
    if details.kind == "azure_plan":
        return _stamped(session, _plan(session, details, days, progress))
    raise InputError(
        f"{details.name} has no Azure subscription through this partner, so there is no usage to read.",
        "Choose another customer, or sell it an Azure plan first.",
    )


def usage_window(kind: str, now: datetime, days: int) -> tuple[datetime, datetime]:
    """From when to when the usage of such a customer is known, ``days`` back from the world's date (UTC).

    Hourly records of legacy subscriptions are known up to the hour; the daily lines of an Azure plan are complete 24
    hours after the day, and reach back to the first day of the month before.
    """
    now = now.astimezone(UTC)
    if kind == "legacy":
        end = now.replace(minute=0, second=0, microsecond=0)
        return end - timedelta(days=days), end
    end = (now - _LAG).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(end - timedelta(days=days), _month_before(_month(now))), end


def _stamped(session: Session, reading: UsageReading) -> UsageReading:
    for table in (reading.usage, reading.set_aside):
        stamp(session.world, table)
    return reading


def _legacy(session: Session, details: CustomerDetails, days: int, progress: Progress | None) -> UsageReading:
    start, end = usage_window("legacy", session.now(), days)
    owned = details.subscriptions
    calls = [
        utilization(details.customer_id, str(subscription), start, session.now(), granularity="hourly")
        for subscription in owned.loc[owned["kind"] == "legacy", "subscription_id"]
    ]
    items = _collect(session, calls, progress)
    return from_utilization(
        items, start=start, end=end, source=f"hourly utilization records, {session.world}"
    )


def _plan(session: Session, details: CustomerDetails, days: int, progress: Progress | None) -> UsageReading:
    now = session.now()
    start, end = usage_window("azure_plan", now, days)
    periods: tuple[Literal["previous", "current"], ...] = (
        ("previous", "current") if start < _month(now.astimezone(UTC)) else ("current",)
    )
    calls = [rated_usage(period, currency=_currency(details)) for period in periods]
    items = [item for item in _collect(session, calls, progress) if _belongs(item, details)]
    return from_rated(items, start=start, end=end, source=f"daily rated usage, {session.world}")


def _currency(details: CustomerDetails) -> str:
    if details.currency is None:
        raise InputError(
            f"The sales market of {details.name} is not known, so its rated usage cannot be asked for in a currency.",
            "See to the country in the customer's company profile.",
        )
    return details.currency


def _month(now: datetime) -> datetime:
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _month_before(month: datetime) -> datetime:
    return (month - timedelta(days=1)).replace(day=1)


def _collect(session: Session, calls: list[Call[list[Item]]], progress: Progress | None) -> list[Item]:
    """The items of all calls, one after the other."""
    items: list[Item] = []
    for call in calls:
        items += session.door.collect(call, _shifted(progress, len(items)))
    return items


def _shifted(progress: Progress | None, before: int) -> Callable[[int], None] | None:
    """Progress of one call as progress of all; how many will come is not known beforehand."""
    return None if progress is None else lambda more: progress(before + more, None)


def _belongs(item: Item, details: CustomerDetails) -> bool:
    """Whether a rated line is this customer's; lines of all customers come together, some without the customer's id."""
    line = {header(name): value for name, value in item.items()}
    customer = str(line.get("customerid") or "").removeprefix("org:").lower()
    if customer:
        return customer == details.customer_id.lower()
    known = set(details.azure_subscriptions["azure_subscription_id"])
    own = str(line.get("entitlementid") or "").lower()
    return (own or resource(str(line.get("resourceuri") or "")).subscription) in known
