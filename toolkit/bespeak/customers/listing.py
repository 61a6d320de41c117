"""The list of customers, and finding one in it by a part of its name, domain or tenant id."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pandas as pd

from bespeak.clients.partner_center.customers import list_customers
from bespeak.clients.session import Session
from bespeak.errors import InputError
from bespeak.tables import CUSTOMERS

_STROKES = str.maketrans("łøđħŧı", "lodhti")
_LEFT_OUT = "bespeak_left_out"


def customers(session: Session, progress: Callable[[int], None] | None = None) -> pd.DataFrame:
    """All customers of the partner as a CUSTOMERS table, by name; ``progress`` is told how many are read so far.

    A customer without an id cannot be looked up; ``left_out`` names those.
    """
    listed = session.door.collect(list_customers(), progress)
    found = {str(item["id"]).lower(): item for item in listed if item.get("id")}
    rows = [_row(customer_id, item) for customer_id, item in found.items()]
    table = CUSTOMERS.frame(sorted(rows, key=lambda row: (_folded(row["name"]), row["customer_id"])))
    table.attrs[_LEFT_OUT] = tuple(_row("", item)["name"] for item in listed if not item.get("id"))
    return table


def left_out(customers: pd.DataFrame) -> tuple[str, ...]:
    """The names of customers that Partner Center lists without an id, so that they are not in the table."""
    names: tuple[str, ...] = customers.attrs.get(_LEFT_OUT, ())
    return names


def _row(customer_id: str, item: dict[str, Any]) -> dict[str, str]:
    told = item.get("companyProfile")
    profile = told if isinstance(told, dict) else {}
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
    texts = [
        _folded(f"{name}\n{domain}\n{customer_id}")
        for name, domain, customer_id in zip(*columns, strict=True)
    ]
    return customers.iloc[list(islice(_likeliest(texts, phrase), limit))].reset_index(drop=True)


def _likeliest(texts: list[str], phrase: str) -> Iterator[int]:
    """The numbers of the texts that hold every word of the phrase, the likeliest first."""
    words, dashed = phrase.split(), _dashed(phrase)
    left = [n for n, text in enumerate(texts) if dashed in text or all(word in text for word in words)]
    for holds in _MARKS:
        better = [number for number in left if holds(texts[number], phrase)]
        yield from better
        taken = set(better)
        left = [number for number in left if number not in taken]
    yield from left


#: How good a hit is, the best first; a text is name, domain and id, a line each.
_MARKS: tuple[Callable[[str, str], bool], ...] = (
    lambda text, phrase: text.startswith(phrase),
    lambda text, phrase: f" {phrase}" in text.partition("\n")[0],
    lambda text, phrase: f"\n{phrase}" in text,
    lambda text, phrase: phrase in text.partition("\n")[0],
)


def _dashed(phrase: str) -> str:
    """The phrase; when it begins like an id without dashes, with them."""
    if not re.fullmatch("[0-9a-f]{9,32}", phrase):
        return phrase
    parts = (phrase[:8], phrase[8:12], phrase[12:16], phrase[16:20], phrase[20:])
    return "-".join(part for part in parts if part)


def _folded(text: str) -> str:
    """The text without case, accents and strokes through a letter, which Unicode takes for letters of their own."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char)).translate(_STROKES)
