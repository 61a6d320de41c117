"""``bespeak lab``: JupyterLab on working copies of the notebooks, with one served sandbox behind all of them.

Two programs are started and stopped together: the sandbox, whose address the kernels learn from the environment
variable BESPEAK_SANDBOX, and JupyterLab. Jupyter's own settings and further arguments pass through.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import webbrowser
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import platformdirs
from jupyter_core.paths import jupyter_runtime_dir

from bespeak.child import Sandbox, served_sandbox, stop
from bespeak.errors import InputError
from bespeak.working_copies import refresh, shipped_notebooks

START_NOTEBOOK = "00_start_here.ipynb"

#: Lab asks nobody outside for news, newer versions or extensions.
_QUIET = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    "--ServerApp.kernel_websocket_connection_class=bespeak.lab_socket.PromptConnection",
    "--Application.log_level=WARN",
)


def main(argv: Sequence[str]) -> int:
    """Runs Lab and the sandbox until Lab ends, and returns Lab's exit code."""
    options, further = _parser().parse_known_args(argv)
    folder = choose_folder(options.folder, os.environ, Path.home())
    _prepare(folder)
    command = [sys.executable, "-m", "bespeak.cli", "sandbox", "--with-parent", *_world(options)]
    with served_sandbox(command, folder / ".bespeak" / "sandbox.log") as sandbox:
        _say_which_world(sandbox.told)
        return _run(folder, sandbox, further)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "bespeak lab",
        description="Open JupyterLab on the start notebook, with the sandbox behind it. "
        "Further arguments go to JupyterLab, as do its own settings such as JUPYTER_PORT and JUPYTER_TOKEN.",
        allow_abbrev=False,
    )
    parser.add_argument("--folder", help="where the working copies of the notebooks are (~/bespeak)")
    parser.add_argument("--seed", type=int, default=1, help="which sandbox world to make (1)")
    parser.add_argument("--fresh", action="store_true", help="begin the sandbox world anew")
    return parser


def _world(options: argparse.Namespace) -> list[str]:
    """The arguments for a world that outlives this Lab; journals find it again by its instance id."""
    folder = Path(platformdirs.user_data_dir("bespeak", appauthor=False)) / "sandbox"
    kept = ["--state", str(folder / f"lab-{options.seed}.world"), "--unkept-if-in-use"]
    return ["--seed", str(options.seed), *kept, *(["--fresh"] if options.fresh else [])]


def _say_which_world(told: Mapping[str, object]) -> None:
    """Says whether the world goes on, begins, or will not be kept."""
    if told.get("kept") is False:
        print(
            "Another Lab uses the kept sandbox world; this Lab has one of its own, which ends with it.",
            flush=True,
        )
    elif told.get("went_on"):
        print(f"The sandbox world goes on at {told['date']}; 'bespeak lab --fresh' begins anew.", flush=True)


def choose_folder(asked: str | None, environ: Mapping[str, str], home: Path) -> Path:
    """The folder of the working copies: as asked, else BESPEAK_FOLDER, else ``bespeak`` in the home folder.

    It is never the checkout itself, nor where the toolkit's own notebooks are: customers' figures would get into
    a commit.
    """
    shipped = shipped_notebooks()
    wanted = asked or environ.get("BESPEAK_FOLDER")
    folder = Path(wanted).expanduser().resolve() if wanted else home / "bespeak"
    if folder not in {shipped, shipped.parent}:
        return folder
    if wanted:
        raise InputError(
            f"{folder} belongs to the toolkit itself.", "Name a folder of your own with --folder."
        )
    return home / "bespeak-notebooks"


def _prepare(folder: Path) -> None:
    """Brings the working copies up to date and says what happened to them."""
    delivery = refresh(shipped_notebooks(), folder)
    print(f"Notebooks: {folder}", flush=True)
    if delivery.beside:
        print("You changed notebooks of which there is a newer version; it is beside yours:")
        print(*(f"  {name}" for name in delivery.beside), sep="\n", flush=True)


def _start_lab(
    folder: Path, sandbox: Mapping[str, str], further: Sequence[str], lifeline: int = subprocess.DEVNULL
) -> subprocess.Popen[str]:
    """Starts JupyterLab in the folder; what the person gave comes last, so that it wins.

    It ends when the other end of ``lifeline``, a pipe, is closed.
    """
    settings = [f"--ServerApp.root_dir={folder}", *_QUIET, *_as_root()]
    if (folder / START_NOTEBOOK).exists():
        settings.append(f"--LabApp.default_url=/lab/tree/{quote(START_NOTEBOOK)}")
    if not has_browser(os.environ, sys.platform, webbrowser.get):
        settings.append("--no-browser")
    environment = {**os.environ, "BESPEAK_SANDBOX": json.dumps(sandbox), "JUPYTER_CONFIG_PATH": _settings()}
    command = [sys.executable, "-m", "bespeak.child", "jupyterlab", *settings, *further]
    return subprocess.Popen(  # noqa: S603  our own program, no shell
        command,
        env=environment,
        text=True,
        stdin=lifeline,
        start_new_session=True,  # keeps Ctrl-C away: Jupyter can hang when an interrupt and our stop meet
    )


