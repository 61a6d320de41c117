"""The terms that can be bought: their names, months, and the hours by which Microsoft divides a price (D-503)."""

from __future__ import annotations

from bespeak.errors import InputError
from bespeak.policy import Term, load


def term_hours(term: str) -> int:
    """Hours in a term: 8,760 for P1Y, 26,280 for P3Y."""
    return _term(term).hours


def term_months(term: str) -> int:
    """Months in a term."""
    return _term(term).months


def term_label(term: str) -> str:
    """The term in words: "1 year", "3 years"."""
    return _term(term).label


def _term(term: str) -> Term:
    terms = {known.term: known for known in load(Term)}
    if term not in terms:
        raise InputError(f"'{term}' is not a term of a VM reservation.", f"Use {' or '.join(terms)}.")
    return terms[term]
