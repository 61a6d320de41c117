"""Find a CSP customer, see what its Azure VMs use, size and price reservations, buy them: the face of the toolkit."""

from bespeak import markup
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
    "InputError",
    "JournalError",
    "MissingError",
    "Money",
    "NotReadyError",
    "RefusedError",
    "ServiceError",
    "TableError",
    "UnreachableError",
    "UnreadableError",
    "markup",
]
