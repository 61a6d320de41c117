"""``python3 -m toolkit lab``: sets up what is needed beside the project, then runs the command there.

This is the bootstrap: it needs Python 3.11 and its standard library, nothing else. It makes ``.venv``,
installs the hash-pinned ``requirements.lock`` and the project itself, writes a stamp, and from then on only
compares the stamp.
What the commands do is not told here: each is a program that runs in the environment.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "bespeak-stamp.json"
LOCK = ROOT / "requirements.lock"
#: Held while the environment is built, so that two starts at once do not fight; .venv itself is cleared.
TURN = ROOT / ".venv.lock"

_PYTEST = (
    "-m",
    "pytest",
    "--nbval",
    "--nbval-current-env",
    "--nbval-cell-timeout=60",
    "-n",
    "2",
    "--dist",
    "loadfile",
)
_LINT = (
    ("-m", "ruff", "format", "--check", "."),
    ("-m", "ruff", "check", "."),
    ("-m", "mypy"),
    ("-m", "mypy", "toolkit/__main__.py"),
)
_COMPILE = (
    "-m",
    "uv",
    "pip",
    "compile",
    "pyproject.toml",
    "--extra",
    "dev",
    "--universal",
    "--generate-hashes",
)

_QUIET = ("--no-header", "--quiet")

#: Each command: what it does, and the programs it runs in turn; further arguments go to the last one.
COMMANDS: Mapping[str, tuple[str, tuple[tuple[str, ...], ...]]] = {
    "lab": (
        "open JupyterLab on the start notebook, with the sandbox behind it",
        (("-m", "bespeak.cli", "lab"),),
    ),
    "sandbox": ("serve the sandbox alone", (("-m", "bespeak.cli", "sandbox"),)),
    "doctor": ("say how everything stands", (("-m", "bespeak.cli", "doctor"),)),
    "usage": ("read usage into the local store", (("-m", "bespeak.cli", "usage"),)),
    "journal": ("list, verify, recover and settle what was bought", (("-m", "bespeak.cli", "journal"),)),
    "keys": ("keep the secrets of an application", (("-m", "bespeak.cli", "keys"),)),
    "test": ("run all tests and notebooks", (_PYTEST,)),
    "lint": ("check format, lint and types", _LINT),
    "check": ("lint, then test", (*_LINT, _PYTEST)),
    "notebooks": (
        "run the notebooks and write their reference outputs",
        (("tests/tools/write_outputs.py",),),
    ),
    "pictures": ("take the pictures of the README", (("tests/tools/take_pictures.py",),)),
    "soak": ("run the notebooks as tests 20 times in a row", (("tests/tools/soak.py",),)),
    "laws": ("hold the sandbox to its laws over a million random steps", (("tests/tools/laws.py",),)),
    "schema": ("try the sandbox against its own description at length", (("tests/tools/schema.py",),)),
    "kill9": ("kill a buying process at every point, 500 times", (("tests/sim/kill9.py",),)),
    "never-writes": (
        "run all notebooks 5 times against a world that counts writes",
        (("tests/tools/run_all.py",),),
    ),
    "sim": ("run purchases under random faults: [RUNS] [FIRST SEED]", (("tests/sim/simulator.py",),)),
    "bugs": ("plant mistakes and see the simulator find each", (("tests/sim/planted.py",),)),
    "mutants": (
        "plant mistakes in the modules that guard money and see the tests find them: [MODULE ...]",
        (("tests/tools/mutants.py",),),
    ),
    "bench": ("run the benchmarks and write bench.json", (("tests/bench/run.py",),)),
    "spark": (
        "install PySpark (450 MB, needs Java) and compare the steps on it with DuckDB and pandas",
        (
            ("-m", "pip", "install", "--quiet", "--require-hashes", "-r", "requirements-spark.lock"),
            ("-m", "pytest", "-n", "0", "-q", "tests/steps/test_steps_spark.py"),
        ),
    ),
    "engines": (
        "the engines over 5, 20, 52 and 200 million rows, an hour: [MILLIONS ...]",
        (("tests/bench/engines.py",),),
    ),
    "lock": (
        "compile requirements.lock and requirements-spark.lock anew",
        (
            (*_COMPILE, "--no-header", "--quiet", "-o", "requirements.lock"),
            (
                *_COMPILE,
                "--extra",
                "spark",
                "-c",
                "requirements.lock",
                *_QUIET,
                "-o",
                "requirements-spark.lock",
            ),
        ),
    ),
}

#: These are for the person's own folders, so that they run where they were called.
_OURS = frozenset({"lab", "sandbox", "doctor", "journal", "keys", "usage"})

_PYTHONS = "Python 3.11 to 3.13 are known to work."
#: What pip says when it fails, and what that means; the first that is found counts.
_REASONS = {
    "No space left on device": "the disk is full; about 1 GB is needed.",
    "DO NOT MATCH THE HASHES": "a package that was downloaded is not the one that requirements.lock names.",
    "NewConnectionError|NameResolutionError|ConnectTimeout|Read ?timed out|ProxyError|SSLError"
    "|Connection (reset|refused)": "the package index cannot be reached. Check the network; behind a proxy or "
    "with an index of your own set pip's own settings (PIP_PROXY, PIP_INDEX_URL, PIP_CERT), then start again.",
    "No matching distribution|Could not find a version": "the package index does not know a package, or has "
    f"no build of it for this Python and machine. {_PYTHONS}",
    "metadata-generation-failed|Failed building|subprocess-exited-with-error": "a package has no build that is "
    f"ready for this Python and machine. {_PYTHONS}",
    "Permission denied|Access is denied": "a file of .venv cannot be written; is it in use, or another user's?",
}


class SetupError(Exception):
    """Something that is needed is missing; the message says what, and what to do."""


def main(argv: Sequence[str]) -> int:
    """Runs the command that the arguments name and returns its exit code."""
    name, rest = "".join(argv[:1]), argv[1:]
    _write_anything()
    if name not in COMMANDS:
        return _usage(name)
    try:
        prepare()
        return _run_all(name, rest)
    except SetupError as error:
        print(f"bespeak cannot start: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


def _write_anything() -> None:
    """Lets no letter of a path stop us: what the output's encoding lacks is written as its number."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _usage(name: str) -> int:
    asked = name in {"-h", "--help", "help"}
    if name and not asked:
        print(f"There is no command '{name}'.", file=sys.stderr)
    lines = [f"  {command:10} {what}" for command, (what, _) in COMMANDS.items()]
    print(
        "python3 -m toolkit COMMAND [ARGUMENTS ...]",
        *lines,
        sep="\n",
        file=sys.stdout if asked else sys.stderr,
    )
    return 0 if asked else 2


