"""The row of an intent: how it is read out of the table and written into it. Nothing is decided here."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from typing import Any, cast

from bespeak.journal.canonical import canonical
from bespeak.journal.intent import Approval, Intent, Signer
from bespeak.journal.states import State

#: What may change about a purchase; the triggers of the table see to it that nothing else does.
UPDATE = (
    "UPDATE intents SET state = :state, cart_id = :cart_id, order_ids = :order_ids, outcome = :outcome, "
    "changed = :changed, sent = :sent, sendings = :sendings, request_id = :request_id, correlations = :correlations, "
    "person = :person, person_id = :person_id, holder = :holder, approved_by = :approved_by, "
    "approved_by_id = :approved_by_id, approved = :approved, approved_plan = :approved_plan "
    "WHERE intent_id = :intent_id"
)


def row_of(connection: sqlite3.Connection, intent_id: str) -> sqlite3.Row | None:
    """The row of an intent, if there is one."""
    found: sqlite3.Row | None = connection.execute(
        "SELECT * FROM intents WHERE intent_id = ?", (intent_id,)
    ).fetchone()
    return found


def from_row(row: sqlite3.Row, head: str = "") -> Intent:
    """The intent in a row of the table."""
    return Intent(
        intent_id=row["intent_id"],
        world=row["world"],
        instance=row["instance"],
        customer_id=row["customer_id"],
        plan=json.loads(row["plan"]),
        state=cast("State", row["state"]),
        cart_id=row["cart_id"],
        order_ids=tuple(json.loads(row["order_ids"])),
        outcome=None if row["outcome"] is None else json.loads(row["outcome"]),
        created=datetime.fromisoformat(row["created"]),
        changed=datetime.fromisoformat(row["changed"]),
        sent=_time(row["sent"]),
        sendings=row["sendings"],
        request_id=row["request_id"],
        correlations=tuple(json.loads(row["correlations"])),
        person=Signer(row["person"], row["person_id"]),
        holder=row["holder"],
        approval=_approval(row),
        head=head,
    )


def to_row(intent: Intent) -> dict[str, Any]:
    """The columns of an intent, with text where the table has text."""
    approval = intent.approval or Approval(Signer(), intent.created, "")
    return {
        "intent_id": intent.intent_id,
        "world": intent.world,
        "instance": intent.instance,
        "customer_id": intent.customer_id,
        "plan": canonical(intent.plan),
        "state": intent.state,
        "cart_id": intent.cart_id,
        "order_ids": canonical(intent.order_ids),
        "outcome": None if intent.outcome is None else canonical(intent.outcome),
        "created": utc(intent.created),
        "changed": utc(intent.changed),
        "sent": None if intent.sent is None else utc(intent.sent),
        "sendings": intent.sendings,
        "request_id": intent.request_id,
        "correlations": canonical(intent.correlations),
        "person": intent.person.name,
        "person_id": intent.person.object_id,
        "holder": intent.holder,
        "approved_by": approval.by.name,
        "approved_by_id": approval.by.object_id,
        "approved": None if intent.approval is None else utc(approval.at),
        "approved_plan": approval.plan,
    }


def utc(at: datetime) -> str:
    """The time as the journal writes it; raises ``TypeError`` for a time without its zone."""
    if at.tzinfo is None:
        raise TypeError("The journal takes a time with its zone.")
    return at.astimezone(UTC).isoformat()


def _time(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)


def _approval(row: sqlite3.Row) -> Approval | None:
    at = _time(row["approved"])
    by = Signer(row["approved_by"], row["approved_by_id"])
    return None if at is None else Approval(by, at, row["approved_plan"])
