"""Chooses the world; the only place that reads the environment.

``connect`` gives the sandbox and nothing else. Integration and live have a function each, which wants to be called by
its name: no default, file or variable chooses them.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import secrets
import shutil
import sys
import tempfile
import time
import webbrowser
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import platformdirs

from bespeak.clients.entra.clouds import Cloud, cloud, names
from bespeak.clients.ids import code
from bespeak.clients.real_door import real_door
from bespeak.clients.real_session import Clocks, IntegrationSession, LiveSession, SignedIn, Way
from bespeak.clients.sandbox_door import in_kernel_door, seeded_ids, served_door
from bespeak.clients.session import SandboxSession, WorldName
from bespeak.errors import InputError, SignInError
from bespeak.settings import FILE_NAME, SignInWay, Tenant, check_no_secrets_beside, read_settings

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


def connect_integration(
    settings: Path | None = None,
    *,
    sign_in: SignInWay | None = None,
    show: Callable[[str], None] | None = None,
) -> IntegrationSession:
    """A session with the integration sandbox of the tenant in the settings, for whoever signs in.

    ``settings`` is the path of a ``bespeak.toml`` (see ``bespeak.settings``), by default that of the user. ``sign_in``
    takes the place of what it says; ``show`` puts a device code before the person, where it is not saved. Raises
    ``InputError`` for settings that cannot be used, and ``SignInError``.
    """
    told, tokens = _signed_in("integration", settings or settings_path(), sign_in, show)
    return IntegrationSession(_way(told), tokens, _home_of, Clocks(_now, time.monotonic))


def connect_live(
    tenant: str,
    settings: Path | None = None,
    *,
    sign_in: SignInWay | None = None,
    show: Callable[[str], None] | None = None,
) -> LiveSession:
    """A session with the live ``tenant``, which must be the one in the settings, for a person who signs in.

    It is locked: reading works, what changes anything is refused until a person unlocks it on the page. The rest is
    as in ``connect_integration``; raises ``InputError`` also for another tenant, for an application in the place of a
    person, and for a ``.env`` with a secret beside the settings.
    """
    path = settings or settings_path()
    check_no_secrets_beside(path)
    told, tokens = _signed_in("live", path, sign_in, show, named=tenant)
    return LiveSession(_way(told), tokens, _home_of, Clocks(_now, time.monotonic))


def settings_path() -> Path:
    """Where the settings of this user are looked for."""
    return Path(platformdirs.user_config_dir("bespeak", appauthor=False)) / FILE_NAME


def _signed_in(
    world: str,
    path: Path,
    sign_in: SignInWay | None,
    show: Callable[[str], None] | None,
    named: str | None = None,
) -> tuple[Tenant, SignedIn]:
    """The settings of a world and the tokens of who is signed in there; who is not yet is asked to."""
    told = read_settings(path, names()).get(world)
    if told is None:
        raise InputError(f"{path.name} has no section [{world}].", f"Write it into {path}.")
    if named is not None and named.strip().lower() != told.tenant.lower():
        raise InputError(
            f"'{named}' is not the tenant that [{world}] in {path.name} names, so nothing is opened.",
            "Name the tenant that you mean, the same in both places.",
        )
    way = sign_in or told.sign_in
    if world == "live" and way == "app_only":
        raise InputError(
            "Live is opened for a person, and 'app_only' signs an application in.",
            "Use browser, device_code or secure_app.",
        )
    tokens = _tokens(told, way, show)
    _check_tenant(told, tokens.person.tenant_id)
    return told, tokens


def _tokens(told: Tenant, way: SignInWay, show: Callable[[str], None] | None) -> SignedIn:
    # Only here: the sandbox needs none of it, and the library takes a while to load.
    from bespeak.clients.entra.choosing import way_of  # noqa: PLC0415
    from bespeak.clients.entra.opening import open_tokens  # noqa: PLC0415
    from bespeak.clients.key_store import KeyStore  # noqa: PLC0415

    store = KeyStore(_data_folder() / "keys")
    tokens = open_tokens(
        cloud(told.cloud),
        told.tenant,
        told.client_id,
        way=way_of(way, store, webbrowser.open, show or _show),
        store=store,
        wall=time.time,
        proxy=_proxy(told),
    )
    try:
        tokens.person  # noqa: B018  # asks the sign-in that is kept
    except SignInError:
        tokens.sign_in()
    return tokens


def _show(text: str) -> None:
    """Shows a device code in a terminal; a notebook would save it."""
    if not sys.stdout.isatty():
        raise SignInError(
            "You are not signed in: a device code must not stand in a notebook, which saves it.",
            "Sign in once in a terminal, with 'bespeak doctor --world integration' or '--world live'.",
        )
    print(text)  # noqa: T201  # a terminal


def _check_tenant(told: Tenant, tenant_id: str) -> None:
    if "." not in told.tenant and told.tenant.lower() != tenant_id.lower():  # an id has no dot, a domain has
        raise InputError(
            f"You signed in to another tenant than [{told.world}] names, so nothing is opened.",
            "Sign in with an account of that tenant.",
        )


def _way(told: Tenant) -> Way:
    where: Cloud = cloud(told.cloud)
    name = where.name.replace("_", " ")
    return Way(told.tenant, name, where.bases, partial(real_door, wall=time.time, proxy=_proxy(told)))


def _proxy(told: Tenant) -> str:
    """The proxy that the settings ask for; that of the environment only if they say so."""
    if told.proxy != "environment":
        return told.proxy
    found = (os.environ.get(name, "") for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"))
    return next(filter(None, found), "")


def _now() -> datetime:
    return datetime.now(UTC)


def _data_folder() -> Path:
    return Path(platformdirs.user_data_dir("bespeak", appauthor=False))


def _home_of(world: WorldName, tenant_id: str) -> Path:
    """The private folder of a tenant in a world."""
    home = _data_folder() / world / code(tenant_id.lower(), "tenant")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


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
    home = _data_folder() / "sandbox" / instance
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
