"""Which commitment of a savings plan would have saved most in the look-back window (*Benefit Recommendations - List*).

What reservations and plans cover is taken out first; then commitments between the least and the most that an hour would
burn are tried. Money of the window in US dollars, compute only (D-1114).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from bespeak.sandbox.benefit import Array, Budget, Places, apply_budgets
from bespeak.sandbox.clock import instant_of
from bespeak.sandbox.recommendations import Look, Window, uncovered
from bespeak.sandbox.world import World

#: Commitments that are tried, and their step in money an hour.
_TRIED = 10
_STEP = Decimal("0.001")
_MICRO = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class PlanPoint:
    """The window with so much committed in each hour."""

    commitment: Decimal
    hours: int
    without: Decimal
    overage: Decimal
    #: What usage burnt of the commitment, and what the covered usage would have cost.
    burnt: Decimal
    covered: Decimal

    @property
    def benefit(self) -> Decimal:
        """What the commitment costs."""
        return self.commitment * self.hours

    @property
    def total(self) -> Decimal:
        """What is paid."""
        return self.benefit + self.overage

    @property
    def savings(self) -> Decimal:
        """What it saves; negative when it costs more."""
        return self.without - self.total

    @property
    def wastage(self) -> Decimal:
        """Commitment that found no usage."""
        return self.benefit - self.burnt


@dataclass(frozen=True, slots=True)
class PlanAdvice:
    """The commitment that saves most, all that were tried, and the hourly charges that they follow from."""

    look: Look
    term: str
    window: Window
    charges: Array
    best: PlanPoint
    tried: list[PlanPoint]


def recommend_plan(world: World, look: Look, term: str) -> PlanAdvice | None:
    """The recommendation for a term; None when no commitment saves."""
    window = uncovered(world, look)
    rates = [world.coverage.plan_rates(one, term, instant_of(window.start)) for one in window.machines]
    places = [n for n, found in enumerate(rates) if found]
    if not places:
        return None
    hourly = np.array([float(found[0]) for found in rates if found])
    plan = np.array([float(min(found)) for found in rates if found])
    left = window.left[:, places]
    order = np.argsort(plan / hourly, kind="stable").astype(np.int64)
    burn = (left * plan).sum(axis=1)
    tried = [_point(left, hourly, plan, order, commitment) for commitment in _commitments(burn)]
    best = max(tried, key=lambda one: (one.savings, -one.commitment), default=None)
    if best is None or best.savings <= 0:
        return None
    return PlanAdvice(look, term, window, (left * hourly).sum(axis=1), best, tried)


def _commitments(burn: Array) -> list[Decimal]:
    """Amounts between what nearly every hour and what the dearest hour would burn."""
    levels = np.quantile(burn, np.linspace(0, 1, _TRIED)).tolist() if len(burn) else []
    amounts = {Decimal(repr(one)).quantize(_STEP, ROUND_HALF_UP) for one in levels}
    return sorted(amount for amount in amounts if amount > 0)


def _point(left: Array, hourly: Array, plan: Array, order: Places, commitment: Decimal) -> PlanPoint:
    money = np.full(len(left), float(commitment))
    (bought,) = apply_budgets(left, [Budget(money, plan, order)])
    covered = float((bought * hourly).sum())
    without = float((left * hourly).sum())
    burnt = float((bought * plan).sum())
    sums = (without, without - covered, burnt, covered)
    return PlanPoint(commitment, len(left), *(_exact(one) for one in sums))


def _exact(money: float) -> Decimal:
    return Decimal(repr(money)).quantize(_MICRO, ROUND_HALF_UP)
