"""From a choice to an order: quote, blockers, plan, one cart for one intent, and looking again when an answer is lost.

Buying never starts from here by itself: a person types the phrase of a plan, and a button calls ``buy``.
"""

from bespeak.buying.approval import (
    approval_facts,
    approval_hint,
    approval_phrase,
    approval_sentence,
    approve,
    waiting_for_approval,
)
from bespeak.buying.blockers import blockers, blockers_by_field
from bespeak.buying.bookkeeping import (
    Rescue,
    acknowledge,
    journal_rows,
    rescue_journal,
    verify_journal,
)
from bespeak.buying.charge import Charge, charge_amounts, charge_now, charge_sentence
from bespeak.buying.choice import Choice, quote_choice, read_margin, read_quantity
from bespeak.buying.draft import Draft, draft_order
from bespeak.buying.dry_run import dry_run
from bespeak.buying.follow_up import FollowUp, follow_up, follow_up_facts
from bespeak.buying.offer import Offer, Sku, find_offer
from bespeak.buying.once_more import send_once_more
from bespeak.buying.outcome import Outcome
from bespeak.buying.phrase import phrase_hint, phrase_parts
from bespeak.buying.plan import PurchasePlan, plan
from bespeak.buying.preparing import Checked, Preparation, check_offer, prepare_order
from bespeak.buying.prices import read_prices
from bespeak.buying.purchase import buy
from bespeak.buying.purchases import (
    Purchase,
    look_again_at,
    make_purchase,
    open_blockers,
    open_purchases,
    recover,
)
from bespeak.buying.quote import Quote, quote
from bespeak.buying.recovery import look_again
from bespeak.buying.refusing import refuse
from bespeak.buying.settling import settle
from bespeak.buying.stakes import outcome_facts, total_sentence, world_sentence

__all__ = [
    "Charge",
    "Checked",
    "Choice",
    "Draft",
    "FollowUp",
    "Offer",
    "Outcome",
    "Preparation",
    "Purchase",
    "PurchasePlan",
    "Quote",
    "Rescue",
    "Sku",
    "acknowledge",
    "approval_facts",
    "approval_hint",
    "approval_phrase",
    "approval_sentence",
    "approve",
    "blockers",
    "blockers_by_field",
    "buy",
    "charge_amounts",
    "charge_now",
    "charge_sentence",
    "check_offer",
    "draft_order",
    "dry_run",
    "find_offer",
    "follow_up",
    "follow_up_facts",
    "journal_rows",
    "look_again",
    "look_again_at",
    "make_purchase",
    "open_blockers",
    "open_purchases",
    "outcome_facts",
    "phrase_hint",
    "phrase_parts",
    "plan",
    "prepare_order",
    "quote",
    "quote_choice",
    "read_margin",
    "read_prices",
    "read_quantity",
    "recover",
    "refuse",
    "rescue_journal",
    "send_once_more",
    "settle",
    "total_sentence",
    "verify_journal",
    "waiting_for_approval",
    "world_sentence",
]
