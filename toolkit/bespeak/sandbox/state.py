"""Everything in a world that changes, as plain values: what a snapshot holds and what two runs are compared by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from bespeak.sandbox.agreements import AgreementState
from bespeak.sandbox.audit import AuditRecord
from bespeak.sandbox.commerce import CommerceState
from bespeak.sandbox.directory import DirectoryState
from bespeak.sandbox.estimates import BudgetState
from bespeak.sandbox.exports import ExportState
from bespeak.sandbox.faults import Fault
from bespeak.sandbox.grants import GrantState
from bespeak.sandbox.holdings_book import BookState
from bespeak.sandbox.price_list import PriceState
from bespeak.sandbox.providers import ProviderState
from bespeak.sandbox.quotes import PurchaseState
from bespeak.sandbox.registration import RegistrationState
from bespeak.sandbox.reports import ReportState
from bespeak.sandbox.savings_plans import SavingsPlanState
from bespeak.sandbox.scenario import EventState
from bespeak.sandbox.sessions import SessionState
from bespeak.sandbox.shop import ShopState
from bespeak.sandbox.switches import Switches


@dataclass(slots=True)
class KeptAnswer:
    """The first answer to a request that may come again with the same MS-RequestId."""

    body: bytes
    status: int
    headers: dict[str, str]
    content_type: str
    marked: bool


@dataclass(slots=True)
class State:
    """One life of a world. A field of a new room goes here, with a default."""

    now: datetime
    instance: str
    resets: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    switches: Switches = field(default_factory=Switches)
    faults: list[Fault] = field(default_factory=list)
    directory: DirectoryState = field(default_factory=DirectoryState)
    registrations: RegistrationState = field(default_factory=RegistrationState)
    agreements: AgreementState = field(default_factory=AgreementState)
    shop: ShopState = field(default_factory=ShopState)
    commerce: CommerceState = field(default_factory=CommerceState)
    book: BookState = field(default_factory=BookState)
    sessions: SessionState = field(default_factory=SessionState)
    savings_plans: SavingsPlanState = field(default_factory=SavingsPlanState)
    purchases: PurchaseState = field(default_factory=PurchaseState)
    audit: list[AuditRecord] = field(default_factory=list)
    grants: GrantState = field(default_factory=GrantState)
    providers: ProviderState = field(default_factory=ProviderState)
    budgets: BudgetState = field(default_factory=BudgetState)
    exports: ExportState = field(default_factory=ExportState)
    prices: PriceState = field(default_factory=PriceState)
    reports: ReportState = field(default_factory=ReportState)
    events: EventState = field(default_factory=EventState)
    first_answers: dict[str, KeptAnswer] = field(default_factory=dict)


def dump(state: State) -> bytes:
    """The state as JSON; the same state gives the same bytes.

    Mappings keep their order: that of the book of reservations is the order of purchases.
    """
    return msgspec.json.encode(state)


def load(text: bytes) -> State:
    """The state of such a JSON; ``msgspec.ValidationError`` names the field that is wrong."""
    return msgspec.json.decode(text, type=State)
