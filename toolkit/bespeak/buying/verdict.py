"""What a trouble at checkout means for money: certainly nothing bought, or UNKNOWN. One table; it sends nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from bespeak.errors import RefusedError, ServiceError, UnreachableError

Verdict = Literal["REJECTED", "UNKNOWN"]

#: Codes that are steps of a running or finished purchase and no refusal: order in progress, cart in use, cart
#: submitted before, order could not be processed (Partner Center REST error codes, 2021-03).
_DOUBTFUL_CODES = frozenset({"800060", "800064", "800065", "4018", "800005"})

#: Statuses after which the purchase is looked up before anything is said: a token that lapsed, time-outs, a conflict
#: (another request may be at work on it), throttling.
_DOUBTFUL_STATUSES = frozenset({401, 408, 409, 429})

_FIRST_SERVER_ERROR = 500


def of_error(error: ServiceError) -> Verdict:
    """REJECTED when the service said no in words or no byte was sent; UNKNOWN in every other case."""
    if isinstance(error, UnreachableError):
        return "REJECTED"
    if not isinstance(error, RefusedError):
        return "UNKNOWN"
    doubtful = error.status in _DOUBTFUL_STATUSES or error.status >= _FIRST_SERVER_ERROR
    return "UNKNOWN" if doubtful or not error.code or error.code in _DOUBTFUL_CODES else "REJECTED"


def of_order_errors(errors: Iterable[Mapping[str, Any]]) -> Verdict:
    """REJECTED when every order error is a refusal; UNKNOWN when one says that an order is under way."""
    doubtful = any(str(error.get("code", "")) in _DOUBTFUL_CODES for error in errors)
    return "UNKNOWN" if doubtful else "REJECTED"
