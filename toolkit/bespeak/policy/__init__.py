"""Microsoft's rules as dated records: what a rule says, from when to when, and on which page of what date.

One TOML file a family of rules lies beside this module; ``load`` reads it. Nothing here decides anything: what
follows from a rule on a date is said in ``bespeak.terms``.
"""

from bespeak.policy.load import load
from bespeak.policy.records import (
    Cancelling,
    ClosedSeries,
    ExchangeRight,
    LegacyOffer,
    Market,
    NotReservable,
    Quota,
    RefundFee,
    RefundPool,
    RightSizing,
    Rule,
    ScopesAtPurchase,
    Software,
    Term,
    TradeIn,
    Unchangeable,
    utc_day,
)

__all__ = [
    "Cancelling",
    "ClosedSeries",
    "ExchangeRight",
    "LegacyOffer",
    "Market",
    "NotReservable",
    "Quota",
    "RefundFee",
    "RefundPool",
    "RightSizing",
    "Rule",
    "ScopesAtPurchase",
    "Software",
    "Term",
    "TradeIn",
    "Unchangeable",
    "load",
    "utc_day",
]
