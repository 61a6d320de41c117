"""What Microsoft's dated rules allow and cost: eligibility, exchange and refund, how benefits apply, break-even.

The rules themselves are data in ``bespeak.policy``; here is what follows from them on a date.
"""

from bespeak.terms.amortisation import Amortisation, CoveredUse, split_by_hours
from bespeak.terms.benefit import Benefit, Bounds, Holding, Machine, apply_units, daily_bounds, fill_by_scope
from bespeak.terms.break_even import BreakEven, PartnerView, break_even, partner_view, saving, software_share
from bespeak.terms.closing import closed_series, not_reservable
from bespeak.terms.exchange import exchange_right, may_trade_in, next_exchange_right
from bespeak.terms.legacy import legacy_offer
from bespeak.terms.markets import MarketState, market_state
from bespeak.terms.refunds import refund_fee, refund_pool
from bespeak.terms.right_sizing import right_sizing
from bespeak.terms.scopes import quota_sentence, scope_refusal, scopes_at_purchase
from bespeak.terms.series import series_of
from bespeak.terms.software import software_sentence
from bespeak.terms.spans import term_hours, term_label, term_months
from bespeak.terms.undo import undo_facts
from bespeak.terms.warnings import warnings

__all__ = [
    "Amortisation",
    "Benefit",
    "Bounds",
    "BreakEven",
    "CoveredUse",
    "Holding",
    "Machine",
    "MarketState",
    "PartnerView",
    "apply_units",
    "break_even",
    "closed_series",
    "daily_bounds",
    "exchange_right",
    "fill_by_scope",
    "legacy_offer",
    "market_state",
    "may_trade_in",
    "next_exchange_right",
    "not_reservable",
    "partner_view",
    "quota_sentence",
    "refund_fee",
    "refund_pool",
    "right_sizing",
    "saving",
    "scope_refusal",
    "scopes_at_purchase",
    "series_of",
    "software_sentence",
    "software_share",
    "split_by_hours",
    "term_hours",
    "term_label",
    "term_months",
    "undo_facts",
    "warnings",
]
