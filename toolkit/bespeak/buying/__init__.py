"""From a choice to an order: quote, blockers, plan, one cart for one intent, and looking again when an answer is lost.

Buying never starts from here by itself: a person types the phrase of a plan, and a button calls ``buy``.
"""

from bespeak.buying.blockers import blockers
from bespeak.buying.choice import Choice, quote_choice, read_margin, read_quantity
from bespeak.buying.dry_run import dry_run
from bespeak.buying.offer import Offer, Sku, find_offer
from bespeak.buying.outcome import Outcome
from bespeak.buying.plan import PurchasePlan, plan
from bespeak.buying.prices import read_prices
from bespeak.buying.purchase import buy
from bespeak.buying.quote import Quote, quote
from bespeak.buying.recovery import look_again

__all__ = [
    "Choice",
    "Offer",
    "Outcome",
    "PurchasePlan",
    "Quote",
    "Sku",
    "blockers",
    "buy",
    "dry_run",
    "find_offer",
    "look_again",
    "plan",
    "quote",
    "quote_choice",
    "read_margin",
    "read_prices",
    "read_quantity",
]
