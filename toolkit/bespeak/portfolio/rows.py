"""One customer as a row of the portfolio, on a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from bespeak.portfolio import owned, words
from bespeak.portfolio.facts import Facts, Owned
from bespeak.portfolio.worked import Worked


def row(listed: Mapping[str, Any], facts: Facts | None, worked: Worked | None, on: date) -> dict[str, Any]:
    """The row of PORTFOLIO for a customer of the list; ``facts`` is what was read of it, if anything was."""
    first = {"customer_id": listed["customer_id"], "name": listed["name"], "domain": listed["domain"]}
    if facts is None or facts.why_not:
        return first | _not_read(facts)
    held = owned.alive(facts, on)
    return (
        first
        | {"kind": facts.kind, "currency": facts.currency, "read": facts.read, "why_not": ""}
        | _money(worked)
        | _expiry(held, on)
        | _use(held, on)
        | _exchange(held, on)
        | {"reservations": len(held), "reasons": tuple(words.reasons(facts, held, worked, on))}
    )


def _not_read(facts: Facts | None) -> dict[str, Any]:
    why = "Not read yet." if facts is None else facts.why_not
    return {
        "kind": "",
        "currency": "",
        "reservations": 0,
        "renews": "",
        "incomplete": "",
        "read": facts.read if facts else None,
        "reasons": (),
        "why_not": why,
    }


def _money(worked: Worked | None) -> dict[str, Any]:
    if worked is None:
        return {"incomplete": ""}
    found: dict[str, Any] = {
        "incomplete": worked.incomplete,
        "machines": worked.machines,
        "vm_hours": worked.vm_hours,
        "known_until": worked.known_until,
        "set_aside": worked.set_aside,
    }
    if worked.stake is not None:
        found |= {"payg": worked.stake.payg, "saving_low": worked.stake.low, "saving_high": worked.stake.high}
    return found


def _expiry(held: list[Owned], on: date) -> dict[str, Any]:
    first = owned.next_expiry(held)
    if first is None:
        return {"renews": ""}
    renews = {True: "yes", False: "no", None: ""}[first.renews]
    expiry = first.holding["expiry"]
    return {"next_expiry": expiry, "days_left": owned.days_until(expiry, on), "renews": renews}


def _use(held: list[Owned], on: date) -> dict[str, Any]:
    return {
        "used_7": owned.share_used(held, on, 7),
        "used_30": owned.share_used(held, on, 30),
        "unused": owned.unused_cost(held, on),
    }


def _exchange(held: list[Owned], on: date) -> dict[str, Any]:
    rule, _ = owned.exchange_end(held, on)
    if rule is None or rule.starts is None:
        return {}
    ends = datetime.combine(rule.starts, time(), UTC)
    return {"exchange_ends": ends, "exchange_days": (rule.starts - on).days}
