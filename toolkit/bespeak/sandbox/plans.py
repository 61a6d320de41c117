"""Azure plans and legacy subscriptions: who may buy one, and what a purchase makes (D-230 to D-235)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bespeak.sandbox.directory import Directory
from bespeak.sandbox.estate import AzureSubscription, Customer, Subscription
from bespeak.sandbox.ids import Ids
from bespeak.sandbox.line_errors import LineError, line_error
from bespeak.sandbox.offers import AzureOffer
from bespeak.sandbox.switches import Switches
from bespeak.sandbox.wishes import Wish


def mistake_of_an_offer(
    wish: Wish, offer: AzureOffer, owned: Sequence[Subscription], switches: Switches
) -> LineError | None:
    """What is wrong about a line that asks for an Azure plan or a legacy subscription."""
    if wish.quantity != 1:
        return line_error(10010, f"The quantity of {offer.name} must be 1, not {wish.quantity}."[:300])
    if wish.term:
        return line_error(10010, f"{offer.name} has no term; '{wish.term}' was asked for.")
    if wish.cycle not in ("onetime", "", *(("monthly",) if offer.kind == "legacy" else ())):
        return line_error(10013, f"Billing cycle '{wish.billing_cycle}' is not offered for this item.")
    return _not_both(offer, [held.kind for held in owned], switches)


def _not_both(offer: AzureOffer, kinds: Sequence[str], switches: Switches) -> LineError | None:
    if offer.kind == "legacy" and "azure_plan" in kinds:
        # D-232: no further legacy subscription for a customer with a plan.
        return line_error(500600, "The customer has an Azure plan: no legacy subscription can be bought.")
    if offer.kind == "azure_plan" and "legacy" in kinds:
        what = "The customer has a legacy subscription: it comes to an Azure plan by a transition only."
        return line_error(10006, what, code=800020)
    plans = kinds.count("azure_plan")
    if offer.kind == "azure_plan" and plans >= (3 if switches.indirect else 1):
        # D-235: one plan a customer (direct) or a reseller (indirect).
        return line_error(10006, "The customer has an Azure plan already.", code=800020)
    return None


def new_subscription(customer: Customer, offer: AzureOffer, directory: Directory, ids: Ids) -> Subscription:
    """What a purchase makes: the subscription, with a first Azure subscription below it and no machine in that."""
    azure = AzureSubscription(ids.guid("azure subscription"), f"{offer.name} subscription 1")
    held = Subscription(ids.guid("subscription"), customer.id, offer.kind, registered=False, azure=(azure,))
    directory.put_subscription(held)
    if customer.kind == "none":
        directory.put_customer(replace(customer, kind=offer.kind))
    return held
