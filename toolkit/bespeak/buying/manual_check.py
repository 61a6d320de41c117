"""What a person does by hand when looking again cannot tell what became of a purchase: exact steps, in their order."""

from __future__ import annotations

from bespeak.buying.plan import PurchasePlan
from bespeak.clients.session import Session
from bespeak.journal import Intent
from bespeak.terms import term_label


def manual_steps(
    session: Session, plan: PurchasePlan, intent: Intent, cart: str, seen: str
) -> tuple[str, ...]:
    """The steps, as sentences; ``cart`` is the cart's status, ``seen`` the orders that could be it."""
    sent = f"{intent.sent:%Y-%m-%d %H:%M} UTC" if intent.sent else "the day of the purchase"
    what = f"{plan.quantity} x {plan.size} in {plan.region} for {term_label(plan.term)}, {plan.total}"
    record = f'under "When you have looked", or by settle(session, "{plan.intent_id}", '
    order, why = 'order_id="...", reason="...")', 'reason="...")'
    where = f"Open Partner Center of the world {plan.world} ({session.where}) and sign in as an admin agent."
    found = f"If there is exactly one such order, copy its order id and write it down {record}{order}."
    gone = f"If that shows nothing, and the cart {intent.cart_id} (now {cart}) is gone, write that down"
    azure = f"If there is none, look for the name '{plan.friendly_name}' in the Azure portal, Reservations."
    help_ = "If you are not sure, open a support request in Partner Center (Help and support, Cloud Solution Provider, "
    return (
        "Do not buy it again, do not make another cart, and do not send it once more before the last step is done.",
        f"{where} Choose Customers, {plan.customer} (customer id {plan.customer_id}), Order history.",
        f"Look for an order of {what}, made at {sent} or later.",
        f"Its name is '{plan.friendly_name}' and ends with the mark {plan.tag}. Orders that could be it: {seen}.",
        f"{found} It is read back and compared with the plan first.",
        f"{azure} {gone} {record}{why}.",
        f"{help_}Orders), and give these ids: {_ids(plan, intent)}.",
    )


def _ids(plan: PurchasePlan, intent: Intent) -> str:
    """What support asks for."""
    told = {
        "customer": plan.customer_id,
        "cart": intent.cart_id or "none",
        "MS-RequestId of the checkout": intent.request_id or "not kept",
        "MS-CorrelationId": ", ".join(intent.correlations) or "none came back",
        "sendings": f"{intent.sendings}, the first at {intent.sent:%Y-%m-%d %H:%M:%S} UTC"
        if intent.sent
        else "none",
    }
    return "; ".join(f"{name} {value}" for name, value in told.items())
