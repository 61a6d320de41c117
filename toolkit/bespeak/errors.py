"""What can go wrong, said so that the reader knows what to do next.

::

    BespeakError
    ├── InputError        (ValueError)   something the user gave cannot be used
    ├── TableError        (ValueError)   a table breaks its contract
    ├── MissingError      (LookupError)  a price, size, ratio, customer ... is not there
    ├── JournalError                     the purchase journal refuses a step
    ├── StoreError                       the usage store cannot do a step; what it held is as it was
    ├── LockedError                      this world is not unlocked for what changes something
    ├── SignInError                      nobody is signed in, or the sign-in service wants something first
    └── ServiceError                     a service did not give what was asked for
        ├── UnreachableError             nothing was done: no connection, or a read without an answer
        ├── AnswerLostError              a write was sent and no answer came: what happened is UNKNOWN
        ├── RefusedError                 the service said no, in words
        ├── NotReadyError                the service has no answer yet (204 with Retry-After)
        └── UnreadableError              the answer is not in the documented shape

No message holds a token, a request body or a full address.
"""

from __future__ import annotations


class BespeakError(Exception):
    """Base of all errors of this toolkit: what happened, and the next step.

    >>> print(BespeakError("No customer is called 'Contosso'.", "Type a part of the name."))
    No customer is called 'Contosso'. Type a part of the name.
    """

    def __init__(self, what: str, next_step: str = "") -> None:
        super().__init__(f"{what} {next_step}".strip())
        self.what = what
        self.next_step = next_step

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows in the place of a traceback: the sentence (IPython asks for it by this name)."""
        return [f"{type(self).__name__}: {self}"]


class InputError(BespeakError, ValueError):
    """Something the user gave cannot be used."""


class TableError(BespeakError, ValueError):
    """A table breaks its contract; ``table`` and ``column`` name the place."""

    def __init__(self, table: str, column: str, what: str, next_step: str = "") -> None:
        super().__init__(f"Table '{table}', column '{column}': {what}", next_step)
        self.table = table
        self.column = column


class MissingError(BespeakError, LookupError):
    """Something that was looked up is not there."""


class JournalError(BespeakError):
    """The purchase journal refuses a step, so that nothing is bought twice."""


class StoreError(BespeakError):
    """The usage store cannot do a step; what it held is as it was."""


class LockedError(BespeakError):
    """A world that is not unlocked was asked to change something; nothing was sent."""


class SignInError(BespeakError):
    """Nobody is signed in, or the sign-in service wants something first.

    ``code`` is Entra ID's own ("AADSTS50076", "" when there is none), ``claims`` what a new sign-in must satisfy (""
    for nothing), ``correlation_id`` what support asks for.
    """

    def __init__(
        self, what: str, next_step: str = "", *, code: str = "", claims: str = "", correlation_id: str = ""
    ) -> None:
        trail = f"(correlation id {correlation_id})" if correlation_id else ""
        super().__init__(what, f"{next_step} {trail}".strip())
        self.code = code
        self.claims = claims
        self.correlation_id = correlation_id


class ServiceError(BespeakError):
    """A service did not give what was asked for.

    ``status`` is the HTTP status (0 when there was no answer), ``code`` Microsoft's error code
    ("" when there is none), ``correlation_id`` what support asks for.
    """

    def __init__(
        self, what: str, next_step: str = "", *, status: int = 0, code: str = "", correlation_id: str = ""
    ) -> None:
        trail = f"(correlation id {correlation_id})" if correlation_id else ""
        super().__init__(what, f"{next_step} {trail}".strip())
        self.status = status
        self.code = code
        self.correlation_id = correlation_id


class UnreachableError(ServiceError):
    """Nothing was done: there was no connection, or a read got no answer."""


class AnswerLostError(ServiceError):
    """A write was sent and its answer did not arrive: whether it was done is UNKNOWN."""


class RefusedError(ServiceError):
    """The service said no, in words."""


class NotReadyError(ServiceError):
    """The service has no answer yet; ``retry_after`` says in how many seconds to ask again."""

    def __init__(
        self, what: str, next_step: str = "", *, retry_after: float, correlation_id: str = ""
    ) -> None:
        super().__init__(what, next_step, status=204, correlation_id=correlation_id)
        self.retry_after = retry_after


class UnreadableError(ServiceError):
    """The answer is not in the documented shape."""