def _settings() -> str:
    """Where Jupyter looks for settings: the person's own places, then ours, which keep Lab from asking about news."""
    ours = str(Path(__file__).parent / "lab_settings")
    return os.pathsep.join(filter(None, (os.environ.get("JUPYTER_CONFIG_PATH"), ours)))


def _as_root() -> list[str]:
    return ["--allow-root"] if sys.platform != "win32" and os.geteuid() == 0 else []


def has_browser(environ: Mapping[str, str], platform: str, get: Callable[[], object]) -> bool:
    """Whether a browser with a window can be opened; one in the terminal would take the terminal from Lab."""
    if platform not in {"win32", "darwin"} and not {"DISPLAY", "WAYLAND_DISPLAY", "BROWSER"} & set(environ):
        return False
    try:
        get()
    except webbrowser.Error:
        return False
    return True


def _run(folder: Path, sandbox: Sandbox, further: Sequence[str]) -> int:
    """Runs Lab until it ends or we are asked to stop, and returns its exit code; 0 when we were asked."""
    left = _servers()
    with _wishes_to_stop() as asked, _lifeline() as end:  # before there is a Lab that could be left behind
        lab = _start_lab(folder, sandbox.address, further, end)
        try:
            return _watch(lab, sandbox, lambda: _announce(lab, folder, left), asked)
        finally:
            stop(lab)


@contextmanager
def _lifeline() -> Iterator[int]:
    """The end of a pipe whose other end is closed after the block, or when this process is gone."""
    theirs, ours = os.pipe()
    try:
        yield theirs
    finally:
        os.close(ours)
        os.close(theirs)


def _watch(
    lab: subprocess.Popen[str], sandbox: Sandbox, announce: Callable[[], bool], asked: Sequence[int]
) -> int:
    """Waits for Lab or for a wish to stop, lets the address be said once, and says it when the sandbox dies."""
    announced, warned = False, False
    while (code := _code_of(lab)) is None and not asked:
        announced = announced or announce()
        if not warned and sandbox.process.poll() is not None:
            warned = True
            print(
                f"The sandbox stopped (exit code {sandbox.process.returncode}); notebooks cannot reach it any "
                f"more. Its own words are in {sandbox.log}. Stop Lab and start again.",
                file=sys.stderr,
                flush=True,
            )
    if code and not announced:
        print(f"JupyterLab did not start (exit code {code}); its own words are above.", file=sys.stderr)
    return code or 0


def _code_of(process: subprocess.Popen[str]) -> int | None:
    """The exit code, or None when the process still runs after a moment."""
    try:
        return process.wait(timeout=0.25)
    except subprocess.TimeoutExpired:
        return None


@contextmanager
def _wishes_to_stop() -> Iterator[list[int]]:
    """Where Ctrl-C, a closed terminal and a polite kill are noted, in place of what they do otherwise."""
    names = ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"]
    signals = [getattr(signal, name) for name in names if hasattr(signal, name)]
    asked: list[int] = []
    before = {number: signal.signal(number, lambda number, _: asked.append(number)) for number in signals}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _announce(lab: subprocess.Popen[str], folder: Path, left: Mapping[Path, int]) -> bool:
    """Prints Lab's address as soon as it has one; whether it was printed."""
    info = _server_info(lab.pid, folder, left)
    if info is None:
        return False
    page = f"lab/tree/{quote(START_NOTEBOOK)}" if (folder / START_NOTEBOOK).exists() else "lab"
    token = f"?token={info['token']}" if info.get("token") else ""
    print(f"JupyterLab: {info['url']}{page}{token}", "Ctrl-C stops it and the sandbox.", sep="\n", flush=True)
    return True


def _servers() -> dict[Path, int]:
    """The files in which Jupyter's servers say what they are, those of killed ones included, and when they changed."""
    found = {}
    for path in Path(jupyter_runtime_dir()).glob("jpserver-*.json"):
        with suppress(OSError):
            found[path] = path.stat().st_mtime_ns
    return found


def _server_info(
    pid: int, folder: Path, left: Mapping[Path, int], *, by_folder: bool = os.name == "nt"
) -> dict[str, str] | None:
    """What our server says of itself; ``left`` are the files that were there before it.

    On Windows it has another process id than the one we started, so it is known by its folder.
    """
    for path, changed in _servers().items():
        if left.get(path) == changed:
            continue
        try:
            info = json.loads(path.read_text(encoding="utf8"))
            ours = info["pid"] == pid or (by_folder and Path(info["root_dir"]).resolve() == folder.resolve())
        except (OSError, ValueError, KeyError):
            continue
        if ours:
            return {key: str(info[key]) for key in ("url", "token")}
    return None