def _run_all(name: str, rest: Sequence[str]) -> int:
    """Runs all programs of a command, even when one fails; a single one takes this process's place."""
    *first, last = COMMANDS[name][1]
    programs = [*first, (*last, *rest)]
    if name not in _OURS:
        os.chdir(ROOT)
    if len(programs) == 1 and os.name != "nt":
        sys.stdout.flush()
        os.execve(PYTHON, [str(PYTHON), *programs[0]], _environment(name))  # noqa: S606  our own, and no shell
    codes = [_run(program, _environment(name)) for program in programs]
    for program in (
        program for program, code in zip(programs, codes, strict=True) if code and len(programs) > 1
    ):
        print(f"Failed: {' '.join(program[1:4])}", file=sys.stderr)
    return next(filter(None, codes), 0)


def _run(program: Sequence[str], environment: Mapping[str, str]) -> int:
    """The exit code of a program in the environment; after Ctrl-C it is waited for, since it was told too."""
    process = subprocess.Popen([str(PYTHON), *program], env=environment)
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.wait()
        raise


def _environment(name: str = "") -> dict[str, str]:
    """What programs see: not another Python's home, and a sandbox that somebody else started only to look at it."""
    dropped = {"PYTHONHOME"} if name in {"doctor", "journal", "usage"} else {"BESPEAK_SANDBOX", "PYTHONHOME"}
    kept = {key: value for key, value in os.environ.items() if key not in dropped}
    return kept | ({"BESPEAK_REQUIRE_SPARK": "1"} if name == "spark" else {})


def prepare() -> None:
    """Makes sure that ``.venv`` holds what the lock names, or raises ``SetupError``."""
    if is_ready():
        return
    with _turn():
        if not is_ready():
            _set_up()


def wanted() -> dict[str, str]:
    """What the environment must have been made from: which Python, where, which lock, which project file."""
    return {
        "python": f"{sys.version} {_same(sys.base_prefix)}",
        "place": _same(ROOT),
        "lock": hashlib.sha256(LOCK.read_bytes()).hexdigest(),
        "project": hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest(),
    }


def _same(path: str | Path) -> str:
    """A path in words that do not depend on the language settings of the start."""
    return os.fsencode(path).decode("utf8", "backslashreplace")


def is_ready() -> bool:
    """Whether the stamp is the wanted one and what it lists is still there."""
    stamp = _stamp()
    return all(stamp.get(key) == value for key, value in wanted().items()) and _is_whole(stamp)


