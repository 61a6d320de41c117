"""Purchases to practise with, in a sandbox of one's own: planned in one call, or broken off as a killed kernel does it.

In a private world a cell may buy, because the world is the notebook's own. Nothing here works anywhere else.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pandas as pd

from bespeak.buying.choice import Choice, quote_choice
from bespeak.buying.offer import find_offer
from bespeak.buying.plan import PurchasePlan, plan
from bespeak.buying.prices import read_prices
from bespeak.buying.purchase import buy
from bespeak.buying.stand_in import StandInSession
from bespeak.clients.call import Call, Door
from bespeak.clients.partner_center.orders import list_orders
from bespeak.clients.session import Session
from bespeak.customers import find_customer
from bespeak.errors import InputError
from bespeak.journal import FILE_NAME
from bespeak.journal.head import place

T = TypeVar("T")

_PRIVATE = "in this kernel"
_LEFT = (
    "The kernel was killed after the order had left and before its answer was read. "
    "The journal's last word is SENDING; whether {what} was bought, nobody here knows."
)


def plan_for(
    session: Session,
    customer: str,
    size: str,
    quantity: int = 2,
    *,
    name: str,
    region: str = "polandcentral",
    term: str = "P1Y",
) -> PurchasePlan:
    """The plan of a purchase for an invented customer, for its first Azure subscription; ``name`` makes it one of many.

    The same name in the same world is the same intention. Raises ``InputError`` outside of a sandbox in this kernel.
    """
    _check_private(session)
    details = find_customer(session, customer)
    subscription = str(details.azure_subscriptions["azure_subscription_id"].iloc[0])
    choice = Choice(subscription, size, region, term, quantity)
    quote = quote_choice(choice, details, read_prices(session, details))
    return plan(quote, find_offer(session, details, quote), intent_id=name, friendly_name=name)


def killed_while_buying(session: Session, plan: PurchasePlan) -> str:
    """Buys, and stops dead right after the checkout was processed, as a killed kernel does; what is left, in words.

    The journal stays as it was at that moment: what the purchase would have written afterwards is lost. Raises
    ``InputError`` outside of a sandbox in this kernel, or when the purchase ends before its checkout.
    """
    _check_private(session)
    with tempfile.TemporaryDirectory(prefix="bespeak-practice-") as folder:
        home = Path(folder) / session.home.name
        _copy_journal(session.home, home)
        door = _DyingDoor(session.door, lambda: _copy_journal(home, session.home))
        try:
            outcome = buy(StandInSession(session, door, home), plan, plan.phrase)
        except _KilledError:
            return _LEFT.format(what=f"{plan.quantity} x {plan.size}")
    raise InputError(f"This purchase ended before its order left. {outcome.sentence}")


def order_list(session: Session, plan: PurchasePlan) -> pd.DataFrame:
    """The orders for this plan that Partner Center's own list shows at this moment: order, name, quantity, status."""
    rows = [
        (str(order.get("id")), str(line.get("friendlyName", "")), line.get("quantity"), order.get("status"))
        for order in session.door.collect(list_orders(plan.customer_id))
        for line in order.get("lineItems") or []
        if str(line.get("friendlyName", "")) == plan.friendly_name
    ]
    return pd.DataFrame(rows, columns=["order", "name", "quantity", "status"])


def _check_private(session: Session) -> None:
    if session.world != "sandbox" or not session.where.startswith(_PRIVATE):
        raise InputError(
            f"This session is with {session.world}, {session.where}; one practises in a world of one's own.",
            "Make one with private_sandbox().",
        )


def _copy_journal(old: Path, new: Path) -> None:
    """Copies a private folder with its journal, and the head that is kept beside it."""
    shutil.copytree(old, new, dirs_exist_ok=True)
    head, copy = place(old / FILE_NAME), place(new / FILE_NAME)
    if head.exists():
        copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy2(head, copy)


class _KilledError(BaseException):
    """The kernel is gone; no code of the purchase may go on after it."""


@dataclass(frozen=True, slots=True)
class _DyingDoor:
    """A door behind which the process ends as soon as a checkout was answered; ``last_words`` keep what was written."""

    door: Door
    last_words: Callable[[], None]

    def send(self, call: Call[T]) -> T:
        """The answer to a call; that to a checkout is never seen."""
        answer = self.door.send(call)
        if call.path.endswith("/checkout"):
            self.last_words()
            raise _KilledError
        return answer

    def collect(self, call: Call[list[T]], progress: Callable[[int], None] | None = None) -> list[T]:
        """The items of a list."""
        return self.door.collect(call, progress)
