"""What is tracked: what a stranger's clone needs, nothing of the machine it was made on, and notebooks as promised."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = {"notebooks", "toolkit", "widgets", "sample_data", "tests"}
FILES = {
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Makefile",
    "requirements-spark.lock",
    "requirements.lock",
}

#: Kept in pieces, so that this file does not hold what it looks for.
REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted",
    "registry." + "npmjs",
    "deb." + "debian",
    "conda" + ".anaconda",
]
MACHINE_PATHS = r"(?<![\w.~/])/(?:work|root|tmp|var|mnt|opt|home/\w+|Users/\w+)/\w"
MEGABYTE = 1_000_000


def tracked() -> list[Path]:
    """The files that a clone would get."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if (ROOT / name).is_file()]


TRACKED = tracked()
TEXTS = [path for path in TRACKED if path.suffix not in {".png", ".gz"}]
NOTEBOOKS = sorted(path for path in TRACKED if path.suffix == ".ipynb")


def test_the_top_level_holds_only_what_was_agreed():
    top = {path.relative_to(ROOT).parts[0] for path in TRACKED}
    assert {name for name in top if not name.startswith(".")} - FOLDERS - FILES == set()


@pytest.mark.parametrize("pattern", [MACHINE_PATHS, *map(re.escape, REGISTRIES)])
def test_no_file_holds_a_machine_path_or_the_host_of_a_registry(pattern):
    found = [(path.relative_to(ROOT), match) for path in TEXTS for match in _matches(pattern, path)]
    assert found == []


def _matches(pattern: str, path: Path) -> list[str]:
    return [match.group() for match in re.finditer(pattern, path.read_text(encoding="utf8"))]


def test_the_lock_holds_no_address():
    """Packages with versions, their hashes and who asks for them: nothing else stands in it."""
    lines = (ROOT / "requirements.lock").read_text(encoding="utf8").splitlines()
    known = re.compile(
        r"[\w.-]+==[\w.]+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|    #( +via)?( +\S.*)?"
    )
    assert [line for line in lines if not known.fullmatch(line) or "://" in line] == []


def test_the_lock_holds_every_direct_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))
    direct = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["dev"]]
    wanted = {
        re.split(r"[^\w.-]", line)[0].lower() for line in [*direct, *project["build-system"]["requires"]]
    }
    locked = set(re.findall(r"(?m)^([\w.-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf8")))
    assert wanted - locked == set()


def test_files_are_small():
    """A clone stays small; only the demand of the demo estate is data by the megabyte."""
    large = {path.relative_to(ROOT).as_posix() for path in TRACKED if path.stat().st_size > MEGABYTE}
    assert large <= {"sample_data/demo/demand.csv.gz"}


@pytest.mark.parametrize("name", ["bespeak", "bespeak_widgets"])
def test_the_face_is_sorted_and_complete(name):
    face = importlib.import_module(name)
    assert face.__all__ == sorted(face.__all__)
    assert [offered for offered in face.__all__ if not hasattr(face, offered)] == []
    assert _imported(Path(face.__file__)) == set(face.__all__)


def _imported(path: Path) -> set[str]:
    """The public names that a file imports."""
    nodes = [
        node for node in ast.parse(path.read_text(encoding="utf8")).body if isinstance(node, ast.ImportFrom)
    ]
    names = {
        alias.asname or alias.name for node in nodes if node.module != "__future__" for alias in node.names
    }
    return {name for name in names if not name.startswith("_")}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
class TestNotebook:
    """A notebook is prose with cells of a few lines; its outputs are the sandbox's, all of one run."""

    def test_it_opens_with_the_kernel_that_everybody_has(self, path):
        metadata = json.loads(path.read_text(encoding="utf8"))["metadata"]
        assert metadata["kernelspec"]["name"] == "python3"
        assert "widgets" not in metadata

    def test_every_cell_was_run_in_order(self, path):
        cells = _code_cells(path)
        assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))

    def test_cells_are_short_and_hold_no_logic(self, path):
        sources = ["".join(cell["source"]) for cell in _code_cells(path)]
        assert [
            source for source in sources if len(source.strip().splitlines()) > 8 or _has_logic(source)
        ] == []

    def test_outputs_hold_no_widget_state(self, path):
        data = [output.get("data", {}) for cell in _code_cells(path) for output in cell["outputs"]]
        assert [set(kinds) for kinds in data if "application/vnd.jupyter.widget-view+json" in kinds] == []

    def test_outputs_come_from_the_sandbox_in_the_kernel(self, path):
        text = json.dumps([cell["outputs"] for cell in _code_cells(path)])
        assert re.findall(r"127\.0\.0\.1|localhost|Session\((?:live|integration)", text) == []


def _code_cells(path: Path) -> list[dict]:
    return [
        cell for cell in json.loads(path.read_text(encoding="utf8"))["cells"] if cell["cell_type"] == "code"
    ]


LOGIC = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.If,
)


def _has_logic(source: str) -> bool:
    """Whether a cell defines, loops or decides; a comprehension is a loop too."""
    plain = "\n".join("" if line.startswith(("%", "!")) else line for line in source.splitlines())
    tree = compile(plain, "cell", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    return any(isinstance(node, (*LOGIC, ast.comprehension, ast.IfExp, ast.Try)) for node in ast.walk(tree))