def _stamp() -> dict[str, object]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _is_whole(stamp: Mapping[str, object]) -> bool:
    """Whether all that was installed is still there, and the environment's Python finds the project."""
    listed = stamp.get("installed")
    if not isinstance(listed, list) or not listed or not set(listed) <= set(_installed()):
        return False
    probe = (
        "import importlib.util as u, sys; sys.exit(not (u.find_spec('bespeak') and u.find_spec('pytest')))"
    )
    try:
        return (
            subprocess.run([str(PYTHON), "-I", "-c", probe], capture_output=True, check=False).returncode == 0
        )
    except OSError:  # the Python that it was made with is gone
        return False


def _installed() -> list[str]:
    return sorted(entry.name for entry in _in_site_packages("*.dist-info"))


def _in_site_packages(pattern: str) -> list[Path]:
    folders = [VENV / "Lib/site-packages"] if os.name == "nt" else VENV.glob("lib/python*/site-packages")
    return [entry for folder in folders for entry in folder.glob(pattern)]


def _set_up() -> None:
    """Builds the environment; only installs the project again when nothing but its project file changed."""
    began, stamp, want = time.monotonic(), _stamp(), wanted()
    if not (all(stamp.get(key) == want[key] for key in ("python", "place", "lock")) and _is_whole(stamp)):
        packages = len(re.findall(rb"(?m)^[a-zA-Z0-9]", LOCK.read_bytes()))
        print(f"Setting up bespeak in {VENV}: {packages} packages, about a minute, this once ...", flush=True)
        _make_venv()
        _pip("install", "--require-hashes", "-r", str(LOCK))
    _pip("install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT), PIP_REQUIRE_HASHES="0")
    _spell_out_paths()
    _write_stamp({**want, "installed": _installed()})
    print(f"Ready after {time.monotonic() - began:.0f} s.", flush=True)


def _make_venv() -> None:
    """Makes an empty environment; what was in ``.venv`` goes."""
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SetupError(
            "this Python lacks its own modules 'venv' and 'ensurepip'. Debian and Ubuntu keep them in a package "
            f"of their own: sudo apt-get install python{version}-venv (or python3-venv). Then start again."
        )
    base = getattr(sys, "_base_executable", None) or sys.executable
    STAMP.unlink(missing_ok=True)
    made = subprocess.run(
        [base, "-m", "venv", "--clear", str(VENV)],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if made.returncode != 0:
        words = (made.stderr or made.stdout).strip()
        raise SetupError(f"the environment {VENV} cannot be made. Python's own words: {words}")


def _pip(*arguments: str, **settings: str) -> None:
    """Runs pip in the environment with the user's own pip settings; raises ``SetupError`` with a reason."""
    elsewhere = {"PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"}  # they would install to another place
    env = {key: value for key, value in _environment().items() if key not in elsewhere}
    command = [
        str(PYTHON),
        "-I",
        "-m",
        "pip",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        *arguments,
    ]
    done = subprocess.run(
        command,
        env={**env, "PIP_USER": "0", **settings},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise SetupError(reason(done.stdout + done.stderr))


def _spell_out_paths() -> None:
    """Rewrites what tells the environment where the project is, when the path has letters outside ASCII.

    It is written in UTF-8, but before 3.13 Python reads it in the system's own encoding, on Windows another one.
    """
    for listed in _in_site_packages("*bespeak*.pth"):
        text = listed.read_text(encoding="utf8")
        if not text.isascii():
            paths = [repr(path.encode("utf8")) for path in text.splitlines()]
            lines = [f"import os, sys; sys.path.append(os.fsdecode({path}))\n" for path in paths]
            listed.write_text("".join(lines), encoding="ascii")


def reason(words: str) -> str:
    """What pip's words mean for the person, followed by the last of them."""
    found = (what for pattern, what in _REASONS.items() if re.search(pattern, words, re.IGNORECASE))
    last = "\n".join(f"    {line}" for line in words.strip().splitlines()[-6:])
    return f"{next(found, 'the packages could not be installed.')}\n  pip's own last words:\n{last}"


def _write_stamp(stamp: Mapping[str, object]) -> None:
    """Writes the stamp in one go, last of all: an environment without one is not whole."""
    draft = STAMP.with_suffix(".new")
    draft.write_text(json.dumps(stamp, indent=1), encoding="utf8")
    draft.replace(STAMP)


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    """Waits until no other start builds the environment; the turn ends with the process, whatever ends it."""
    try:
        handle = TURN.open("a", encoding="utf8")
    except OSError as error:
        raise SetupError(
            f"the folder {ROOT} cannot be written to ({error.strerror}). "
            "Clone the project into a folder of your own and start there."
        ) from error
    with handle:
        if not _take(handle.fileno()):
            print("Another start is setting up the environment; waiting for it ...", flush=True)
            while not _take(handle.fileno()):
                time.sleep(0.2)
        yield


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> bool:
        """Whether the turn is ours now."""
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _take(handle: int) -> bool:
        """Whether the turn is ours now; a file system without locks gives it to everybody."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
