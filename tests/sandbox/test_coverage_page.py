"""The page of coverage says what the routes say, and the tests that it names exist."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from bespeak.sandbox import described
from bespeak.sandbox.described import command
from bespeak.sandbox.described.coverage import marks_of, words
from bespeak.sandbox.described.openapi import openapi_path

HERE = Path(__file__).parent
PAGE = Path(described.__file__).parents[1] / "COVERAGE.md"
SERVICES = command.served()
ROUTES = [(service, route) for service in SERVICES for route in service.routes]
ABOUT = [
    (f"{route.method} {openapi_path(service, route)}", route) for service, route in ROUTES if route.about
]


@cache
def names_in(file: str) -> set[str]:
    """The names of the tests of a file, those of classes too."""
    tree = ast.parse((HERE / file).read_text(encoding="utf8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_route_says_what_it_is():
    silent = [
        f"{route.method} {openapi_path(service, route)}" for service, route in ROUTES if not route.about
    ]
    assert silent == []


def test_every_operation_names_a_test_that_exists():
    missing = []
    for name, route in ABOUT:
        file, _, test = route.about.test.partition("::")
        if not (HERE / file).is_file() or test.partition("[")[0] not in names_in(file):
            missing.append(f"{name}: {route.about.test}")
    assert missing == []


def test_every_mark_has_a_meaning():
    assert [f"{name}: {route.about.sure}" for name, route in ABOUT if not marks_of(route)] == []


def test_the_page_is_what_the_command_writes():
    assert PAGE.read_text(encoding="utf8") == command.text_of("coverage"), (
        "Run: bespeak sandbox coverage toolkit/bespeak/sandbox/COVERAGE.md"
    )


def test_the_page_has_a_row_for_every_operation():
    rows = re.findall(r"^\| (\w+) \| `(/\S+)` \|", command.text_of("coverage"), re.MULTILINE)
    assert sorted(rows) == sorted((route.method, openapi_path(service, route)) for service, route in ROUTES)


def test_what_is_said_to_be_missing_is_really_missing():
    served = {(route.method, re.sub(r"<.*?>", "{}", route.path).lower()) for _service, route in ROUTES}
    absent = [path.split(" ", 1) for one in words()["not_served"] for path in one["paths"]]
    assert [one for one in absent if (one[0], re.sub(r"\{.*?\}", "{}", one[1]).lower()) in served] == []


@pytest.mark.parametrize("name", ["coverage", "openapi"])
def test_the_command_writes_a_file(tmp_path, name):
    target = tmp_path / "said"
    subprocess.run(
        [sys.executable, "-m", "bespeak.cli", "sandbox", name, str(target)], check=True, timeout=60
    )
    assert target.read_text(encoding="utf8") == command.text_of(name)


def test_the_description_on_the_standard_output_is_json(capsys):
    assert command.main(["openapi"]) == 0
    assert json.loads(capsys.readouterr().out)["openapi"] == "3.1.0"
