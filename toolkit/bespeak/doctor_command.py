"""``bespeak doctor``: how everything stands in a world, as a table in the terminal. It changes nothing."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from bespeak.clients.session import Session
from bespeak.connect import connect
from bespeak.doctor import Check, Facts, Surroundings, examine, gather, without_session, worst
from bespeak.errors import BespeakError
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
    around = Surroundings(world)
    try:
        session = _session(world, settings)
    except BespeakError as error:
        return without_session(around, str(error))
    return gather(session, around)


def _session(_world: str, _settings: Path | None) -> Session:
    return connect()


def _table(world: str, checks: Iterable[Check]) -> str:
    rows = [(check.state, check.name, f"{check.finding} {check.next_step}".strip()) for check in checks]
    return f"bespeak doctor: {world}\n" + columns(rows, shutil.get_terminal_size().columns)


def _json(world: str, checks: Sequence[Check]) -> str:
    told = {"world": world, "worst": worst(checks), "checks": [asdict(check) for check in checks]}
    return json.dumps(told, indent=2, ensure_ascii=True) + "\n"
