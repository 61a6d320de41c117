"""The journal as a person reads it: its rows, whether it is whole, and what to do when it is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from bespeak.buying.ledger import LIST_LAG, open_journal, signer_of
from bespeak.buying.plan import PurchasePlan
from bespeak.buying.settling import needs_a_person
from bespeak.clients.partner_center import orders
from bespeak.clients.session import Session
from bespeak.errors import InputError, JournalError
from bespeak.journal import FILE_NAME, Intent, begin_anew, customers_in, is_readable
from bespeak.journal import acknowledge as acknowledge_in
from bespeak.tables import Column, Contract
from bespeak.terms import term_label

_RECENT = timedelta(days=30)

JOURNAL = Contract(
    "journal",
    (
        Column("created", "time"),
        Column("changed", "time"),
        Column("customer", "text"),
        Column("what", "text"),
        Column("total", "money"),
        Column("currency", "text"),
        Column("state", "text", note="of the purchase: ORDERED, REJECTED, UNKNOWN ..."),
        Column("order", "text", note='"" while there is none'),
        Column("sendings", "int"),
        Column("person", "text", note="who confirmed it"),
        Column("approved_by", "text", note='the second person, "" for none'),
        Column("world", "text"),
        Column("needs_a_person", "flag"),
        Column("correlation_id", "text", note="of the last answer that was lost or said no"),
        Column("request_id", "text", note="MS-RequestId of the checkout"),
        Column("intent_id", "text"),
    ),
)
ORDERS = Contract(
    "orders",
    (
        Column("customer_id", "text"),
        Column("order", "text"),
        Column("created", "time", nullable=True),
        Column("status", "text"),
        Column("name", "text"),
        Column("quantity", "int"),
        Column("offer", "text"),
        Column("total", "text", note='"" where prices are not shown'),
    ),
)


@dataclass(frozen=True, slots=True)
class Rescue:
    """A journal that was begun anew: where the old one is, what was ordered lately, and for whom that was asked."""

    kept: Path
    orders: pd.DataFrame = field(repr=False)
    customers: tuple[str, ...]
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def journal_rows(session: Session) -> pd.DataFrame:
    """The purchases of this world, oldest first, one row each (contract ``JOURNAL``).

    Raises ``JournalError`` when the journal cannot be read.
    """
    session.now()  # a world that was started anew has a journal of its own
    return rows_of(open_journal(session).intents())


def rows_of(intents: Iterable[Intent]) -> pd.DataFrame:
    """The rows of intents that have been read already, from whatever journal."""
    return JOURNAL.frame(_row(intent) for intent in intents)


def verify_journal(session: Session) -> str:
    """The hash at the head of this world's journal, when chain, table and the head kept elsewhere agree.

    Raises ``JournalError`` that names the first thing that does not.
    """
    session.now()  # a world that was started anew has a journal of its own
    return open_journal(session).verify()


def acknowledge(session: Session, reason: str) -> str:
    """Says, as the person who is signed in, that what is wrong with the journal has been seen; the new head.

    From here on buying goes on. Raises ``InputError`` without a reason, and ``JournalError`` when nothing is wrong.
    """
    at, who = session.now(), signer_of(session.person)
    if not reason.strip():
        raise InputError(
            "There is no reason.", "Say what was found and who was asked; it stands in the journal."
        )
    return acknowledge_in(open_journal(session), reason.strip(), who, at=at)


def rescue_journal(session: Session, customers: Iterable[str] = ()) -> Rescue:
    """Begins a new journal in the place of one that cannot be read; the old one is kept untouched, beside a copy.

    The orders of the last 30 days are listed from Partner Center for the customers named here (their ids) and those
    whose ids can still be read out of the old file. Raises ``JournalError`` when the journal can be read.
    """
    at, who = session.now(), signer_of(session.person)
    path = session.home / FILE_NAME
    if is_readable(path):
        raise JournalError(
            f"The purchase journal of the world {session.world} can be read; it stays.",
            "Use verify_journal(session), and acknowledge(session, reason) for what it finds.",
        )
    known = tuple(dict.fromkeys((*(one.lower() for one in customers), *customers_in(path))))
    listed = ORDERS.frame(row for one in known for row in _orders(session, one, at - _RECENT))
    _, kept = begin_anew(session.home, session.world, session.instance, who, at=at)
    return Rescue(kept, listed, known, _rescued(session, kept, known, len(listed), at))


def _rescued(session: Session, kept: Path, known: tuple[str, ...], count: int, at: datetime) -> str:
    asked = (
        f"{len(known)} customers" if known else "no customer: none is named, and none can be read out of it"
    )
    return (
        f"A new purchase journal of the world {session.world} begins. The old one is kept as {kept.name}, with a copy. "
        f"Partner Center shows {count} orders of the last 30 days for {asked}. Limits do not know what was bought "
        f"before; buying starts after {at + LIST_LAG:%H:%M:%S} UTC, when an order made just before must be in the list."
    )


def _orders(session: Session, customer_id: str, since: datetime) -> Iterator[Mapping[str, Any]]:
    for order in session.door.collect(orders.list_orders(customer_id, include_price=True)):
        created = pd.to_datetime(
            str(order.get("creationDate") or ""), utc=True, errors="coerce", format="ISO8601"
        )
        if not pd.isna(created) and created < since:
            continue
        for line in (line for line in order.get("lineItems") or [] if isinstance(line, Mapping)):
            quantity = line.get("quantity")
            yield {
                "customer_id": customer_id,
                "order": str(order.get("id", "")),
                "created": None if pd.isna(created) else created,
                "status": str(order.get("status", "")),
                "name": str(line.get("friendlyName") or ""),
                "quantity": quantity if isinstance(quantity, int) else 0,
                "offer": str(line.get("offerId", "")),
                "total": f"{order.get('totalPrice', '')} {order.get('currencyCode', '')}".strip(),
            }


def _row(intent: Intent) -> Mapping[str, Any]:
    plan = PurchasePlan.from_json(intent.plan)
    return {
        "created": intent.created,
        "changed": intent.changed,
        "customer": plan.customer,
        "what": f"{plan.quantity} x {plan.size} in {plan.region} for {term_label(plan.term)}",
        "total": plan.total.amount,
        "currency": plan.total.currency,
        "state": intent.state,
        "order": intent.order_ids[0] if intent.order_ids else "",
        "sendings": intent.sendings,
        "person": intent.person.name,
        "approved_by": intent.approval.by.name if intent.approval else "",
        "world": intent.world,
        "needs_a_person": needs_a_person(intent),
        "correlation_id": intent.correlations[-1] if intent.correlations else "",
        "request_id": intent.request_id,
        "intent_id": intent.intent_id,
    }
