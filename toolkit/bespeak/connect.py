"""Chooses the world; the only place that reads the environment."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import platformdirs

from bespeak.clients.sandbox_door import in_kernel_door, seeded_ids, served_door
from bespeak.clients.session import SandboxSession
from bespeak.errors import InputError

#: Names the served sandbox of a Lab: JSON with ``url`` (on this machine) and ``token``.
VARIABLE = "BESPEAK_SANDBOX"


def connect(*, seed: int = 1) -> SandboxSession:
    """A session with the sandbox: the one that the Lab serves, else a fresh deterministic world in this kernel.

    ``seed`` chooses the fresh world. Raises ``InputError`` when the variable ``BESPEAK_SANDBOX`` is set and cannot be
    used, and ``UnreachableError`` when the served sandbox is not there.
    """
    told = os.environ.get(VARIABLE, "")
    return _served(told) if told else _in_kernel(seed)


def private_sandbox(*, seed: int = 1, scenario: str = "") -> SandboxSession:
    """A fresh deterministic world of its own in this kernel, also where a Lab serves one that others use.

    ``scenario`` names another story than the demo ("lapsed_agreement"; ``bespeak sandbox --list-scenarios``). What
    happens in it stays in it, and it goes with the kernel. Raises ``InputError`` for a scenario that is not there.
    """
    return _in_kernel(seed, scenario)


def _served(told: str) -> SandboxSession:
    url, token = _address(told)
    return SandboxSession(served_door(url, token), "shared by this Lab", _kept_home)


def _address(told: str) -> tuple[str, str]:
    """Address and token; no error repeats or holds the variable's text, for the token is in it."""
    read: object = None
    with contextlib.suppress(ValueError):
        read = json.loads(told)
    url, token = (read.get("url"), read.get("token")) if isinstance(read, dict) else (None, None)
    if not (isinstance(url, str) and isinstance(token, str) and token):
        raise InputError(
            f"The variable {VARIABLE} is not JSON with a 'url' and a 'token'.",
            "Start the Lab with 'bespeak lab', or remove the variable to get a sandbox in this kernel.",
        )
    return url, token


def _in_kernel(seed: int, scenario: str = "") -> SandboxSession:
    # Only here: a session with a served world needs no sandbox of its own.
    from bespeak.sandbox import World, create_app, scenario_world  # noqa: PLC0415
    from bespeak.sandbox.strict_toml import ScenarioError  # noqa: PLC0415

    try:
        world = scenario_world(scenario, seed=seed) if scenario else World.demo(seed)
    except ScenarioError as error:
        raise InputError(str(error)) from error
    token = secrets.token_urlsafe(24)
    door = in_kernel_door(create_app(world, token), token, seeded_ids(seed))
    return SandboxSession(door, "in this kernel", _passing_homes())


def _kept_home(instance: str) -> Path:
    """A folder of the user that outlives the kernel, as the served world does."""
    home = Path(platformdirs.user_data_dir("bespeak", appauthor=False)) / "sandbox" / instance
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def _passing_homes() -> Callable[[str], Path]:
    """Folders that go when the kernel ends, as the world in it does."""
    root = Path(tempfile.mkdtemp(prefix="bespeak-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)

    def home_of(instance: str) -> Path:
        home = root / instance
        home.mkdir(mode=0o700, exist_ok=True)
        return home

    return home_of
