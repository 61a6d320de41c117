"""What stays payable beside a reservation: software, disks, network (D-407)."""

from __future__ import annotations

from datetime import date

from bespeak.policy import Software, load


def software_sentence(on: date) -> str:
    """What a reservation of machines does not pay for, as a sentence; "" without a rule for that day.

    >>> from datetime import date
    >>> software_sentence(date(2026, 11, 16)).split(":")[0]
    'A reservation covers the compute of virtual machines only'
    """
    return " ".join(
        f"A reservation covers {rule.covers}: {rule.payable} stay payable. {rule.citation}"
        for rule in load(Software, on)
    )
