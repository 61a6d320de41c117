"""Find a CSP customer, see what its Azure VMs use, size and price reservations, buy them: the face of the toolkit."""

from bespeak import charts, markup, review
from bespeak.clients.session import SandboxSession, Session
from bespeak.connect import connect
from bespeak.customers import CustomerDetails, Light, customer_details, customers, preflight, register, search
from bespeak.errors import (
    AnswerLostError,
    BespeakError,
    InputError,
    JournalError,
    MissingError,
    NotReadyError,
    RefusedError,
    ServiceError,
    TableError,
    UnreachableError,
    UnreadableError,
)
from bespeak.money import Money

__all__ = [
    "AnswerLostError",
    "BespeakError",
    "CustomerDetails",
    "InputError",
    "JournalError",
    "Light",
    "MissingError",
    "Money",
    "NotReadyError",
    "RefusedError",
    "SandboxSession",
    "ServiceError",
    "Session",
    "TableError",
    "UnreachableError",
    "UnreadableError",
    "charts",
    "connect",
    "customer_details",
    "customers",
    "markup",
    "preflight",
    "register",
    "review",
    "search",
]
