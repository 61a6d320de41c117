"""Looking again at a purchase whose end is not known: cart, order by id, order list. It only reads.

"Not in the order list" proves nothing for 15 minutes (Purchase Azure reservations, Partner Center, 2021), so nothing
final is said before that time and a margin have passed on the world's clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bespeak.buying.cart import has_expired
from bespeak.buying.evidence import gather
from bespeak.buying.ledger import LIST_LAG, Ledger, check_world, open_journal
from bespeak.buying.manual_check import manual_steps
from bespeak.buying.one_at_a_time import one_at_a_time
from bespeak.buying.outcome import Outcome, recorded
from bespeak.buying.plan import PurchasePlan
from bespeak.buying.reconcile import reconcile
from bespeak.clients.partner_center import carts, orders
from bespeak.clients.session import Session
from bespeak.errors import RefusedError, ServiceError
from bespeak.journal import Intent

_NO_CART = "800008"
_INTERRUPTED = "Nothing was bought. The purchase was interrupted before the order was sent; make a new quote."


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen: the cart's status ("gone" for none), orders with our tag, and orders that could be ours."""

    cart: str
    tagged: tuple[str, ...]
    similar: tuple[str, ...]


def look_again(session: Session, intent_id: str) -> Outcome:
    """The outcome of a purchase after looking at the cart and the orders; nothing is sent that could buy.

    Raises ``JournalError`` when this world's journal does not have the purchase.
    """
    session.now()  # a world that was started anew has a journal of its own
    journal = open_journal(session)
    ledger = Ledger(journal, intent_id, session.now)
    with one_at_a_time(journal.path, intent_id):
        intent = ledger.intent
        plan = PurchasePlan.from_json(intent.plan)
        check_world(session, plan)
        if intent.state == "ORDERED":
            return reconcile(session, ledger, plan) or ledger.recorded()
        if intent.state == "CART":
            # Whoever still works on it cannot send any more: its next arrow starts where this one has left.
            return ledger.end("REJECTED", _INTERRUPTED)
        if intent.state == "SENDING":
            words = "The purchase was interrupted while it was sent; it is looked up."
            ledger.end("UNKNOWN", words, sent_at=intent.changed.isoformat())
        if ledger.intent.state != "UNKNOWN":
            return ledger.recorded()
        return _look(session, ledger, plan)


def _look(session: Session, ledger: Ledger, plan: PurchasePlan) -> Outcome:
    intent = ledger.intent
    now = session.now()
    try:
        sight = see(session, plan, str(intent.cart_id), now)
    except ServiceError as error:
        return _still_unknown(ledger, f"It could not be looked up now; do not buy it again. {error}")
    ledger.journal.note(plan.intent_id, f"looked: {sight}", at=now)
    ours = found_order(sight)
    if ours:
        outcome = ledger.end("ORDERED", f"Bought: order {ours}; its answer had not arrived.", (ours,))
        return reconcile(session, ledger, plan) or outcome
    if now < sent_at(intent) + LIST_LAG:
        return _still_unknown(ledger, _wait(session, sight, sent_at(intent)))
    return _last_look(session, ledger, plan, sight)


def _last_look(session: Session, ledger: Ledger, plan: PurchasePlan, sight: Sight) -> Outcome:
    """The outcome once an order must be in the list: audit records and the list of requests are asked, too."""
    intent = ledger.intent
    found = gather(session, plan, intent, intent.sent or intent.created)
    said = found.sentence(intent.request_id, sight.cart)
    ledger.journal.note(plan.intent_id, f"evidence: {said} {found.order}".strip(), at=ledger.now())
    if found.order:
        words = f"Bought: order {found.order}; its answer had not arrived."
        outcome = ledger.end("ORDERED", words, (found.order,))
        return reconcile(session, ledger, plan) or outcome
    # A cart that is gone says nothing itself; when the checkout arrived, nobody guesses.
    silent = sight.cart == "gone" and found.request == "arrived"
    if sight.cart != "ordered" and not sight.similar and not sight.tagged and not silent:
        return ledger.end("REJECTED", f"{_not_ordered(plan, sight)} {said}")
    return _by_hand(session, ledger, plan, sight, said)


