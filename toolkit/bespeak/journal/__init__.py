"""The purchase journal: intents as a state machine on disk, for every write that costs money.

It knows errors, canonical JSON and SQLite; it knows no network, no clock and no plan's meaning.
"""

from bespeak.journal.canonical import canonical, fingerprint
from bespeak.journal.intent import Approval, Intent, Signer
from bespeak.journal.states import ARROWS, State
from bespeak.journal.store import FILE_NAME, Journal
from bespeak.journal.trouble import acknowledge, begin_anew, begun_anew, customers_in, is_readable

__all__ = [
    "ARROWS",
    "FILE_NAME",
    "Approval",
    "Intent",
    "Journal",
    "Signer",
    "State",
    "acknowledge",
    "begin_anew",
    "begun_anew",
    "canonical",
    "customers_in",
    "fingerprint",
    "is_readable",
]
