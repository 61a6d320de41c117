"""What a source says that it holds, against what came: a part of the records must not pass for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation


@dataclass(frozen=True, slots=True)
class Control:
    """Control totals as the source declares them: how many records there are, and the sum of their quantities."""

    rows: int | None = None
    quantity: Decimal | None = None

    def shortfall(self, quantities: Sequence[object]) -> str:
        """A sentence that begins with INCOMPLETE when these quantities are not all, "" when they are."""
        if self.rows is not None and self.rows != len(quantities):
            return f"INCOMPLETE: the source says that it has {self.rows:,} records, and {len(quantities):,} came."
        if self.quantity is None:
            return ""
        total = sum((_exact(one) for one in quantities), Decimal(0))
        if total == self.quantity:
            return ""
        return f"INCOMPLETE: the source says that the quantities sum to {self.quantity}, and they sum to {total}."


def _exact(told: object) -> Decimal:
    """The quantity to the last digit; what is no number is 0 here and set aside elsewhere."""
    try:
        number = Decimal(str(told))
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() else Decimal(0)
