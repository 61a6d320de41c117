"""A secret that no text form, pickle or comparison gives away."""

from __future__ import annotations

import hmac
from typing import NoReturn


class Secret:
    """A token or key; only ``reveal()`` gives it, and only the sender calls that.

    >>> Secret("abc")
    Secret(***)
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value.encode(), other._value.encode())

    __hash__ = None  # type: ignore[assignment]  # a secret is no key of a table

    def __reduce__(self) -> NoReturn:
        raise TypeError("A secret is never pickled or copied to a file.")
