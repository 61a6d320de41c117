"""Purchases in words for the terminal, and as JSON for programs. It reads nothing and asks nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from bespeak.buying.outcome import Outcome, recorded
from bespeak.journal import Intent
from bespeak.terminal import columns, printable

_LONG, _HEAD = 16, 8
_NONE = "No purchase is in a journal here.\n"


def as_list(table: pd.DataFrame, width: int) -> str:
    """One line a purchase, the world first."""
    if table.empty:
        return _NONE
    head: tuple[str, ...] = ("world", "changed (UTC)", "state", "order", "id", "purchase")
    return columns([head, *(_line(row) for row in table.to_dict("records"))], width)


def as_json(table: pd.DataFrame) -> str:
    """The rows as a JSON list; times in ISO 8601, money as text."""
    return json.dumps([_plain(row) for row in table.to_dict("records")], indent=2, ensure_ascii=True) + "\n"


def one(intent: Intent, table: pd.DataFrame, width: int) -> str:
    """All that the journal has of one purchase: its columns, what came of it, what to do next."""
    outcome = recorded(intent)
    facts = [(name, str(value)) for name, value in _plain(table.to_dict("records")[0]).items()]
    return columns([*facts, ("outcome", outcome.sentence)], width) + steps(outcome)


def steps(outcome: Outcome) -> str:
    """What a person must do by hand, a line each; "" for nothing."""
    return "".join(f"{number}. {printable(step)}\n" for number, step in enumerate(outcome.steps, start=1))


def outcomes(told: Iterable[tuple[str, Outcome]], width: int) -> str:
    """What came of purchases, each with its world."""
    return "".join(
        columns([(where, outcome.word, outcome.intent_id, outcome.sentence)], width) + steps(outcome)
        for where, outcome in told
    )


def _line(row: Mapping[Any, Any]) -> tuple[str, ...]:
    what = f"{row['customer']}: {row['what']}, {row['currency']} {row['total']:,}"
    by_hand = " (MANUAL CHECK)" if row["needs_a_person"] else ""
    where = f"{row['world']}/{_short(row['instance'])}"
    changed = f"{row['changed']:%Y-%m-%d %H:%M}"
    return where, changed, f"{row['state']}{by_hand}", row["order"] or "-", _short(row["intent_id"]), what


def _short(name: str) -> str:
    """The beginning of a long id, by which 'show' finds it again; a short one as it is."""
    return name if len(name) <= _LONG else name[:_HEAD]


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        str(name): value.isoformat()
        if isinstance(value, pd.Timestamp)
        else value
        if isinstance(value, bool | int)
        else str(value)
        for name, value in row.items()
    }
