"""What must never come into the tree: ways to run data or to show text as HTML, secrets, outputs of other worlds."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = sorted(path for room in ("toolkit", "widgets") for path in (ROOT / room).rglob("*.py"))
TRACKED = [
    ROOT / name
    for name in subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    .stdout.decode()
    .split("\0")
    if name and (ROOT / name).is_file()
]

#: What a secret looks like.
SECRETS = {
    "token": r"eyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{20,}",
    "signed link": r"[?&]sig=[\w%+/-]{30,}",
    "private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40,}",
    "refresh token": r"\b[01]\.A[\w-]{60,}",
    "client secret of Entra ID": r"\b[\w~.-]{3}\dQ~[\w~.-]{31,34}\b",
    "key of a storage account": r"AccountKey=[\w+/]{60,}",
    "token of a code host": r"\b(?:gh[pousr]_\w{30,}|glpat-[\w-]{20,}|xox[abp]-[\w-]{20,}|AKIA[0-9A-Z]{16})\b",
}
#: Modules that run what they read, or that show a text as HTML, open it as a path, or fetch it as an address.
_MODULES = {
    "pickle",
    "cPickle",
    "dill",
    "cloudpickle",
    "marshal",
    "shelve",
    "yaml",
    "joblib",
    "jsonpickle",
    "IPython.display",
}
_CALLS = {"eval", "exec", "__import__", "os.system", "os.popen", "pd.read_pickle", "pd.read_html", "pd.eval"}
_METHODS = {"to_pickle", "read_pickle", "set_caption", "eval_js"}


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_module_runs_data_or_shows_a_text_as_html(path) -> None:
    assert list(faults(path.read_text(encoding="utf-8"), is_widget="bespeak_widgets" in path.parts)) == []


def faults(source: str, *, is_widget: bool = False):
    """What is wrong with a module, with its line."""
    for node in ast.walk(ast.parse(source)):
        for name in _imported(node):
            if any(name == one or name.startswith(f"{one}.") for one in _MODULES):
                yield node.lineno, f"import {name}"
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in _CALLS or called.split(".")[-1] in _METHODS:
                yield node.lineno, called
            if any(word.arg == "shell" and ast.unparse(word.value) != "False" for word in node.keywords):
                yield node.lineno, "shell"
            if re.fullmatch(r"(?:W|ipywidgets|widgets)\.(?:HTML|HTMLMath|Password)", called):
                yield node.lineno, called
        # Widgets have a style of their own; a data frame's escapes nothing.
        if isinstance(node, ast.Attribute) and node.attr == "style" and not is_widget:
            yield node.lineno, "style"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or "", *(f"{node.module}.{one.name}" for one in node.names)]
    return []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from IPython.display import HTML",
        "from IPython import display",
        "import yaml\nyaml.load(x)",
        "eval(x)",
        "subprocess.run(x, shell=True)",
        "os.system(x)",
        "frame.style.format()",
        "W.HTML(name)",
        "W.Password()",
        "frame.to_pickle(p)",
    ],
)
def test_each_of_them_is_seen(source) -> None:
    assert list(faults(source))


@pytest.mark.parametrize("kind", SECRETS)
def test_no_tracked_file_holds_a_secret(kind) -> None:
    pattern = re.compile(SECRETS[kind])
    texts = (
        (path, path.read_bytes().decode("latin-1")) for path in TRACKED if path.suffix not in {".png", ".gz"}
    )
    assert [path.relative_to(ROOT).as_posix() for path, text in texts if pattern.search(text)] == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (
            "token",
            "eyJ" + "hbGciOiJSUzI1NiIsIng1" + "." + "eyJ" + "hdWQiOiJodHRwczovL2Fw" + "." + "c2lnbmF0" * 4,
        ),
        ("signed link", "https://a.blob.core.windows.net/b?sv=1&sig=" + "a1%2B" * 10),
        ("private key", "-----BEGIN " + "PRIVATE KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0B" * 3),
        ("refresh token", "0.A" + "XkAbc_d-" * 10),
        ("client secret of Entra ID", "abc8" + "Q~" + "x1y2z3" * 5 + "abcd"),
        ("key of a storage account", "AccountKey=" + "abcd" * 20),
        ("token of a code host", "ghp" + "_" + "a1b2c3" * 6),
    ],
)
def test_each_secret_is_seen(kind, text) -> None:
    assert re.search(SECRETS[kind], text)


@pytest.mark.parametrize(
    "path", [path for path in TRACKED if path.suffix == ".ipynb"], ids=lambda path: path.name
)
def test_a_notebook_has_no_widget_state_and_no_output_of_another_world(path) -> None:
    made = json.loads(path.read_text(encoding="utf-8"))
    assert "widgets" not in made["metadata"]
    text = json.dumps([cell.get("outputs", []) for cell in made["cells"]])
    assert re.findall(r"Session\((?:LIVE|INTEGRATION)|Signed in as|\"text/html\": \[[^]]*<script", text) == []
