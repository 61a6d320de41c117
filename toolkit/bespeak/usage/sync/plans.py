"""The daily rated lines of Azure plans: one export of Microsoft Graph for all customers, or page by page as before."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pandas as pd

from bespeak.clients.bulk import bulk_door
from bespeak.clients.call import Call
from bespeak.clients.graph.billing import Manifest, export_unbilled, finished
from bespeak.clients.limiter import PARALLEL
from bespeak.clients.partner_center.usage import rated_usage
from bespeak.clients.session import Session
from bespeak.customers import CustomerDetails
from bespeak.errors import BespeakError, NotReadyError, RefusedError, StoreError, UnreadableError
from bespeak.usage.rated import records_of_lines, records_of_rated_page
from bespeak.usage.store import Added, Delivery, UsageStore
from bespeak.usage.store.files import staging
from bespeak.usage.sync.bodies import BegunAgainError, decoded

Month = Literal["current", "last"]
Still = Callable[[int, int | None], None]
_Pages = Iterator[tuple[bytes, pd.DataFrame]]

#: Rated lines are complete about 24 hours after the day (Get unbilled commercial consumption line items, 2021-03).
LAG = timedelta(hours=24)
_TRIES = 3


@dataclass(eq=False)
class FromPlans:
    """What came: what became of each month, who could not be read, and what else is worth saying."""

    added: list[Added] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Each remark once."""
        return tuple(dict.fromkeys(self.told))


def read_plans(
    session: Session, store: UsageStore, customers: Sequence[CustomerDetails], days: int, still: Still
) -> FromPlans:
    """The rated lines of the months that the last days lie in, for each currency these customers are billed in.

    The lines of customers that nobody asked for come too and are kept: they are the same export.
    """
    found = FromPlans()
    owners = _owners(customers)
    months = _months(session.now().astimezone(UTC), days)
    wanted = [
        (name, month)
        for name in sorted({str(one.currency) for one in customers if one.currency})
        for month in months
    ]
    with ThreadPoolExecutor(PARALLEL) as pool:  # an export is mostly waited for
        waiting = [
            (name, pool.submit(_read_month, session, store, name, month, owners, found))
            for name, month in wanted
        ]
        for currency, one in waiting:
            still(0, None)
            try:
                found.added.append(one.result())
            except StoreError:
                raise
            except BespeakError as error:
                found.skipped += [(one.name, str(error)) for one in customers if one.currency == currency]
    found.skipped += [
        (one.name, "The sales market is not known, so its rated usage cannot be asked for in a currency.")
        for one in customers
        if not one.currency
    ]
    return found


def _months(now: datetime, days: int) -> tuple[Month, ...]:
    end = (now - LAG).replace(hour=0, minute=0, second=0, microsecond=0)
    return ("last", "current") if end - timedelta(days=days) < _first(now) else ("current",)


def _first(now: datetime) -> datetime:
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _covers(now: datetime, month: Month) -> tuple[datetime, datetime]:
    """What an export of a month is complete for: to its end, or to the day before yesterday's midnight."""
    first = _first(now)
    if month == "last":
        return (first - timedelta(days=1)).replace(day=1), first
    return first, max(first, (now - LAG).replace(hour=0, minute=0, second=0, microsecond=0))


def _read_month(
    session: Session,
    store: UsageStore,
    currency: str,
    month: Month,
    owners: Mapping[str, str],
    found: FromPlans,
) -> Added:
    """The export, or where Graph does not serve it the pages of Partner Center."""
    now = session.now().astimezone(UTC)
    covers = _covers(now, month)
    try:
        with staging(store.home) as folder:
            pages = _export(session, currency, month, folder)
            return store.add(_delivery("billing_export", currency, pages, now, covers, owners))
    except (RefusedError, NotReadyError) as error:
        found.told.append(
            f"Microsoft Graph gave no export ({error.what}); Partner Center was read page by page."
        )
    period: Literal["current", "previous"] = "previous" if month == "last" else "current"
    call = rated_usage(period, currency=currency)
    for tries_left in reversed(range(_TRIES)):
        pages = decoded(session, call, records_of_rated_page, whole=True)
        try:
            return store.add(_delivery("rated_usage", currency, pages, now, covers, owners))
        except BegunAgainError:  # nothing of it was kept
            if not tries_left:
                raise
    raise AssertionError  # the last try returns or raises


def _delivery(
    source: str,
    currency: str,
    pages: _Pages,
    now: datetime,
    covers: tuple[datetime, datetime],
    owners: Mapping[str, str],
) -> Delivery:
    return Delivery(
        source=source,
        customer_id="",
        by_record=False,
        pages=((raw, _owned(records, owners)) for raw, records in pages),
        received=now,
        covers=covers,
        subscription=f"{currency.lower()}, {covers[0]:%Y-%m}",  # a stream of its own for each month
    )


def _export(session: Session, currency: str, month: Month, folder: Path) -> _Pages:
    """The files of an export, each fetched whole and read."""
    door = bulk_door(session)
    found = door.finish(export_unbilled("usage", month, currency=currency), finished)
    manifest: Manifest = door.send(found) if isinstance(found, Call) else found
    for number, (name, link) in enumerate(manifest.links().items()):
        path = folder / f"{number}.gz"
        door.download(link, path)
        raw = path.read_bytes()
        path.unlink()
        yield raw, records_of_lines(_unpacked(raw, name), page=number)


def _unpacked(raw: bytes, name: str) -> bytes:
    try:
        return gzip.decompress(raw)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableError(
            f"The file '{name[:80]}' of the export is not whole ({error}).", "Read the usage again."
        ) from error


def _owners(customers: Sequence[CustomerDetails]) -> dict[str, str]:
    """Customer by Azure subscription: some lines name the subscription only."""
    return {
        str(sub).lower(): one.customer_id.lower()
        for one in customers
        for sub in one.azure_subscriptions["azure_subscription_id"]
    }


def _owned(records: pd.DataFrame, owners: Mapping[str, str]) -> pd.DataFrame:
    """The records with a customer where they name none and their subscription is known."""
    nobody = (records["customer_id"] == "").to_numpy()
    if not nobody.any() or not owners:
        return records
    subs = records["subscription"].astype("str").str.lower()
    in_resource = records["resource"].astype("str").str.extract(r"(?i)/subscriptions/([^/]+)", expand=False)
    known = in_resource.str.lower().fillna(subs).map(owners).fillna("")
    filled = known.where(nobody, records["customer_id"].astype("str"))
    return records.assign(customer_id=filled.astype("category"))
