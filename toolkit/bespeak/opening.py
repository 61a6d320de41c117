"""Opens the world that a command names; the sandbox unless another one is asked for by its name."""

from __future__ import annotations

from pathlib import Path

from bespeak.clients.entra.clouds import names
from bespeak.clients.session import Session
from bespeak.connect import connect, connect_integration, connect_live, settings_path
from bespeak.errors import InputError
from bespeak.settings import Tenant, read_settings


def open_world(world: str, settings: Path | None = None) -> Session:
    """A session with the world; who is not signed in is asked to. Raises what connecting raises.

    Live opens locked, so that a command can only read in it, and for the tenant of the settings.
    """
    if world == "sandbox":
        return connect()
    if world == "integration":
        return connect_integration(settings)
    return connect_live(tenant_of(world, settings).tenant, settings)


def tenant_of(world: str, settings: Path | None = None) -> Tenant:
    """What the settings say of a world; raises ``InputError`` with key and line, or for one that is not in them."""
    path = settings or settings_path()
    told = read_settings(path, names()).get(world)
    if told is None:
        raise InputError(f"{path.name} has no section [{world}].", f"Write it into {path}.")
    return told
