"""Sessions with Microsoft's own services: the integration sandbox of a partner, and the live tenant.

Each world is a class of its own, so that no step can take one for the other. Neither is made from a default, from a
file or from a variable alone: ``connect_integration`` and ``connect_live`` make them, for a person who is signed in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, NoReturn, Protocol
from urllib.parse import urlsplit

from bespeak.clients.address import is_loopback
from bespeak.clients.call import Door, Service
from bespeak.clients.entra.identity import explain_missing_second_factor
from bespeak.clients.partner_center.second_factor import check_second_factor
from bespeak.clients.session import Person, Place, WorldName
from bespeak.clients.transport import TokenSource
from bespeak.clients.unlocking import MINUTES, Lock, Press
from bespeak.errors import BespeakError, InputError, LockedError, SignInError


class SignedIn(TokenSource, Protocol):
    """Tokens of somebody who is signed in."""

    @property
    def person(self) -> Person:
        """Who it is; raises ``SignInError`` when nobody is."""
        ...


@dataclass(frozen=True, slots=True)
class Way:
    """The way to a tenant: its name as its settings have it, the cloud, the addresses of the services.

    ``open_door`` makes the door from the addresses, the tokens, what says why nothing may be changed now, and the
    private folder.
    """

    tenant: str
    cloud: str
    addresses: Mapping[Service, str]
    open_door: Callable[[Mapping[Service, str], SignedIn, Callable[[], str], Path], Door]


@dataclass(frozen=True, slots=True)
class Clocks:
    """The time of day (UTC) of this machine, and seconds that only go forward."""

    now: Callable[[], datetime]
    ticks: Callable[[], float]


class RealSession:
    """A session with a partner's tenant at Microsoft; ``home_of`` gives the private folder for a tenant id.

    Raises ``SignInError`` when nobody is signed in.
    """

    def __init__(
        self, way: Way, tokens: SignedIn, home_of: Callable[[WorldName, str], Path], clocks: Clocks
    ) -> None:
        self._check(way.addresses)
        self._tenant, self._cloud = way.tenant, way.cloud
        self._tokens = tokens
        self._clocks = clocks
        instance = tokens.person.tenant_id
        self._place = Place(instance, home_of(self.world, instance))
        self._proven_for = ""
        self._door = way.open_door(way.addresses, tokens, self._why_not, self._place.home)

    @property
    def world(self) -> WorldName:
        """The name of the world."""
        raise NotImplementedError

    @property
    def instance(self) -> str:
        """The id of the tenant that the person signed in to."""
        return self._place.instance

    @property
    def home(self) -> Path:
        """The private folder of this tenant in this world."""
        return self._place.home

    @property
    def tenant(self) -> str:
        """The partner's tenant as its settings name it, a domain or an id."""
        return self._tenant

    @property
    def where(self) -> str:
        """The tenant and the cloud, in words."""
        return f"partner tenant {self._tenant}, {self._cloud} cloud"

    @property
    def door(self) -> Door:
        """What sends calls; what changes anything is refused by ``LockedError`` while ``locked`` says why."""
        return self._door

    @property
    def person(self) -> Person:
        """Who is signed in; raises ``SignInError`` when nobody is, or somebody of another tenant."""
        person = self._tokens.person
        if person.tenant_id != self.instance:
            raise SignInError(
                f"{person.name} is signed in to another tenant than this {self.world} session is for, "
                "so nothing is sent in it.",
                "Connect again to work in that tenant.",
            )
        return person

    @property
    def locked(self) -> str:
        """Why nothing that changes anything may leave now, and how that is changed; "" when it may."""
        try:
            return self._against(self.person)
        except SignInError as error:
            return str(error)

    def now(self) -> datetime:
        """The time (UTC): that of this machine, put right by what the services say of theirs."""
        ahead = getattr(self._door, "clock_skew", None) or 0.0
        return self._clocks.now() + timedelta(seconds=ahead)

    def __repr__(self) -> str:
        try:
            who = f"signed in as {self.person.name}"
        except SignInError:
            who = "nobody is signed in"
        state = "locked" if self.locked else "changes may be sent"
        return f"Session({self.world.upper()}, {self.where}, {who}, {state})"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"A {self.world} session is never pickled or copied: connect where it is needed.")

    def _against(self, person: Person) -> str:
        """What speaks against a change by this person, "" for nothing."""
        return explain_missing_second_factor(person) if person.second_factor is False else ""

    def _why_not(self) -> str:
        """``locked``; and before the first change, what the service itself says of the second factor."""
        return self.locked or self._unproven()

    def _unproven(self) -> str:
        """Why the second factor is not proven, "" once the service has said that it is there (one question)."""
        person = self.person
        if person.is_app or self._proven_for == person.object_id:
            return ""
        try:
            present = self._door.send(check_second_factor())
        except BespeakError as error:
            return f"Whether your sign-in had a second factor could not be asked. {error}"
        if not present:
            said = explain_missing_second_factor(replace(person, second_factor=False))
            return f"Partner Center was asked. {said}"
        self._proven_for = person.object_id
        return ""

    @classmethod
    def _check(cls, addresses: Mapping[Service, str]) -> None:
        """Raises ``InputError`` for an address on this machine: a sandbox never passes for Microsoft."""
        for address in addresses.values():
            parts = urlsplit(address)
            if parts.scheme != "https" or is_loopback(parts.hostname or ""):
                raise InputError(
                    "Integration and live are at Microsoft's addresses only, never on this machine.",
                    "Use connect() for the sandbox.",
                )


