"""What a purchase charges: now, every month and in all; to whom, in which world, and when its price was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bespeak.buying.offer import check_price
from bespeak.buying.plan import PurchasePlan
from bespeak.buying.prices import current_price
from bespeak.buying.quote import payments_of
from bespeak.clients.session import Person, Session
from bespeak.money import Money
from bespeak.terms import term_label


@dataclass(frozen=True, slots=True)
class Charge:
    """What will be charged for a plan, reckoned with the price that the service had at ``read_at``.

    ``unit`` is that price of one instance; ``person`` and ``where`` say on whose side and in which world.
    """

    plan: PurchasePlan
    unit: Money
    read_at: datetime
    person: Person
    where: str

    @property
    def payments(self) -> tuple[Money, ...]:
        """What is charged when; the sum is exactly the total."""
        return payments_of((self.unit * self.plan.quantity).rounded(), self.plan.term, self.plan.billing)


def charge_now(session: Session, plan: PurchasePlan) -> Charge:
    """What the plan would charge now, with the price read anew from the service.

    Raises ``InputError`` with both figures when the price is no longer the planned one.
    """
    unit = current_price(session, plan.country, plan.product_id, plan.sku_id)
    check_price(plan.unit, unit)
    return Charge(plan, unit, session.now(), session.person, session.where)


def charge_amounts(charge: Charge) -> dict[str, str]:
    """The three figures that matter: now, every month, in all."""
    first, *later = charge.payments
    total = sum(later, first)
    return {"Now": str(first), "Every month": _later(later), "In all": str(total)}


def charge_sentence(charge: Charge) -> str:
    """How the figures come about, where and when the price was read, and which directory is charged."""
    plan = charge.plan
    return (
        f"{plan.quantity:,} x {charge.unit} for {term_label(plan.term)}, tax excluded. The price was read from "
        f"Partner Center on {charge.read_at:%Y-%m-%d %H:%M} UTC. Microsoft charges the partner "
        f"{charge.person.tenant_id} (signed in: {charge.person.name}); world: {plan.world}, {charge.where}."
    )


def _later(payments: Sequence[Money]) -> str:
    """The payments after the first, in words; they can differ by one minor unit."""
    if not payments:
        return "nothing more"
    least, most = (pick(payments, key=lambda one: one.amount) for pick in (min, max))
    span = str(most) if least.amount == most.amount else f"{least} to {most}"
    return f"{span}, {len(payments)} times more"
