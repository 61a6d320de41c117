"""The list of customers, and finding one in it by a part of its name, domain or tenant id."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import pandas as pd

from bespeak.clients.partner_center.customers import list_customers
from bespeak.clients.session import Session
from bespeak.errors import InputError
from bespeak.tables import CUSTOMERS


def customers(session: Session, progress: Callable[[int], None] | None = None) -> pd.DataFrame:
    """All customers of the partner as a CUSTOMERS table, by name; ``progress`` is told how many are read so far."""
    found = {
        str(item["id"]).lower(): item
        for item in session.door.collect(list_customers(), progress)
        if "id" in item
    }
    rows = [_row(customer_id, item) for customer_id, item in found.items()]
    return CUSTOMERS.frame(sorted(rows, key=lambda row: (_folded(row["name"]), row["customer_id"])))


def _row(customer_id: str, item: dict[str, Any]) -> dict[str, str]:
    profile = item.get("companyProfile") or {}
    return {
        "customer_id": customer_id,
        "name": str(profile.get("companyName") or ""),
        "domain": str(profile.get("domain") or ""),
        "relationship": str(item.get("relationshipToPartner") or "unknown").lower(),
    }


def search(customers: pd.DataFrame, text: str, limit: int = 50) -> pd.DataFrame:
    """The rows that hold every word of ``text`` in name, domain or id, at most ``limit``, the likeliest first.

    Names that begin with the text come first, then names with a word that does, then domains and ids that do;
    rows alike stay in the table's order. Case and accents make no difference; an empty text gives the first rows.

    >>> found = {"customer_id": "1", "name": "Contoso", "domain": "contoso.com", "relationship": "reseller"}
    >>> search(CUSTOMERS.frame([found]), "TOSO").name.tolist()
    ['Contoso']
    """
    if limit < 1:
        raise InputError(f"A list of {limit} customers is no list.", "Ask for at least 1.")
    phrase = " ".join(_folded(text).strip("{} \t\n").split())
    if not phrase:
        return customers.head(limit).reset_index(drop=True)
    columns = (customers["name"].tolist(), customers["domain"].tolist(), customers["customer_id"].tolist())
    hits = [
        (rank, number)
        for number, (name, domain, customer_id) in enumerate(zip(*columns, strict=True))
        if (rank := _rank(phrase, _folded(name), domain.lower(), customer_id)) is not None
    ]
    return customers.iloc[[number for _, number in sorted(hits)[:limit]]].reset_index(drop=True)


def _rank(phrase: str, name: str, domain: str, customer_id: str) -> int | None:
    """How good a hit is, 0 the best; ``None`` for none."""
    if phrase in name:
        return 0 if name.startswith(phrase) else 1 if f" {phrase}" in name else 3
    if domain.startswith(phrase) or customer_id.startswith(phrase):
        return 2
    everything = f"{name}\n{domain}\n{customer_id}\n{customer_id.replace('-', '')}"
    return 4 if all(word in everything for word in phrase.split()) else None


def _folded(text: str) -> str:
    """The text without case and accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))
