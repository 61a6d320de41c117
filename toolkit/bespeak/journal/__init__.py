"""The purchase journal: intents as a state machine on disk, for every write that costs money.

It knows errors, canonical JSON and SQLite; it knows no network, no clock and no plan's meaning.
"""

from bespeak.journal.canonical import canonical, fingerprint
from bespeak.journal.intent import Intent
from bespeak.journal.states import ARROWS, State
from bespeak.journal.store import FILE_NAME, Journal

__all__ = ["ARROWS", "FILE_NAME", "Intent", "Journal", "State", "canonical", "fingerprint"]
