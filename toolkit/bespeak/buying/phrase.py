"""Helping a person to type the confirmation: its parts in order, and where what is typed goes astray."""

from __future__ import annotations

import unicodedata

from bespeak.buying.plan import AGAIN, PurchasePlan

#: How the phrase is put together, for the person who types it.
PATTERN = "customer quantity x size term total world"


def phrase_parts(plan: PurchasePlan) -> dict[str, str]:
    """What the phrase names, part by part in its order; joined with blanks they are the phrase."""
    parts = {
        "Customer": plan.customer,
        "Quantity": f"{plan.quantity} x",
        "Size": plan.size,
        "Term": plan.term,
        "Total": str(plan.total),
        "World": plan.world,
    }
    return parts | ({"Bought before": AGAIN} if plan.again else {})


def phrase_hint(plan: PurchasePlan, typed: str) -> str:
    """How far what is typed is right, without writing the phrase for the person; "" when it is the phrase."""
    if plan.is_confirmed_by(typed):
        return ""
    wanted, told = (unicodedata.normalize("NFC", text) for text in (plan.phrase, typed))
    if not told:
        return (
            f"Type it in this order, with one blank in between: {PATTERN}{f' {AGAIN}' if plan.again else ''}."
        )
    if wanted.startswith(told):
        return f"Right so far; next: {_part_at(plan, len(told))}."
    if told.startswith(wanted):
        return f"Something stands behind the {_part_at(plan, len(wanted))}; take it away."
    return f"Not as it stands above from the {_part_at(plan, _agreed(wanted, told))} on."


def _agreed(wanted: str, told: str) -> int:
    """How many characters are the same from the start."""
    pairs = zip(wanted, told, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(wanted), len(told)))


def _part_at(plan: PurchasePlan, position: int) -> str:
    """The name of the part in which this character of the phrase stands; a blank belongs to the part behind it."""
    end = -1
    for name, part in phrase_parts(plan).items():
        end += 1 + len(unicodedata.normalize("NFC", part))
        if position < end:
            return name.lower()
    return name.lower()
