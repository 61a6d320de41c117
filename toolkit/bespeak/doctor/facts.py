"""What the doctor found out, as plain values; nothing here judges or asks anything.

``None`` stands for what was not asked or cannot be told, so that nobody takes it for a "no".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bespeak.clients.reach import Reached
from bespeak.clients.session import Person


@dataclass(frozen=True, slots=True)
class Home:
    """The private folder of the world: may others read it, may it be written to, how much room there is."""

    path: str
    private: bool | None
    writable: bool
    free_bytes: int


@dataclass(frozen=True, slots=True)
class Held:
    """What a read that needs a role came to: allowed, refused for want of a role, or it could not be told."""

    what: str
    roles: str
    answer: Literal["allowed", "refused", "unknown"]
    said: str = ""


@dataclass(frozen=True, slots=True)
class Proxies:
    """The proxy variables that are set (names only, a password may stand in them), and whether calls use them."""

    names: tuple[str, ...]
    used: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """The journal of a world: the head of its chain and how many purchases are open, or what is wrong with it.

    ``purchases`` is ``None`` when it has none yet.
    """

    purchases: int | None
    open: int = 0
    head: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """A part with its version, and the lowest that is good enough ("" for any)."""

    name: str
    found: str
    floor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that was found out in one go. What needs a session is ``None`` when there is none."""

    world: str
    no_session: str = ""
    where: str = ""
    instance: str = ""
    locked: str = ""
    settings: str | None = None
    settings_wrong: str = ""
    home: Home | None = None
    person: Person | None = None
    nobody: str = ""
    held: tuple[Held, ...] | None = None
    second_factor: bool | None = None
    hosts: Mapping[str, Reached] | None = None
    in_kernel: bool = False
    ahead_seconds: float | None = None
    proxies: Proxies | None = None
    journal: Kept | None = None
    limits: str | None = None
    limits_wrong: str = ""
    key_store: bool | None = None
    key_store_said: str = ""
    versions: tuple[Version, ...] = ()
    missing_parts: tuple[str, ...] = field(default=())
