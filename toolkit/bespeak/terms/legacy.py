"""What Microsoft says about the offer that came before the Azure plan (D-231)."""

from __future__ import annotations

from datetime import date

from bespeak.policy import LegacyOffer, load


def legacy_offer(on: date) -> str:
    """Where a customer who has accepted the Microsoft Customer Agreement is to buy, as a sentence; "" without a rule.

    Source: Buy Microsoft Azure reservations for customers (2023-08-23).

    >>> from datetime import date
    >>> legacy_offer(date(2026, 11, 16)).split(".")[0]
    'Once the Microsoft Customer Agreement is accepted, reservations are to be bought under the Azure plan'
    """
    return " ".join(
        f"Once the Microsoft Customer Agreement is accepted, reservations are to be bought under the {rule.successor}. "
        f"{rule.citation}"
        for rule in load(LegacyOffer, on)
    )
