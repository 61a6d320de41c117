"""One customer by what a person calls it."""

from __future__ import annotations

from difflib import get_close_matches

from bespeak.clients.session import Session
from bespeak.customers.details import CustomerDetails, customer_details
from bespeak.customers.listing import customers, search
from bespeak.errors import InputError, MissingError

_NAMED = 5


def find_customer(session: Session, text: str) -> CustomerDetails:
    """What Partner Center knows of the one customer with this name, or with this part of a name, domain or tenant id.

    A name in full wins over longer names that begin with it. Raises ``MissingError`` when there is none (with names
    that look alike) and ``InputError`` when there are several.
    """
    everybody = customers(session)
    hits = search(everybody, text, limit=max(len(everybody), 1))
    named = hits[hits["name"].str.casefold() == text.strip().casefold()]
    found = named if len(named) else hits
    if found.empty:
        raise MissingError(
            f"No customer has '{text}' in its name, domain or tenant id.",
            _alike(text, list(everybody["name"])),
        )
    if not text.strip() or len(found) > 1:
        some = ", ".join(found["name"].head(_NAMED))
        raise InputError(
            f"{len(found):,} customers match '{text}': {some} ...", "Give more of the name, or the tenant id."
        )
    return customer_details(session, str(found["customer_id"].iloc[0]))


def _alike(text: str, names: list[str]) -> str:
    near = get_close_matches(text, names, n=_NAMED, cutoff=0.6)
    return f"Did you mean {' or '.join(near)}?" if near else "Type less of it, or look for typing errors."
