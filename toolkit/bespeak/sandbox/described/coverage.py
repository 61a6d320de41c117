"""The page of coverage: operation by operation, what is served, how sure it is, and which test holds it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from bespeak.sandbox.described.openapi import openapi_path
from bespeak.sandbox.http.exchange import Route, Service

_HEAD = """# What the sandbox serves, and how sure it is

Made by `bespeak sandbox coverage` from the routes themselves; a test compares this page with what the command writes.
Paths are matched without regard to case. *Sure* holds the marks of the sources, which are explained below; *tests* are
below `tests/sandbox`. What is answered beyond this is 501 with the name of the route.
"""


@cache
def words() -> dict[str, Any]:
    """What is said beside the routes: titles of services, meaning of marks, what is not served."""
    return tomllib.loads(Path(__file__).with_name("coverage.toml").read_text(encoding="utf8"))


def page(services: Sequence[Service]) -> str:
    """The page as Markdown."""
    said = words()
    parts = [
        _HEAD,
        "## In figures\n\n" + _table(_FIGURES, map(_figures, services)),
        "## Marks\n\n" + _table(("mark", "meaning"), _marks(said, services)),
        *(_section(service, said["services"].get(service.name, service.name)) for service in services),
        "## Known and not served\n\n" + _table(("operation", "path", "why"), _not_served(said)),
    ]
    return "\n".join(parts)


_FIGURES = ("service", "operations", "described", "seen on the wire", "documented", "inferred only")
_OPERATION = ("operation", "path", "Microsoft's title", "sure", "states", "errors", "test")


def marks_of(route: Route) -> list[str]:
    """The confidence marks of a route, in the order in which its owner wrote them."""
    said = re.findall(r"\w+", route.about.sure) if route.about else []
    return [word for word in dict.fromkeys(said) if word in words()["marks"]]


def _figures(service: Service) -> tuple[str, ...]:
    marks = [set(marks_of(route)) for route in service.routes if route.about]
    wire = [one for one in marks if any(mark[0] in "WRP" for mark in one)]
    rest = [one for one in marks if one not in wire]
    guessed = [one for one in rest if one <= {"INF", "OWN", "K", "T"}]
    counts = (len(service.routes), len(marks), len(wire), len(rest) - len(guessed), len(guessed))
    return (service.name, *map(str, counts))


def _marks(said: dict[str, Any], services: Sequence[Service]) -> Iterator[tuple[str, ...]]:
    used = {mark for service in services for route in service.routes for mark in marks_of(route)}
    for mark, meaning in said["marks"].items():
        if mark in used:
            yield f"**{mark}**", meaning


def _section(service: Service, title: str) -> str:
    rows = (_row(service, route) for route in sorted(service.routes, key=lambda one: (one.path, one.method)))
    return f"## {title}\n\n" + _table(_OPERATION, rows)


def _row(service: Service, route: Route) -> tuple[str, ...]:
    path, about = f"`{openapi_path(service, route)}`", route.about
    if about is None:
        return (route.method, path, "not described yet", "", "", "", "")
    errors = ", ".join(dict.fromkeys(f"{status}/{code}" for status, code in about.errors))
    states = ", ".join(about.states)
    return (route.method, path, about.title, about.sure, states, errors, _test(about.test))


def _test(name: str) -> str:
    file, _, test = name.partition("::")
    return f"[{test.removeprefix('test_').replace('_', ' ')}](../../../tests/sandbox/{file})"


def _not_served(said: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    for one in said["not_served"]:
        yield one["operation"], "<br>".join(f"`{path}`" for path in one["paths"]), one["why"]


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)
