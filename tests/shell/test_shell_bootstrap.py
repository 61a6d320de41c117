"""``python3 -m toolkit`` on a bare machine: a small project with a package index of its own stands in for ours."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BASE = getattr(sys, "_base_executable", sys.executable)
#: Stands in for pytest: says what it was given, and which sandbox it would use.
STUB = """
import os, sys
if __name__ == "__main__":
    print("got", *sys.argv[1:], os.environ.get("BESPEAK_SANDBOX", ""))
    sys.exit(3 if "--fail" in sys.argv else 0)
"""
BACKEND = f"""
import os, zipfile
STUB = {STUB!r}
def build_editable(folder, settings=None, metadata=None):
    with zipfile.ZipFile(os.path.join(folder, "bespeak-1-py3-none-any.whl"), "w") as wheel:
        wheel.writestr("_editable_impl_bespeak.pth", os.path.abspath("source"))
        wheel.writestr("pytest.py", STUB)
        wheel.writestr("bespeak-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: bespeak\\nVersion: 1\\n")
        wheel.writestr("bespeak-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("bespeak-1.dist-info/RECORD", "")
    return "bespeak-1-py3-none-any.whl"
"""
PROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


def _bootstrap():
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "toolkit" / "__main__.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def bootstrap():
    return _bootstrap()


def _make_project(folder: Path) -> Path:
    """A project whose lock names one package, which lies in a folder beside it."""
    (folder / "toolkit").mkdir(parents=True)
    (folder / "source" / "bespeak").mkdir(parents=True)
    (folder / "source" / "bespeak" / "__init__.py").touch()
    for name in ("__init__.py", "__main__.py"):
        shutil.copy(ROOT / "toolkit" / name, folder / "toolkit" / name)
    wheel = folder / "index" / "tiny-1-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "")
        archive.writestr("tiny-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1\n")
        archive.writestr(
            "tiny-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("tiny-1.dist-info/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (folder / "requirements.lock").write_text(f"tiny==1 \\\n    --hash=sha256:{digest}\n")
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "backend.py").write_text(BACKEND)
    return folder


def _command(*arguments: str) -> list[str]:
    return [BASE, "-m", "toolkit", "test", *arguments]


def _environment(project: Path) -> dict[str, str]:
    others = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "PYTHON"))}
    own = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": (project / "index").as_uri(), "PIP_CONFIG_FILE": os.devnull}
    return others | own | {"BESPEAK_SANDBOX": "somebody else's"}


def _start(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(*arguments),
        cwd=project,
        env=_environment(project),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project that has been started once."""
    folder = _make_project(tmp_path_factory.mktemp("project") / "house")
    first = _start(folder, "-k", "first")
    assert "Setting up bespeak" in first.stdout
    assert first.stdout.splitlines()[-1].strip().endswith("loadfile -k first"), first.stdout + first.stderr
    return folder


@pytest.mark.slow
class TestStart:
    def test_the_second_start_hands_over_at_once(self, project):
        second = _start(project, "--co")
        assert len(second.stdout.splitlines()) == 1
        assert second.stdout.startswith("got --nbval")

    def test_the_sandbox_of_somebody_else_is_not_used(self, project):
        assert "somebody else's" not in _start(project).stdout

    def test_the_exit_code_of_the_program_comes_back(self, project):
        assert _start(project, "--fail").returncode == 3

    def test_a_changed_project_file_only_installs_the_project_again(self, project):
        (project / "pyproject.toml").write_text(PROJECT + "# changed\n")
        again = _start(project)
        assert "Setting up" not in again.stdout
        assert "Ready after" in again.stdout
        assert "Ready after" not in _start(project).stdout

    def test_an_environment_that_lost_a_package_is_built_anew(self, project):
        lost = next(project.glob(".venv/**/tiny-1.dist-info"))
        shutil.rmtree(lost)
        assert "Setting up bespeak" in _start(project).stdout
        assert lost.exists()

    def test_an_environment_without_its_python_is_built_anew(self, project):
        for program in (project / ".venv").glob("*/python*"):
            if "site-packages" not in str(program) and not program.is_dir():
                program.unlink()
        again = _start(project)
        assert "Setting up bespeak" in again.stdout
        assert again.returncode == 0

    def test_a_package_that_was_tampered_with_is_refused_in_words(self, tmp_path):
        folder = _make_project(tmp_path / "house")
        lock = folder / "requirements.lock"
        lock.write_text(lock.read_text()[:-9] + "0" * 8 + "\n")
        refused = _start(folder)
        assert refused.returncode == 1
        assert "is not the one that requirements.lock names" in refused.stderr
        assert not list(folder.glob(".venv/bespeak-stamp.json"))

    def test_two_starts_at_once_set_up_once(self, tmp_path):
        folder = _make_project(tmp_path / "house")
        starts = [
            subprocess.Popen(
                _command(), cwd=folder, env=_environment(folder), stdout=subprocess.PIPE, text=True
            )
            for _ in range(2)
        ]
        outputs = [start.communicate()[0] for start in starts]
        assert sum("Setting up bespeak" in output for output in outputs) == 1
        assert sum("Another start is setting up" in output for output in outputs) == 1
        assert [start.returncode for start in starts] == [0, 0]


@pytest.mark.slow
def test_a_folder_with_foreign_letters_and_spaces_works_in_any_language(tmp_path):
    """A second start in other language settings finds the same environment."""
    folder = _make_project(tmp_path / "\u7a7a \u0142 house")
    for settings in (
        {"PYTHONIOENCODING": "cp1252"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ):
        started = subprocess.run(
            _command(), cwd=folder, env=_environment(folder) | settings, capture_output=True, check=False
        )
        assert started.returncode == 0, started.stderr
        set_up = b"Setting up bespeak" in started.stdout
        assert set_up is ("PYTHONIOENCODING" in settings)


def test_a_missing_venv_module_is_named_with_its_debian_package(bootstrap, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else name)
    with pytest.raises(bootstrap.SetupError, match=r"apt-get install python3\.\d+-venv"):
        bootstrap._make_venv()


def test_a_folder_that_cannot_be_written_is_named(bootstrap, monkeypatch, tmp_path):
    monkeypatch.setattr(bootstrap, "TURN", tmp_path)  # a folder: not to be opened as a file
    with pytest.raises(bootstrap.SetupError, match="cannot be written to"), bootstrap._turn():
        pass


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (
            "WARNING: Retrying after NewConnectionError(...)\nERROR: No matching distribution found for x",
            "index cannot be",
        ),
        ("SSLError(SSLCertVerificationError(1, ...))", "index cannot be reached"),
        ("ERROR: No matching distribution found for x==1", "no build of it for this Python"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("error: subprocess-exited-with-error", "no build that is ready"),
        ("something new", "could not be installed"),
    ],
)
def test_what_pip_says_is_put_in_words(bootstrap, words, what):
    reason = bootstrap.reason(words)
    assert what in reason.splitlines()[0]
    assert words.splitlines()[-1] in reason


def test_an_unknown_command_is_answered_with_the_known_ones(bootstrap, capsys):
    assert bootstrap.main(["labb"]) == 2
    told = capsys.readouterr().err
    assert "There is no command 'labb'." in told
    assert all(f"  {name} " in told for name in bootstrap.COMMANDS)


def test_every_program_of_a_command_is_there(bootstrap):
    programs = [program[0] for _, programs in bootstrap.COMMANDS.values() for program in programs]
    assert [name for name in programs if name != "-m" and not (ROOT / name).is_file()] == []


def test_an_old_python_is_told_what_is_needed(monkeypatch):
    source = (ROOT / "toolkit" / "__init__.py").read_text(encoding="utf8")
    monkeypatch.setattr(sys, "version_info", (3, 8, 18))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer; this is Python 3\.8"):
        exec(compile(source, "toolkit", "exec"), {})


def test_an_old_python_can_read_the_file_that_tells_it():
    source = (ROOT / "toolkit" / "__init__.py").read_text(encoding="utf8")
    assert ast.parse(source, feature_version=(3, 4))
    assert "f'" not in source
    assert 'f"' not in source


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py"])
def test_the_bootstrap_needs_the_standard_library_only(name):
    nodes = list(ast.walk(ast.parse((ROOT / "toolkit" / name).read_text(encoding="utf8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    froms = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {module.split(".")[0] for module in plain | froms} <= set(sys.stdlib_module_names)
