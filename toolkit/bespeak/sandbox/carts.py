"""A cart as it is kept (Microsoft, *Cart resources*)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bespeak.sandbox.lines import Line


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one order group of a cart was not ordered."""

    status: int
    code: int
    description: str


@dataclass(slots=True)
class Cart:
    """A cart: ``Active`` until each of its order groups became an order, then ``Ordered``.

    ``orders`` maps an order group to the id of its order.
    """

    id: str
    customer_id: str
    created: datetime
    modified: datetime
    expires: datetime
    lines: tuple[Line, ...]
    orders: dict[str, str] = field(default_factory=dict)
    errors: dict[str, Failure] = field(default_factory=dict)
    #: The answer to the checkout that ordered the last of it, and when that was.
    result: dict[str, Any] | None = None
    finished: datetime | None = None
    #: Whether the partner attests to the resellers (``partnerOnRecordAttestationAccepted``).
    attested: bool = False

    @property
    def groups(self) -> tuple[str, ...]:
        """Its order groups, in the order of its lines."""
        return tuple(dict.fromkeys(line.group for line in self.lines))

    @property
    def ordered(self) -> bool:
        """Whether nothing is left to order."""
        return bool(self.orders) and set(self.orders) == set(self.groups)

    def expired(self, now: datetime) -> bool:
        """Whether its time is over and it was not ordered."""
        return not self.ordered and now >= self.expires

    def lines_of(self, group: str) -> list[Line]:
        """The lines of one order group."""
        return [line for line in self.lines if line.group == group]
