"""What customers used this month so far, in money: estimates by customer, subscription, resource and meter.

Of an Azure plan they are the rated lines that are not billed yet; of legacy Azure the quantities at list price, without
the credit of the partner (Microsoft, *Get usage records for all customers* and below it). They are not for billing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from bespeak.sandbox.directory import Directory
from bespeak.sandbox.estate import Subscription
from bespeak.sandbox.rated import RatedLine
from bespeak.sandbox.rated_month import RatedMonth
from bespeak.sandbox.usage_lines import legacy_cost, plan_cost


@dataclass(slots=True)
class BudgetState:
    """The monthly budget of each customer that has one."""

    amounts: dict[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Use:
    """A line of usage and its money: in the currency of the bill, and in US dollars (0 of legacy Azure)."""

    line: RatedLine
    cost: Decimal
    dollars: Decimal


@dataclass(frozen=True, slots=True)
class Sum:
    """The money of some usage, and how much was used."""

    cost: Decimal
    dollars: Decimal
    quantity: Decimal


def summed(uses: Iterable[Use]) -> Sum:
    """The sum of usage."""
    cost = dollars = quantity = Decimal(0)
    for use in uses:
        cost, dollars, quantity = cost + use.cost, dollars + use.dollars, quantity + use.line.quantity
    return Sum(cost, dollars, quantity)


def grouped(uses: Iterable[Use], key: Callable[[RatedLine], str]) -> dict[str, list[Use]]:
    """Usage by a key of its lines, in the order in which keys first appear."""
    found: dict[str, list[Use]] = {}
    for use in uses:
        found.setdefault(key(use.line), []).append(use)
    return found


class Estimates:
    """The usage of this month so far."""

    def __init__(
        self,
        directory: Directory,
        plans: Callable[[], RatedMonth],
        legacy: Callable[[Subscription], RatedMonth],
        rate: Callable[[], Decimal],
    ) -> None:
        self._directory = directory
        self._plans = plans
        self._legacy = legacy
        self._rate = rate
        self._kept: tuple[RatedMonth, Decimal, dict[str, list[Use]]] | None = None

    def of_subscription(self, held: Subscription) -> Sequence[Use]:
        """The usage of one subscription."""
        if held.kind == "legacy":
            used = self._directory.machines_of(held.customer_id)
            return [_legacy(line) for line in self._legacy(held).lines()] if used else ()
        return self._of_plans().get(held.id, ())

    def of_customer(self, customer_id: str) -> list[Use]:
        """The usage of all subscriptions of a customer."""
        held = self._directory.subscriptions_of(customer_id)
        return [use for one in held for use in self.of_subscription(one)]

    def _of_plans(self) -> dict[str, list[Use]]:
        rated, rate = self._plans(), self._rate()
        if self._kept is None or self._kept[0] is not rated or self._kept[1] != rate:
            uses = (_plan(line, rate) for line in rated.lines())
            self._kept = (rated, rate, grouped(uses, lambda line: line.subscription.id))
        return self._kept[2]


def _plan(line: RatedLine, rate: Decimal) -> Use:
    return Use(line, plan_cost(line, rate), line.total)


def _legacy(line: RatedLine) -> Use:
    return Use(line, legacy_cost(line, Decimal(1)), Decimal(0))


def started(now: datetime) -> datetime:
    """The beginning of the period that is estimated."""
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
