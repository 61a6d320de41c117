"""What decides the coverage of a customer: its machines, and the benefits with their hours, in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol, TypeVar

from bespeak.sandbox.clock import hour_ceiling
from bespeak.sandbox.estate import Machine
from bespeak.sandbox.reservation_records import YEARS, Applied, Reservation, Scope, ScopeKind
from bespeak.sandbox.savings_plans import SavingsPlan

#: The order in which several benefits that match are applied (Microsoft, *Benefit application order*, 2026-07-17).
RANK: dict[ScopeKind, int] = {"ResourceGroup": 0, "Single": 1, "ManagementGroup": 2, "Shared": 3}


class Timed(Protocol):
    """What is applied from one hour number up to another."""

    @property
    def first_hour(self) -> int:
        """The number of the first hour."""
        ...

    @property
    def end_hour(self) -> int:
        """The number of the first hour after it."""
        ...


_T = TypeVar("_T", bound=Timed)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of hours in which a reservation was applied in one way."""

    reservation_id: str
    size: str
    region: str
    quantity: int
    scope: Scope
    flexible: bool
    first_hour: int
    end_hour: int


def segments(held: Reservation) -> Iterator[Segment]:
    """The stretches of a reservation, oldest first, without a gap and without an hour that is in two."""
    ends: list[Applied | None] = [*held.applied[1:], None]
    for applied, following in zip(held.applied, ends, strict=True):
        first = max(hour_ceiling(applied.since), held.first_hour)
        end = min(hour_ceiling(following.since), held.end_hour) if following else held.end_hour
        if first < end:
            offer = held.offer
            yield Segment(
                held.id, offer.size, offer.region, held.quantity, applied.scope, applied.flexible, first, end
            )


@dataclass(frozen=True, slots=True)
class Promised:
    """The hours in which a savings plan is applied, and what it brings to each."""

    plan_id: str
    term: str
    commitment: Decimal
    scope: Scope
    first_hour: int
    end_hour: int


def promised(plan: SavingsPlan) -> Promised:
    """How a savings plan is applied."""
    made = plan.promise
    return Promised(plan.id, made.term, made.commitment, made.scope, plan.first_hour, plan.end_hour)


@dataclass(frozen=True, slots=True)
class Scene:
    """All that decides the coverage of one customer: machines, benefits in their order, and who is in which group.

    ``key`` names the customer and the groups as they are.
    """

    customer_id: str
    key: object
    machines: tuple[Machine, ...]
    segments: tuple[Segment, ...]
    plans: tuple[Promised, ...]

    def within(self, start: int, end: int) -> Scene:
        """The part of it that bears on these hours."""
        return replace(
            self, segments=_clipped(self.segments, start, end), plans=_clipped(self.plans, start, end)
        )


def _clipped(parts: tuple[_T, ...], start: int, end: int) -> tuple[_T, ...]:
    return tuple(
        replace(part, first_hour=max(start, part.first_hour), end_hour=min(end, part.end_hour))  # type: ignore[type-var]
        for part in parts
        if part.first_hour < end and part.end_hour > start
    )


def in_order(plans: Sequence[Promised]) -> tuple[Promised, ...]:
    """Several plans: the narrower scope first, then the longer term (D-1112)."""
    return tuple(sorted(plans, key=lambda plan: (RANK[plan.scope.kind], -YEARS[plan.term])))