class IntegrationSession(RealSession):
    """A session with the partner's integration sandbox at Microsoft: real systems, nothing is billed."""

    @property
    def world(self) -> Literal["integration"]:
        """Always ``integration``."""
        return "integration"


class LiveSession(RealSession):
    """A session with the partner's live tenant: an order costs real money at once.

    It is locked until a person unlocks it on the page, for minutes; it locks itself again.
    """

    def __init__(
        self, way: Way, tokens: SignedIn, home_of: Callable[[WorldName, str], Path], clocks: Clocks
    ) -> None:
        self._lock = Lock(f"unlock live {way.tenant}", self.now, clocks.ticks)
        super().__init__(way, tokens, home_of, clocks)

    @property
    def world(self) -> Literal["live"]:
        """Always ``live``."""
        return "live"

    @property
    def unlock_phrase(self) -> str:
        """What must be typed to unlock; it names the tenant."""
        return self._lock.phrase

    @property
    def unlocked_until(self) -> datetime | None:
        """Until when it is unlocked for the person who is signed in (UTC), ``None`` while it is locked."""
        return None if self.locked else self._lock.open_until(self.person.object_id)

    def unlock(self, typed: str, *, minutes: int = MINUTES, press: Press | None = None) -> datetime:
        """Unlocks for some minutes and gives the end (UTC); ``press`` is a press on the page, good for one time.

        Raises ``SignInError`` when nobody is signed in, ``LockedError`` without a second factor or a press, and
        ``InputError`` for another phrase. It protects against *Run all* and slips, not against a program that is
        written to get past it (see ``Press``).
        """
        self.lock()
        person = self.person
        against = self._never(person)
        if against:
            raise LockedError("Live stays locked.", against)
        self._lock.open(typed, minutes, press, person.object_id)
        return self._lock.open_until(person.object_id) or self.now()

    def lock(self) -> None:
        """Locks at once; the second factor is asked for anew before the next change."""
        self._lock.close()
        self._proven_for = ""

    def listen(self, told: Callable[[], None]) -> None:
        """Calls this after each unlocking and locking, so that a page can show it."""
        self._lock.listen(told)

    def _against(self, person: Person) -> str:
        never = self._never(person)
        if never or self._lock.open_until(person.object_id) is not None:
            return never
        return (
            f"Live is locked: an order would cost real money in {self._tenant}. To unlock it, type "
            f"'{self.unlock_phrase}' into the lock on the page and press Unlock; it stays unlocked for minutes."
        )

    def _never(self, person: Person) -> str:
        """Why no unlocking helps this person, "" when it does."""
        if person.is_app:
            return f"An application is signed in ({person.name}); in live only a person may change anything."
        return super()._against(person)
