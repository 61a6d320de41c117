"""Microsoft's clouds as data: who signs people in, where each service is, and what is not offered there."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, cast
from urllib.parse import urlsplit

from bespeak.clients.call import Service
from bespeak.errors import InputError

#: Microsoft's services, in the order in which they are asked.
SERVICES: tuple[Service, ...] = ("partner_center", "price_sheets", "arm", "graph")


@dataclass(frozen=True, slots=True)
class Cloud:
    """One cloud: its name in the settings, its title, the address that signs people in, and where its services are.

    ``audiences`` is what a token of a service is for, ``blobs`` the ends of the host names of its files, ``missing``
    what is not offered there, as sentences. ``source`` and ``as_of`` name the page.
    """

    name: str
    title: str
    authority: str
    bases: Mapping[Service, str]
    audiences: Mapping[Service, str]
    blobs: tuple[str, ...]
    missing: Mapping[str, str]
    source: str
    as_of: date

    @property
    def host(self) -> str:
        """The only host that a sign-in is sent to."""
        return urlsplit(self.authority).netloc

    def base(self, service: Service) -> str:
        """Where a service is asked; raises ``InputError`` for one that this cloud has not."""
        self._check(service)
        return self.bases[service]

    def scope(self, service: Service) -> str:
        """What a token is asked for; raises ``InputError`` for a service that this cloud has not."""
        self._check(service)
        return f"{self.audiences[service]}/.default"

    @property
    def no_reservations(self) -> str:
        """Why no Azure reservation is sold there, "" where they are."""
        return self.missing.get("reservations", "")

    def _check(self, service: Service) -> None:
        if service not in self.bases:
            raise InputError(
                self.missing.get(service, f"{self.title} has no service '{service}'."),
                "Use the global cloud, or do without it.",
            )


def names() -> tuple[str, ...]:
    """The clouds that can be asked for."""
    return tuple(name for name in _told() if name != "closed")


def cloud(name: str) -> Cloud:
    """The cloud of this name; raises ``InputError`` for one that is not known or that was closed."""
    told = _told()
    if name in told["closed"]:
        raise InputError(told["closed"][name], f"There are {', '.join(names())}.")
    if name not in names():
        raise InputError(f"There is no cloud '{name}'.", f"There are {', '.join(names())}.")
    return _read(name, told[name])


def _read(name: str, told: Mapping[str, Any]) -> Cloud:
    bases = cast("Mapping[Service, str]", told["bases"])
    return Cloud(
        name,
        told["title"],
        told["authority"],
        bases,
        {**bases, **told.get("audiences", {})},
        tuple(told["blobs"]),
        told.get("missing", {}),
        told["source"],
        told["date"],
    )


@cache
def _told() -> dict[str, Any]:
    text = files("bespeak.clients.entra").joinpath("clouds.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
