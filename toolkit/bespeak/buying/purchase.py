"""Buying: one intent, one cart, one checkout. Every step is in the journal before it leaves.

The order of work is PLANNED, CONFIRMED, CART, SENDING, then ORDERED, REJECTED or UNKNOWN, then RECONCILED.
An answer that did not arrive is UNKNOWN and is looked up, never repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bespeak.buying import verdict
from bespeak.buying.cart import differences, line_errors
from bespeak.buying.ledger import Ledger, check_unlocked, check_world, open_for_buying, signer_of
from bespeak.buying.offer import check_price
from bespeak.buying.one_at_a_time import one_at_a_time
from bespeak.buying.outcome import Outcome
from bespeak.buying.plan import PurchasePlan
from bespeak.buying.prices import current_price
from bespeak.buying.reconcile import reconcile
from bespeak.buying.request_ids import cart_request_id, checkout_request_id
from bespeak.buying.second_person import has_lapsed, lapsed_sentence
from bespeak.clients.partner_center import carts
from bespeak.clients.session import Session
from bespeak.errors import BespeakError, InputError, JournalError, LockedError, ServiceError, SignInError
from bespeak.journal import Intent, Signer

_NOTHING = "Nothing was bought."


def buy(session: Session, plan: PurchasePlan, typed: str, *, holder: str = "") -> Outcome:
    """Buys what is planned when the confirmation phrase was typed; a second call returns the first outcome.

    ``holder`` is this kernel in words, for another one that wants the same purchase. Raises ``InputError`` when the
    phrase is another one, the plan was made in another world, another purchase of the same machines is not known to
    have ended, or a second person must approve first; ``LockedError`` and ``SignInError`` while nothing may leave; and
    ``JournalError`` when the journal is not whole or cannot be written. Then nothing was sent.
    """
    at = session.now()
    check_world(session, plan)
    person = signer_of(check_unlocked(session))
    journal = open_for_buying(session)
    with one_at_a_time(journal.path, plan.intent_id):
        request_id = checkout_request_id(plan)
        intent = journal.begin(plan.intent_id, plan.customer_id, plan.as_json(), at=at, request_id=request_id)
        ledger = Ledger(journal, plan.intent_id, session.now, holder)
        if intent.state not in ("PLANNED", "CONFIRMED", "APPROVED"):
            return ledger.recorded()
        check_phrase(plan, typed)
        if intent.state == "PLANNED":
            _confirm(ledger, person)
        if has_lapsed(intent, at):
            return ledger.end("REJECTED", f"{_NOTHING} {lapsed_sentence(intent)} Make a new quote.")
        if not ledger.claim(plan, session.home):
            return ledger.recorded()
        trouble = _fill_cart(session, ledger, plan)
        if trouble:
            return ledger.end("REJECTED", f"{_NOTHING} {trouble}")
        return _send(session, ledger, plan)


def check_phrase(plan: PurchasePlan, typed: str) -> None:
    """Raises ``InputError`` unless the confirmation phrase was typed."""
    if not plan.is_confirmed_by(typed):
        raise InputError(
            "What was typed is not the confirmation, so nothing was sent.",
            "Type customer, quantity, size, term, total and world exactly as they stand there.",
        )


def _confirm(ledger: Ledger, person: Signer) -> None:
    """Writes down that the phrase was typed, and by whom, unless another window has done so meanwhile."""
    try:
        ledger.journal.move(ledger.intent_id, "CONFIRMED", at=ledger.now(), signer=person)
    except JournalError:
        if ledger.intent.state == "PLANNED":
            raise


def _fill_cart(session: Session, ledger: Ledger, plan: PurchasePlan) -> str:
    """Makes the only cart; what speaks against checking it out ("" for nothing)."""
    try:
        call = carts.create_cart(plan.customer_id, [plan.line])
        cart = session.door.send(replace(call, request_id=cart_request_id(plan)))
        cart_id = str(cart["id"])
        ledger.journal.keep_cart(plan.intent_id, cart_id, at=ledger.now())
        return " ".join(line_errors(cart) or look_at_cart(session, plan, cart_id))
    except ServiceError as error:
        return f"A cart alone buys nothing, and this one is never checked out. {error}"
    except (InputError, LockedError, SignInError) as error:
        return str(error)


def look_at_cart(session: Session, plan: PurchasePlan, cart_id: str) -> list[str]:
    """What is different in the cart as the service has it, and in the price, right before the checkout."""
    cart = session.door.send(carts.get_cart(plan.customer_id, cart_id))
    now = session.now()
    check_world(session, plan)  # it may have been started anew since the first look, and hold this cart
    found = line_errors(cart) + differences(plan, cart, now)
    try:
        check_price(plan.unit, current_price(session, plan.country, plan.product_id, plan.sku_id))
    except BespeakError as error:
        return [*found, str(error)]
    return found


def _send(session: Session, ledger: Ledger, plan: PurchasePlan) -> Outcome:
    try:
        sending = ledger.send(plan, session.home)
    except InputError as over:
        return ledger.end("REJECTED", f"{_NOTHING} {over}")
    except JournalError:
        if ledger.intent.is_finished:  # closed by another window that looked; nothing has been sent
            return ledger.recorded()
        raise
    return check_out(session, ledger, plan, sending)


def check_out(session: Session, ledger: Ledger, plan: PurchasePlan, sending: Intent) -> Outcome:
    """The outcome of the checkout, the only request that costs money; ``sending`` is what the journal says of it.

    When the cart was sent before, a refusal proves nothing of the first time, so that it stays UNKNOWN.
    """
    call = replace(carts.check_out(plan.customer_id, str(sending.cart_id)), request_id=sending.request_id)
    sent_at = sending.changed.isoformat()
    try:
        result = session.door.send(call)
    except LockedError as error:  # it has locked itself since the first look; the gate let nothing leave
        if sending.sendings == 1:
            return ledger.end("REJECTED", f"{_NOTHING} {error}")
        return ledger.end("UNKNOWN", _unknown(plan, str(error)), sent_at=sent_at)
    except ServiceError as error:
        if sending.sendings == 1 and verdict.of_error(error) == "REJECTED":
            return ledger.end("REJECTED", f"{_NOTHING} {error}", correlation_id=error.correlation_id)
        words = _unknown(plan, str(error))
        return ledger.end("UNKNOWN", words, sent_at=sent_at, correlation_id=error.correlation_id)
    except BaseException:
        # Also an interrupt by the user: the request may have left.
        ledger.end("UNKNOWN", _unknown(plan, "The purchase was interrupted."), sent_at=sent_at)
        raise
    return _ordered(session, ledger, plan, result, sending)


def _ordered(
    session: Session, ledger: Ledger, plan: PurchasePlan, result: Mapping[str, Any], sending: Intent
) -> Outcome:
    """The outcome of an answer that arrived: an order for the only line, or refusals in words."""
    order_ids = tuple(str(order["id"]) for order in result["orders"] if order.get("id"))
    said = " ".join(_order_error(error) for error in result["orderErrors"])
    if order_ids:
        return _bought(session, ledger, plan, order_ids, said)
    refused = bool(result["orderErrors"]) and verdict.of_order_errors(result["orderErrors"]) == "REJECTED"
    if refused and sending.sendings == 1:
        return ledger.end("REJECTED", f"{_NOTHING} {said}")
    words = _unknown(plan, said or "The answer names no order.")
    return ledger.end("UNKNOWN", words, sent_at=sending.changed.isoformat())


def _bought(
    session: Session, ledger: Ledger, plan: PurchasePlan, order_ids: tuple[str, ...], said: str
) -> Outcome:
    """Writes the order down first, then reads it back."""
    outcome = ledger.end("ORDERED", f"Bought: order {order_ids[0]}. {said}".strip(), order_ids)
    return reconcile(session, ledger, plan) or outcome


def _order_error(error: Mapping[str, Any]) -> str:
    words = str(error.get("description") or "no reason is given").rstrip(".")
    return f"Microsoft refuses the order: {words} (code {error.get('code', 'none')})."


def _unknown(plan: PurchasePlan, said: str) -> str:
    return (
        f"Whether {plan.quantity} x {plan.size} was bought is not known. Do not buy it again: the cart and the orders "
        f"are looked up, and nothing is sent a second time. World: {plan.world}. {said}"
    )
