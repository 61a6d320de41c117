"""The examples in docstrings and in the README run and show what they say."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def _modules_with_examples() -> list[str]:
    files = [
        *(ROOT / "toolkit").rglob("bespeak/**/*.py"),
        *(ROOT / "widgets").rglob("bespeak_widgets/**/*.py"),
    ]
    shown = [path for path in files if ">>> " in path.read_text(encoding="utf8")]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts[1:]) for path in shown]
    return sorted(name.removesuffix(".__init__") for name in names)


@pytest.mark.parametrize("name", _modules_with_examples())
def test_examples_in_docstrings_show_what_they_say(name):
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.attempted > 0
    assert result.failed == 0


def test_examples_in_the_readme_show_what_they_say():
    result = doctest.testfile(str(ROOT / "README.md"), module_relative=False, encoding="utf8")
    assert result.failed == 0