def sent_at(intent: Intent) -> datetime:
    """When the checkout of an UNKNOWN purchase was last sent, as the world said it (UTC)."""
    return datetime.fromisoformat(str((intent.outcome or {})["sent_at"]))


def see(session: Session, plan: PurchasePlan, cart_id: str, now: datetime) -> Sight:
    """What cart and order list show; raises ``ServiceError`` when one of them could not be read."""
    cart = _cart_status(session, plan, cart_id, now)
    listed = session.door.collect(orders.list_orders(plan.customer_id))
    tagged = [str(order["id"]) for order in listed if order.get("id") and _is_tagged(plan, order)]
    similar = [str(order["id"]) for order in listed if order.get("id") and _is_similar(plan, order)]
    return Sight(cart, tuple(tagged), tuple(similar))


def found_order(sight: Sight) -> str:
    """The order that is certainly ours, "" when none is.

    That is the only one with our tag; without any, the only similar one when the cart says that it was ordered.
    """
    if len(sight.tagged) == 1:
        return sight.tagged[0]
    certain = sight.cart == "ordered" and not sight.tagged and len(sight.similar) == 1
    return sight.similar[0] if certain else ""


def _cart_status(session: Session, plan: PurchasePlan, cart_id: str, now: datetime) -> str:
    try:
        cart = session.door.send(carts.get_cart(plan.customer_id, cart_id))
    except RefusedError as error:
        if error.code != _NO_CART:
            raise
        return "gone"
    status = str(cart.get("status", "")).lower()
    return "expired" if status == "active" and has_expired(cart, now) else status


def _lines(order: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [line for line in order.get("lineItems") or [] if isinstance(line, Mapping)]


def _is_tagged(plan: PurchasePlan, order: Mapping[str, Any]) -> bool:
    return any(str(line.get("friendlyName", "")).endswith(plan.tag) for line in _lines(order))


def _is_similar(plan: PurchasePlan, order: Mapping[str, Any]) -> bool:
    """Whether an order without a name is for the very offer of the plan, whose id lives shortly."""
    return any(
        line.get("offerId") == plan.catalog_item_id
        and line.get("quantity") == plan.quantity
        and not line.get("friendlyName")
        for line in _lines(order)
    )


def _still_unknown(ledger: Ledger, sentence: str) -> Outcome:
    """UNKNOWN stays as it is in the journal; the sentence is what is known now."""
    return Outcome("UNKNOWN", "", "", sentence, ledger.intent_id)


def _wait(session: Session, sight: Sight, sent: datetime) -> str:
    until = f"{sent + LIST_LAG:%Y-%m-%d %H:%M} UTC"
    hint = " Move the sandbox's clock forward to get there." if session.world == "sandbox" else ""
    if sight.cart == "ordered":
        return (
            f"The cart has been ordered, so it is bought. Its order number can be read after {until}.{hint}"
        )
    return (
        f"The cart is {sight.cart}, and a new order can be missing from the list for 15 minutes. "
        f"Do not buy it again; look again after {until}.{hint}"
    )


def _not_ordered(plan: PurchasePlan, sight: Sight) -> str:
    return (
        f"Nothing was bought. The cart is {sight.cart}, and no order of {plan.customer} carries the mark {plan.tag}. "
        f"Make a new quote if you still want it. World: {plan.world}."
    )


def _by_hand(session: Session, ledger: Ledger, plan: PurchasePlan, sight: Sight, said: str) -> Outcome:
    """UNKNOWN, with the steps of a check by hand written down: looking again could not tell more."""
    intent = ledger.intent
    seen = ", ".join((*sight.tagged, *sight.similar)) or "none"
    sentence = (
        f"A person must look: the cart is {sight.cart}, and the orders that could be it are: {seen}. "
        f"{said} World: {plan.world}. Whether {plan.total} is charged is not known; do not buy it again before that."
    )
    steps = manual_steps(session, plan, intent, sight.cart, seen)
    outcome = {**(intent.outcome or {}), "sentence": sentence, "steps": steps}
    noted = ledger.journal.note(plan.intent_id, "a person must look", at=ledger.now(), outcome=outcome)
    return recorded(noted)
