"""A person settles what looking again could not: with the order that was found by hand, or with nothing at all.

What the person says is checked against the service before it is written down, with who said it and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bespeak.buying.ledger import Ledger, check_world, open_journal
from bespeak.buying.one_at_a_time import one_at_a_time
from bespeak.buying.outcome import Outcome
from bespeak.buying.plan import PurchasePlan
from bespeak.buying.reconcile import order_differences, read_order, reconcile
from bespeak.buying.recovery import look_again, see
from bespeak.clients.session import Session
from bespeak.errors import InputError, RefusedError
from bespeak.journal import Intent

_NOTHING = "Nothing was written down."
_NO_ORDER = "20000"
_TAGGED = "bsp-"


def settle(session: Session, intent_id: str, *, order_id: str = "", reason: str) -> Outcome:
    """Writes down what a person found by hand for a purchase that needs one: its order, or that there is none.

    With an order id: ORDERED, when the order is read back, is what was planned, and is nobody else's. Without one:
    REJECTED, when cart and orders show nothing that could be it and the cart cannot be ordered any more. Raises
    ``InputError`` that says what speaks against it, ``SignInError`` when nobody is signed in, and what reading raises.
    """
    if not reason.strip():
        raise InputError("There is no reason.", f"{_NOTHING} Say what was found, and where.")
    who = session.person
    told = look_again(session, intent_id)
    if told.state != "UNKNOWN":
        return told
    if not told.needs_a_person:
        raise InputError(
            f"Looking again can still tell what became of it, so nobody settles it by hand yet. {told.sentence}",
            _NOTHING,
        )
    journal = open_journal(session)
    with one_at_a_time(journal.path, intent_id):
        ledger = Ledger(journal, intent_id, session.now)
        plan = PurchasePlan.from_json(ledger.intent.plan)
        check_world(session, plan)
        signed = f"{who.name} settled it by hand: {reason.strip()}"
        if not order_id:
            _check_nothing(session, ledger, plan)
            return ledger.end(
                "REJECTED", f"Nothing was bought. {signed}", settled_by=who.name, settled_by_id=who.object_id
            )
        _check_order(session, ledger, plan, order_id.strip())
        outcome = ledger.end(
            "ORDERED",
            f"Bought: order {order_id.strip()}. {signed}",
            (order_id.strip(),),
            settled_by=who.name,
            settled_by_id=who.object_id,
        )
        return reconcile(session, ledger, plan) or outcome


def _check_order(session: Session, ledger: Ledger, plan: PurchasePlan, order_id: str) -> None:
    """Raises ``InputError`` unless this order is there, is what was planned, and can be nobody else's."""
    taken = _taken(ledger)
    if order_id.lower() in taken:
        raise InputError(
            f"The order {order_id} belongs to purchase {taken[order_id.lower()]} already.", _NOTHING
        )
    try:
        order = read_order(session, plan, order_id)
    except RefusedError as error:
        if error.code != _NO_ORDER:
            raise
        raise InputError(f"{plan.customer} has no order {order_id}. {error}", _NOTHING) from error
    found = order_differences(plan, order) + _foreign_mark(plan, order)
    if found:
        raise InputError(f"The order {order_id} is not this purchase. {' '.join(found)}", _NOTHING)


def _check_nothing(session: Session, ledger: Ledger, plan: PurchasePlan) -> None:
    """Raises ``InputError`` while an order may be this purchase, or the cart can still be ordered."""
    sight = see(session, plan, str(ledger.intent.cart_id), session.now())
    taken = _taken(ledger)
    open_orders = [one for one in (*sight.tagged, *sight.similar) if one.lower() not in taken]
    if open_orders:
        raise InputError(
            f"These orders may be this purchase: {', '.join(open_orders)}. It may be charged {plan.total}.",
            f"{_NOTHING} Settle it with the order's id, or let Microsoft's support say whose order it is.",
        )
    if sight.cart not in ("gone", "expired"):
        raise InputError(
            f"The cart is {sight.cart}: it was ordered, or can still be.",
            f"{_NOTHING} Ask Microsoft's support with the ids of the last step, or wait until the cart has expired.",
        )


def _taken(ledger: Ledger) -> dict[str, str]:
    """The orders that the journal has for other purchases, each with its intent."""
    others = (one for one in ledger.journal.intents() if one.intent_id != ledger.intent_id)
    return {order.lower(): one.intent_id for one in others for order in one.order_ids}


def _foreign_mark(plan: PurchasePlan, order: Mapping[str, Any]) -> list[str]:
    """Whether the order's name carries the mark of another purchase of this toolkit."""
    names = [
        str(line.get("friendlyName") or "")
        for line in order.get("lineItems") or []
        if isinstance(line, Mapping)
    ]
    return [
        f"The order's name '{name}' carries the mark of another purchase; this one has {plan.tag}."
        for name in names
        if _TAGGED in name and not name.endswith(plan.tag)
    ]


def needs_a_person(intent: Intent) -> bool:
    """Whether the journal says that only a check by hand can tell what became of it."""
    return intent.state == "UNKNOWN" and bool((intent.outcome or {}).get("steps"))
