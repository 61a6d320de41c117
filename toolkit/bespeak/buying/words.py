"""The words of a purchase: terms, scopes and billing frequencies, as services and people say them.

Kept in one place so that form, quote and cart use one spelling. What may be bought is not decided here.
"""

from __future__ import annotations

from typing import Literal

Term = Literal["P1Y", "P3Y"]
Scope = Literal["shared", "single"]
Billing = Literal["one_time", "monthly"]

TERMS: tuple[Term, ...] = ("P1Y", "P3Y")
SCOPES: tuple[Scope, ...] = ("shared", "single")
BILLINGS: tuple[Billing, ...] = ("one_time", "monthly")

#: How the catalogue and the provisioning context spell a term (Purchase Azure reservations, Partner Center, 2021).
TERM_WORDS: dict[str, str] = {"P1Y": "1Year", "P3Y": "3Years"}

#: How a person says a billing frequency.
BILLING_WORDS: dict[str, str] = {"one_time": "all at once", "monthly": "every month"}
