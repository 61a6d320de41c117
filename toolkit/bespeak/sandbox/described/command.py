"""``bespeak sandbox openapi`` and ``bespeak sandbox coverage``: what is served, as a file."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bespeak.sandbox.described.coverage import page
from bespeak.sandbox.described.openapi import described
from bespeak.sandbox.http.app import services
from bespeak.sandbox.http.exchange import Service

Writer = Callable[[Sequence[Service]], str]


def _openapi(served: Sequence[Service]) -> str:
    return json.dumps(described(served), indent=1, ensure_ascii=False) + "\n"


COMMANDS: Mapping[str, tuple[str, Writer]] = {
    "openapi": ("Write the OpenAPI 3.1 description of what the sandbox serves.", _openapi),
    "coverage": ("Write the table of what the sandbox serves, how sure it is, and what holds it.", page),
}


def served() -> tuple[Service, ...]:
    """All services, to be told of: nobody signs in here."""
    return services()


def text_of(name: str) -> str:
    """What a command writes."""
    return COMMANDS[name][1](served())


def main(argv: Sequence[str]) -> int:
    """Writes to a file, or to the standard output when none is named."""
    name, *rest = argv
    parser = argparse.ArgumentParser(f"bespeak sandbox {name}", description=COMMANDS[name][0])
    parser.add_argument("file", nargs="?", help="where to write it (default: the standard output)")
    wish = parser.parse_args(rest)
    if wish.file:
        Path(wish.file).write_text(text_of(name), encoding="utf8")
    else:
        sys.stdout.write(text_of(name))
    return 0
