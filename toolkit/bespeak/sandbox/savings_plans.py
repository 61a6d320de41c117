"""Savings plans: an amount of money an hour, promised for a term, that buys compute of any size and region cheaper.

They come from scenarios and from trade-ins; they are never cancelled, refunded or exchanged (Microsoft, *Azure savings
plans cancellation policies*, 2026-01-08).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from bespeak.sandbox.clock import hour_ceiling, plus_years
from bespeak.sandbox.ids import Ids
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import YEARS, BillingPlan, Scope

Origin = Literal["Purchase", "Exchange"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a new savings plan is to be; ``commitment`` is money in each hour, in ``currency``.

    ``origin`` says whether it is bought or comes from a trade-in of reservations.
    """

    term: str
    commitment: Decimal
    starts: datetime
    billing_subscription_id: str
    scope: Scope = field(default_factory=Scope)
    name: str = ""
    currency: str = "USD"
    billing_plan: BillingPlan = "Monthly"
    renew: bool = False
    origin: Origin = "Purchase"


@dataclass(slots=True)
class SavingsPlan:
    """One promise that was made, in an order of its own."""

    id: str
    order_id: str
    customer_id: str
    name: str
    promise: Promise

    @property
    def starts(self) -> datetime:
        """The instant at which its term begins."""
        return self.promise.starts

    @property
    def expiry(self) -> datetime:
        """The instant at which its term ends."""
        return plus_years(self.starts, YEARS[self.promise.term])

    @property
    def first_hour(self) -> int:
        """The number of the first clock hour in which it is applied."""
        return hour_ceiling(self.starts)

    @property
    def end_hour(self) -> int:
        """The number of the first hour in which it is not applied any more."""
        return hour_ceiling(self.expiry)

    @property
    def total(self) -> Decimal:
        """What it commits to over the whole term: 8,760 hours a year, as Microsoft counts (X-11)."""
        return self.promise.commitment * 8760 * YEARS[self.promise.term]

    def alive(self, now: datetime) -> bool:
        """Whether it is applied at this instant."""
        return self.starts <= now < self.expiry


@dataclass(slots=True)
class SavingsPlanState:
    """All savings plans by id, in the order in which they came."""

    plans: dict[str, SavingsPlan] = field(default_factory=dict)


class SavingsPlans:
    """The savings plans of all customers."""

    def __init__(self, state: SavingsPlanState, ids: Ids) -> None:
        self._state = state
        self._ids = ids

    def __iter__(self) -> Iterator[SavingsPlan]:
        """All of them, oldest first."""
        return iter(self._state.plans.values())

    def plan(self, plan_id: str) -> SavingsPlan | None:
        """A plan by its id in any case."""
        return self._state.plans.get(plan_id.lower())

    def of(self, customer_id: str) -> list[SavingsPlan]:
        """The plans of a customer, oldest first, ended and future ones too."""
        return [plan for plan in self if plan.customer_id == customer_id]

    def started(self, customer_id: str, now: datetime) -> list[SavingsPlan]:
        """The plans of a customer whose term has begun by now, ended ones too."""
        return [plan for plan in self.of(customer_id) if plan.starts <= now]

    def add(self, customer_id: str, promise: Promise) -> SavingsPlan:
        """A new plan in an order of its own; 400 for a term or an amount that no plan has."""
        check(promise.term, promise.commitment)
        name = promise.name or f"Compute_SavingsPlan_{promise.starts:%m-%d-%Y_%H-%M}"
        plan_id, order_id = self._ids.guid("savings plan"), self._ids.guid("savings plan order")
        plan = SavingsPlan(plan_id, order_id, customer_id, name, promise)
        self._state.plans[plan.id] = plan
        return plan


def check(term: str, commitment: Decimal) -> None:
    """Refuses a term or an amount that no savings plan has; nothing has changed then."""
    if term not in YEARS:
        raise RefusalError(400, "BadRequest", f"Member 'term' must be P1Y or P3Y, not '{term}'.")
    if not (commitment.is_finite() and commitment > 0):
        raise RefusalError(
            400, "BadRequest", f"Member 'commitment' must be more than 0 an hour, not {commitment}."
        )
