"""Each fault of the list that every change must survive has a test of its own."""

import ast
from pathlib import Path

#: F-01 to F-84, as they are numbered in the reliability rules.
FAULTS = range(1, 85)


def test_every_fault_has_a_test_that_is_named_after_it():
    missing = sorted(set(FAULTS) - _tested(Path(__file__).parent))
    assert not missing, f"no test is named test_fNN_ for {', '.join(f'F-{number:02}' for number in missing)}"


def _tested(folder: Path) -> set[int]:
    """The numbers of the faults after which a test in this folder is named."""
    found = set()
    for path in folder.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_f"):
                digits = node.name.removeprefix("test_f").split("_", 1)[0]
                found |= {int(digits)} if digits.isdigit() else set()
    return found
