"""Ids that look like Microsoft's and are the same in every run of the same world."""

from __future__ import annotations

import base64
import hashlib
import uuid

_SPACE = uuid.UUID("6c0f4b52-5d0e-5b0a-9a63-0d1f6d1c2b11")
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def guid(*parts: object) -> str:
    """A GUID in lower case that depends on the parts only."""
    return str(uuid.uuid5(_SPACE, "/".join(map(str, parts))))


def base36(*parts: object, length: int = 4) -> str:
    """So many capital letters and digits that depend on the parts only."""
    number = int.from_bytes(hashlib.blake2b("/".join(map(str, parts)).encode(), digest_size=16).digest())
    return "".join(_DIGITS[number // 36**place % 36] for place in range(length))


def counted36(number: int, length: int = 4) -> str:
    """The number in base 36 with leading zeros: unique as long as the numbers are."""
    return "".join(_DIGITS[number // 36**place % 36] for place in reversed(range(length)))


def token33(identity: str) -> str:
    """The oldest of the three shapes of an order id: 33 letters, digits, ``-`` and ``_``, the last of them a 1."""
    digest = hashlib.blake2b(identity.encode(), digest_size=24).digest()
    return base64.urlsafe_b64encode(digest).decode() + "1"


class Ids:
    """New ids of one world: the n-th id of a kind is the same whenever the world lives the same life."""

    def __init__(self, world: str, counts: dict[str, int]) -> None:
        self._world = world
        self._count = counts

    def guid(self, kind: str) -> str:
        """The next GUID of this kind."""
        self._count[kind] = self._count.get(kind, 0) + 1
        return guid(self._world, kind, self._count[kind])

    def hexadecimal(self, kind: str) -> str:
        """The next 12 hexadecimal digits of this kind, the newer shape of an order id."""
        return self.guid(kind).replace("-", "")[:12]
