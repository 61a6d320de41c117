"""Worlds side by side behind one address: each has a token of its own, and all share what never changes."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from bespeak.sandbox.http.tokens import Tokens, secret_of
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.scenario import load, shipped
from bespeak.sandbox.staging import staged
from bespeak.sandbox.strict_toml import ScenarioError, suggestion
from bespeak.sandbox.world import World

#: So many worlds at most live in one process.
MOST = 64
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
#: The path below which all services of one world answer: ``/w/<key>/partner_center/...``.
PREFIX = "/w/"
#: What a sign-in shows that tells whose world it is.
_SHOWN = ("client_secret", "refresh_token", "code", "device_code")


@dataclass(frozen=True, slots=True)
class Seat:
    """A world of somebody: its public ``key`` stands in addresses, its token is known by ``tokens`` only."""

    name: str
    key: str
    world: World
    tokens: Tokens

    @property
    def path(self) -> str:
        """Where the services of this world answer, whoever asks."""
        return PREFIX + self.key


class Hall:
    """The worlds of one server. The token of the first one may also add worlds and remove them."""

    def __init__(
        self, world: World, token: str, wall: Callable[[], float], new_token: Callable[[], str]
    ) -> None:
        self._wall = wall
        self._new_token = new_token
        self._made = 0
        self._lock = threading.Lock()
        self.first = self._seat("first", world, token)
        self._seats = {self.first.key: self.first}

    def __iter__(self) -> Iterator[Seat]:
        """The worlds in the order in which they came."""
        return iter(tuple(self._seats.values()))

    def of(self, key: str) -> Seat | None:
        """The world with this key."""
        return self._seats.get(key)

    def add(self, name: str, scenario: str = "") -> tuple[Seat, str]:
        """A new world on the shared base, or of a scenario that comes with the sandbox, and its token."""
        if not _NAME.fullmatch(name):
            raise RefusalError(
                400, "BadRequest", "Member 'name' takes 1 to 40 small letters, digits and hyphens."
            )
        with self._lock:
            self._check_free(name)
            world, token = self._world(scenario), self._new_token()
            seat = self._seat(name, world, token)
            self._seats[seat.key] = seat
        return seat, token

    def _check_free(self, name: str) -> None:
        if any(seat.name == name for seat in self):
            raise RefusalError(409, "Conflict", f"There is a world '{name}' already. Choose another name.")
        if len(self._seats) >= MOST:
            raise RefusalError(
                409, "LimitExceeded", f"There are {MOST} worlds already. Remove one of them first."
            )

    def remove(self, name: str) -> None:
        """Ends a world for good; its tokens open nothing any more."""
        with self._lock:
            found = next((seat for seat in self if seat.name == name), None)
            if found is None:
                raise RefusalError(404, "NotFound", f"There is no world '{name}'.")
            if found is self.first:
                raise RefusalError(
                    409, "Conflict", "The first world ends with the server only. Reset it instead."
                )
            del self._seats[found.key]

    def asked_by(self, environ: Mapping[str, object], form: bytes) -> Seat:
        """The world that the token of a request belongs to; the first one when it shows none that is known."""
        scheme, _, value = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
        bearer = value.strip() if scheme.lower() == "bearer" else ""
        shown = [bearer] if bearer else _secrets_in(form)
        for secret in shown:
            found = self.of(secret.partition(".")[0]) or self.of(key_of(secret_of(secret)))
            if found:
                return found
        return self.first

    def _world(self, scenario: str) -> World:
        """Another life on the base of the first world; no instance id ever comes twice."""
        self._made += 1
        instance = f"{self.first.world.first_instance}-w{self._made}"
        first = self.first.world
        if not scenario:
            return first.beside(instance)
        if scenario not in shipped():
            raise RefusalError(
                400, "BadRequest", f"There is no scenario '{scenario}'.{suggestion(scenario, shipped())}"
            )
        try:
            return staged(first.base, load(shipped()[scenario]), instance)
        except ScenarioError as error:
            raise RefusalError(
                400, "BadRequest", f"The scenario does not fit this server: {error}"
            ) from error

    def _seat(self, name: str, world: World, token: str) -> Seat:
        return Seat(name, key_of(token), world, Tokens(token, key_of(token), self._wall))


def key_of(token: str) -> str:
    """What names a world in public; the token does not follow from it."""
    return hashlib.blake2b(token.encode(), digest_size=12, key=b"bespeak world").hexdigest()


def _secrets_in(form: bytes) -> list[str]:
    pairs = parse_qsl(form.decode("utf-8", "replace"))
    return [value for name, value in pairs if name in _SHOWN]
