"""Brings the store up to date: what the services say of these customers' usage since it was last read.

Utilization records are asked for by the time of their report, so the last 72 hours are asked for again each time: late
and corrected records come then (*Get a customer's utilization records for Azure*, 2021-03). The lines of an Azure plan
come for all customers together, by month, and what came later takes the place of what came before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from bespeak.clients.limiter import PARALLEL
from bespeak.clients.partner_center.usage import utilization
from bespeak.clients.session import Session
from bespeak.customers import CustomerDetails
from bespeak.errors import BespeakError, InputError, StoreError
from bespeak.usage.page_records import records_of_page
from bespeak.usage.store import Delivery, UsageStore
from bespeak.usage.sync.bodies import decoded
from bespeak.usage.sync.plans import read_plans
from bespeak.usage.sync.progress import Told

#: Told how many steps are done, and of how many.
Progress = Callable[[int, int | None], None]

#: So far back reports still come late or corrected.
AGAIN = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Left:
    """A customer that could not be read, and why."""

    customer: str
    why: str


@dataclass(frozen=True, eq=False)
class Refreshed:
    """What a refresh did: records that are new, pages that were there already, and who could not be read."""

    customers: int
    pages: int
    records: int
    already_there: int
    skipped: tuple[Left, ...]
    remarks: tuple[str, ...]

    def __repr__(self) -> str:
        lost = f", {len(self.skipped):,} could not be read" if self.skipped else ""
        return (
            f"Refreshed({self.customers:,} customers, {self.records:,} records in {self.pages:,} new pages, "
            f"{self.already_there:,} pages were there already{lost})"
        )


@dataclass(frozen=True, slots=True)
class _Came:
    pages: int = 0
    records: int = 0
    already_there: int = 0


def refresh_usage(
    session: Session,
    store: UsageStore,
    customers: Iterable[CustomerDetails],
    *,
    days: int = 30,
    progress: Progress | None = None,
) -> Refreshed:
    """Reads what these customers used over the last days into the store, and makes its tables.

    One customer that cannot be read does not stop the others; it is named with the reason. ``progress`` is told how
    many steps are done; what it raises ends the reading, and what was read until then is kept. Raises ``StoreError``
    when the disk refuses.
    """
    if days < 1:
        raise InputError(f"Usage cannot be read for {days} days.", "Ask for 1 day or more, for example 30.")
    listed = list(customers)
    legacy = [(one, str(sub)) for one in listed if one.kind == "legacy" for sub in _subscriptions(one)]
    plans = [one for one in listed if one.kind == "azure_plan"]
    told = Told(progress, total=len(legacy) + 2 * bool(plans) + 1)
    found, skipped = _read_legacy(session, store, legacy, days, told)
    remarks: tuple[str, ...] = ()
    if plans:
        from_plans = read_plans(session, store, plans, days, told.still)
        found += [_Came(one.pages, one.records, one.already_there) for one in from_plans.added]
        skipped += [Left(one, why) for one, why in from_plans.skipped]
        remarks = from_plans.remarks
        told.step(2)
    store.build({one.customer_id.lower() for one in listed}, told.still)
    told.step()
    return Refreshed(
        customers=len(listed),
        pages=sum(one.pages for one in found),
        records=sum(one.records for one in found),
        already_there=sum(one.already_there for one in found),
        skipped=tuple(skipped),
        remarks=remarks,
    )


def _subscriptions(details: CustomerDetails) -> Sequence[str]:
    owned = details.subscriptions
    return [str(one) for one in owned.loc[owned["kind"] == "legacy", "subscription_id"]]


def _read_legacy(
    session: Session, store: UsageStore, asked: list[tuple[CustomerDetails, str]], days: int, told: Told
) -> tuple[list[_Came], list[Left]]:
    """The utilization of all these subscriptions, a few at once; one in trouble is a line of what was skipped."""
    found: list[_Came] = []
    skipped: list[Left] = []
    with ThreadPoolExecutor(PARALLEL) as pool:
        read = partial(_read_one, session, store, days=days, told=told)
        waiting = [(details, pool.submit(read, details, sub)) for details, sub in asked]
        try:
            for details, one in waiting:
                try:
                    found.append(one.result())
                except StoreError:
                    raise
                except BespeakError as error:
                    skipped.append(Left(details.name, str(error)))
                told.step()
        except BaseException:
            told.stop()
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return found, skipped


def _read_one(
    session: Session, store: UsageStore, details: CustomerDetails, subscription: str, *, days: int, told: Told
) -> _Came:
    end = session.now().astimezone(UTC)
    start = _from(store, details.customer_id.lower(), subscription, end, days)
    call = utilization(details.customer_id, subscription, start, end, granularity="hourly")
    added = store.add(
        Delivery(
            source="utilization_hourly",
            customer_id=details.customer_id.lower(),
            by_record=True,
            pages=decoded(session, call, records_of_page),
            received=end,
            covers=(start, end),
            subscription=subscription.lower(),
        ),
        told.still,
    )
    return _Came(added.pages, added.records, added.already_there)


def _from(store: UsageStore, customer_id: str, subscription: str, end: datetime, days: int) -> datetime:
    """From when reports are asked for: the whole window, or only what may have changed where the rest is known."""
    start = (end - timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
    about = customer_id, subscription.lower(), "utilization_hourly"
    since, until, cut = store.known_since(*about), store.known_until(*about), store.cut_since(*about)
    if since is None or until is None or since > start:
        return start
    again = (until - AGAIN).replace(minute=0, second=0, microsecond=0)
    return max(start, min(again, cut or again))
