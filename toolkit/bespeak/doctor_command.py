"""``bespeak doctor``: how everything stands in a world, as a table in the terminal. It changes nothing."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import platformdirs

from bespeak.clients.key_store import KeyStore
from bespeak.connect import settings_path
from bespeak.doctor import Check, Facts, Surroundings, examine, gather, without_session, worst
from bespeak.errors import BespeakError
from bespeak.opening import open_world, tenant_of
from bespeak.terminal import columns


def main(argv: Sequence[str]) -> int:
    """Prints the checks and returns 1 when one of them fails, else 0."""
    options = _parser().parse_args(argv)
    checks = examine(_facts(options.world, options.settings))
    as_text = _json if options.json else _table
    sys.stdout.write(as_text(options.world, checks))
    return int(worst(checks) == "fail")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "bespeak doctor",
        description="Say how everything stands: world, person, roles, second factor, clock, hosts, journal and more. "
        "It asks and changes nothing. The exit code is 1 when something fails.",
        allow_abbrev=False,
    )
    parser.add_argument("--world", choices=("sandbox", "integration", "live"), default="sandbox")
    parser.add_argument("--settings", type=Path, help="another settings file for integration and live")
    parser.add_argument("--json", action="store_true", help="for programs")
    return parser


def _facts(world: str, settings: Path | None) -> Facts:
    around = _around(world, settings)
    try:
        session = open_world(world, settings)
    except BespeakError as error:
        return without_session(around, str(error))
    return gather(session, around)


def _around(world: str, settings: Path | None) -> Surroundings:
    """What settings and key store tell before there is a session; the sandbox has neither."""
    if world == "sandbox":
        return Surroundings(world)
    kept, said = _key_store()
    around = Surroundings(world, str(settings or settings_path()), key_store=kept, key_store_said=said)
    try:
        return replace(around, uses_proxy=bool(tenant_of(world, settings).proxy))
    except BespeakError as error:
        return replace(around, settings_wrong=str(error))


def _key_store() -> tuple[bool | None, str]:
    """Whether the system keeps a sign-in, and what it says about that."""
    try:
        store = KeyStore(Path(platformdirs.user_data_dir("bespeak", appauthor=False)) / "keys")
    except BespeakError as error:
        return None, str(error)
    return store.is_kept, store.note


def _table(world: str, checks: Iterable[Check]) -> str:
    rows = [(check.state, check.name, f"{check.finding} {check.next_step}".strip()) for check in checks]
    return f"bespeak doctor: {world}\n" + columns(rows, shutil.get_terminal_size().columns)


def _json(world: str, checks: Sequence[Check]) -> str:
    told = {"world": world, "worst": worst(checks), "checks": [asdict(check) for check in checks]}
    return json.dumps(told, indent=2, ensure_ascii=True) + "\n"
