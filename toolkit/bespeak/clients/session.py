"""A session: one door into one world, and what belongs to that world alone."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from bespeak.clients import control
from bespeak.clients.call import Door
from bespeak.errors import BespeakError, InputError

WorldName = Literal["sandbox", "integration", "live"]


_TRAINEE_ID = "00000000-0000-0000-0000-0000000000aa"


@dataclass(frozen=True, slots=True)
class Place:
    """Which instance of a world it is, and the private folder of its journal."""

    instance: str
    home: Path


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, from the sign-in itself: a name to show, and the ids that stand in the journal.

    ``second_factor`` is whether the sign-in had one; ``None`` where that cannot be told. An application without a user
    has the name of its app registration and ``is_app``.
    """

    name: str
    object_id: str
    tenant_id: str
    second_factor: bool | None = None
    is_app: bool = False


class Session(Protocol):
    """What every step needs to know: the world, its instance, the door, the private folder, the date, the person.

    ``world`` stands on every figure, file and order; ``where`` says in words where the world is.
    """

    @property
    def world(self) -> WorldName:
        """The name of the world."""
        ...

    @property
    def instance(self) -> str:
        """Which one of such worlds it is; it keys the journal, so that limits and recovery never mix worlds."""
        ...

    @property
    def home(self) -> Path:
        """The private folder of this instance."""
        ...

    @property
    def where(self) -> str:
        """Where the world is, in words."""
        ...

    @property
    def door(self) -> Door:
        """What sends calls."""
        ...

    @property
    def person(self) -> Person:
        """Who is signed in; raises ``SignInError`` when nobody is."""
        ...

    @property
    def locked(self) -> str:
        """Why nothing that changes anything may leave now, and how that is changed; "" when it may."""
        ...

    def now(self) -> datetime:
        """The date as the world says it (UTC)."""
        ...


_TRAINEE = Person("admin-agent@sandbox.example", _TRAINEE_ID, "sandbox.example", second_factor=True)


class SandboxSession:
    """A session with the built-in sandbox Partner Center; its data are synthetic and its clock stands still.

    ``home_of`` gives the private folder for an instance. When the world is started anew, here or elsewhere,
    the session goes on with the new instance and its own folder.
    """

    def __init__(
        self, door: Door, where: str, home_of: Callable[[str], Path], person: Person = _TRAINEE
    ) -> None:
        self._person = person
        self._door = door
        self._where = where
        self._home_of = home_of
        instance = door.send(control.get_world()).instance
        self._place = Place(instance, home_of(instance))

    def __repr__(self) -> str:
        try:
            date = f"{self.now():%Y-%m-%d %H:%M} UTC"
        except BespeakError:
            date = "out of reach"
        return f"Session(sandbox, {self._where}, {date}, synthetic data)"

    @property
    def world(self) -> WorldName:
        """Always ``sandbox``."""
        return "sandbox"

    @property
    def instance(self) -> str:
        """Which sandbox it is, as it was when it was last asked."""
        return self._place.instance

    @property
    def home(self) -> Path:
        """The private folder of this instance."""
        return self._place.home

    @property
    def where(self) -> str:
        """``in this kernel``, or ``shared by this Lab``."""
        return self._where

    @property
    def door(self) -> Door:
        """What sends calls."""
        return self._door

    @property
    def person(self) -> Person:
        """The invented person who signs in to the sandbox, an admin agent."""
        return self._person

    def as_colleague(self, name: str = "sales-agent") -> SandboxSession:
        """A session with the same sandbox for a second invented person, to practise what takes two.

        ``name`` is a role of Partner Center that the sandbox knows ("sales-agent", "helpdesk-agent"); the person signs
        in with it and may do what it allows. The same name is the same person each time. In other worlds the second
        person signs in by themselves.
        """
        role = name.partition("@")[0]
        full = f"{role}@sandbox.example"
        one = replace(_TRAINEE, name=full, object_id=str(uuid.uuid5(uuid.NAMESPACE_URL, full)))
        # A stand-in for the door, as a recorder, knows one person only.
        another = getattr(self._door, "for_person", None)
        return SandboxSession(another(role) if another else self._door, self._where, self._home_of, one)

    @property
    def locked(self) -> str:
        """Always "": nothing that happens in the sandbox costs money."""
        return ""

    def now(self) -> datetime:
        """The date that the sandbox shows (UTC); it moves only by ``advance``."""
        told = self._door.send(control.get_world())
        if told.instance != self._place.instance:
            self._place = Place(told.instance, self._home_of(told.instance))
        return told.date

    def advance(self, minutes: int = 0, hours: int = 0, days: int = 0) -> datetime:
        """Moves the sandbox's clock forward; hours that pass produce usage and apply reservations.

        The answer is the new date (UTC); raises ``InputError`` for a step that is not forward.
        """
        steps = (minutes, hours, days)
        if not all(isinstance(step, int) and step >= 0 for step in steps) or not any(steps):
            raise InputError(
                f"The clock cannot be moved by {minutes} minutes, {hours} hours and {days} days.",
                "Give whole numbers that move it forward.",
            )
        return self._door.send(control.advance_clock(minutes + 60 * hours + 24 * 60 * days))

    def reset(self) -> datetime:
        """Starts the world anew: purchases are gone, the clock is back at its start; the answer is its date (UTC)."""
        self._door.send(control.reset_world())
        return self.now()

    def set_switch(self, name: str, value: bool | int | str) -> None:
        """Lets the sandbox behave in another of the ways that Microsoft's documents leave open.

        Raises ``RefusedError`` that lists the switches for a name that it has not.
        """
        self._door.send(control.set_switch(name, value))

    def set_fault(  # the members of the request, one for one
        self,
        match: str,
        kind: control.FaultKind,
        *,
        times: int = 1,
        status: int | None = None,
        code: int | None = None,
        seconds: float | None = None,
    ) -> None:
        """Lets the next requests whose path holds ``match`` fail, to practise what to do then."""
        fault = control.set_fault(match, kind, times=times, status=status, fault_code=code, seconds=seconds)
        self._door.send(fault)
