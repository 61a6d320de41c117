"""Gathers what the doctor judges. Every request is a read, or a sign-in; what cannot be told is said so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol, TypeVar, cast

from bespeak.buying.limits import read_limits
from bespeak.clients.partner_center.rights import Right, rights
from bespeak.clients.reach import Reached
from bespeak.clients.session import Session
from bespeak.doctor import machine
from bespeak.doctor.facts import Facts, Held, Home, Kept, Proxies
from bespeak.errors import BespeakError, RefusedError, ServiceError
from bespeak.journal import FILE_NAME, Journal

T = TypeVar("T")
_NO_RIGHT = frozenset({401, 403})
_IN_KERNEL = "in this kernel"


class _Reaching(Protocol):
    """A door that can say how far a request gets."""

    def reach(self) -> Mapping[str, Reached]:
        """How far a request gets to each service."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What belongs to the world and is known before there is a session.

    ``settings`` names the settings file (``None``: the world has none), ``settings_wrong`` what is wrong in it;
    ``uses_proxy`` says whether calls take the proxy; ``key_store`` whether the system keeps a sign-in.
    """

    world: str
    settings: str | None = None
    settings_wrong: str = ""
    uses_proxy: bool = False
    key_store: bool | None = None
    key_store_said: str = ""


def without_session(around: Surroundings, why: str) -> Facts:
    """What can be told when there is no session, with the reason."""
    return replace(_surroundings(around), no_session=why)


def gather(
    session: Session, around: Surroundings, wall_clock: Callable[[], datetime] = machine.wall_clock
) -> Facts:
    """What can be told with a session; nothing is changed anywhere."""
    person, nobody = _or_words(lambda: session.person)
    held, second_factor = _held(session) if person is not None else (None, None)
    hosts, ahead = _hosts(session, wall_clock)
    limits, limits_wrong = _or_words(lambda: _limits(session))
    home, _ = _or_words(lambda: _home(session))
    return replace(
        _surroundings(around),
        where=session.where,
        instance=session.instance,
        locked=session.locked,
        home=home,
        person=person,
        nobody=nobody,
        held=held,
        second_factor=second_factor,
        hosts=hosts,
        in_kernel=session.where.startswith(_IN_KERNEL),
        ahead_seconds=ahead,
        journal=_kept(session),
        limits=limits,
        limits_wrong=limits_wrong,
    )


def _surroundings(around: Surroundings) -> Facts:
    """What the machine and the settings tell, with or without a session."""
    return Facts(
        world=around.world,
        settings=around.settings,
        settings_wrong=around.settings_wrong,
        proxies=Proxies(machine.proxy_names(), around.uses_proxy),
        key_store=around.key_store,
        key_store_said=around.key_store_said,
        versions=machine.versions(),
        missing_parts=machine.missing_parts(),
    )


def _or_words(ask: Callable[[], T]) -> tuple[T | None, str]:
    """What was asked for, or why it could not be told."""
    try:
        return ask(), ""
    except BespeakError as error:
        return None, str(error)


def _held(session: Session) -> tuple[tuple[Held, ...], bool | None]:
    """What the roles allow, and what Partner Center says of the second factor while it is asked."""
    said: set[str] = set()
    found = tuple(_one_right(session, right, said) for right in rights(session.now()))
    told = {"true": True, "false": False}
    known = {told[word] for word in said if word in told}
    return found, (False not in known) if known else None


def _one_right(session: Session, right: Right, said: set[str]) -> Held:
    try:
        said.add(session.door.send(right.call))
    except RefusedError as error:
        if error.status in _NO_RIGHT:
            return Held(right.what, right.roles, "refused", error.what)
        return Held(right.what, right.roles, "unknown", error.what.rstrip("."))
    except ServiceError as error:
        return Held(right.what, right.roles, "unknown", error.what.rstrip("."))
    return Held(right.what, right.roles, "allowed")


def _hosts(
    session: Session, wall_clock: Callable[[], datetime]
) -> tuple[Mapping[str, Reached] | None, float | None]:
    """How far requests get, and how many seconds this machine's clock is ahead of the first that says a date."""
    if not hasattr(session.door, "reach"):
        return None, None
    hosts = cast("_Reaching", session.door).reach()
    dated = [one.date for one in hosts.values() if one.date]
    return hosts, _ahead(dated[-1], wall_clock()) if dated else None


def _ahead(date: str, now: datetime) -> float | None:
    try:
        told = parsedate_to_datetime(date)
    except ValueError:
        return None
    return (now - (told if told.tzinfo else told.replace(tzinfo=UTC))).total_seconds()


def _home(session: Session) -> Home | None:
    try:
        return machine.home_of(session.home)
    except OSError as error:
        return Home(f"{session.home} ({error.strerror})", None, writable=False, free_bytes=0)


def _kept(session: Session) -> Kept:
    path = session.home / FILE_NAME
    if not path.exists():
        return Kept(None)
    try:
        journal = Journal(path, session.world, session.instance)
        head, intents = journal.verify(), journal.intents()
    except BespeakError as error:
        return Kept(0, wrong=str(error))
    return Kept(len(intents), sum(intent.is_under_way for intent in intents), head)


def _limits(session: Session) -> str:
    """The limits in words, "" for none."""
    limits = read_limits(session.home)
    named = ((one.name, getattr(limits, one.name)) for one in fields(limits))
    return ", ".join(f"{name} {value}" for name, value in named if value is not None)
