"""The sandbox and Lab as child processes: started, heard out, stopped. They end with us, whatever ends us.

A child holds the other end of a pipe, which closes when its parent is gone, killed outright included.
``python -m bespeak.child MODULE ARGUMENTS`` runs a module of somebody else's in this way.
"""

from __future__ import annotations

import json
import os
import queue
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bespeak.errors import BespeakError

#: Seconds that the sandbox may take to make its world, and that a program may take to stop.
_READY_WITHIN, _STOP_WITHIN = 60.0, 10.0


def main(argv: Sequence[str]) -> None:
    """Runs a module as its command would; when standard input closes, it is told to stop, and after a while it must.

    The module itself has nothing to read.
    """
    lifeline = os.dup(0)
    with open(os.devnull) as nothing:  # noqa: PTH123  a file descriptor is wanted
        os.dup2(nothing.fileno(), 0)
    threading.Thread(target=_end_with_parent, args=(lifeline,), daemon=True).start()
    sys.argv = list(argv)
    runpy.run_module(argv[0], run_name="__main__", alter_sys=True)


def _end_with_parent(lifeline: int) -> None:
    while os.read(lifeline, 1):
        pass
    if os.name != "nt":  # on Windows this would be to kill at once
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(_STOP_WITHIN)
    os._exit(0)


class StartError(BespeakError):
    """A program that Lab needs did not start."""


class Sandbox:
    """A served sandbox: its address with the token, what else it told when it was ready, and its process."""

    def __init__(self, process: subprocess.Popen[str], told: Mapping[str, Any], log: Path) -> None:
        self.process = process
        self.address = {"url": str(told["url"]), "token": str(told["token"])}
        self.told = told
        self.log = log


@contextmanager
def served_sandbox(command: Sequence[str], log: Path) -> Iterator[Sandbox]:
    """Starts the command, which prints its address as a line of JSON when ready, and stops it at the end."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf8") as words:
        process = subprocess.Popen(  # noqa: S603  our own program, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=words,
            encoding="utf8",
            errors="replace",
            start_new_session=True,  # keeps Ctrl-C away: it must outlive Lab's last requests
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
        )
    try:
        yield Sandbox(process, _first_line(process, log), log)
    finally:
        stop(process)


def _first_line(process: subprocess.Popen[str], log: Path) -> dict[str, Any]:
    """What the sandbox prints when it is ready: its address, its token and more."""
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_read_out, args=(process, lines), daemon=True).start()
    try:
        told = json.loads(lines.get(timeout=_READY_WITHIN))
        return {**told, "url": str(told["url"]), "token": str(told["token"])}
    except (queue.Empty, ValueError, KeyError, TypeError) as error:
        what = _what_happened(process, error)
        raise StartError(f"The sandbox {what}.", f"Its own words are in {log}{_last_words(log)}") from error


def _what_happened(process: subprocess.Popen[str], error: Exception) -> str:
    if isinstance(error, queue.Empty):
        return f"was not ready in {_READY_WITHIN:.0f} s"
    try:
        return f"ended with exit code {process.wait(timeout=1)}"
    except subprocess.TimeoutExpired:
        return "said something else than its address"


def _read_out(process: subprocess.Popen[str], lines: queue.Queue[str]) -> None:
    """Reads the sandbox's output to its end, so that it never waits for a reader."""
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)
    lines.put("")


def _last_words(log: Path) -> str:
    words = log.read_text(encoding="utf8", errors="replace").strip().splitlines()
    return f"; the last of them: {words[-1]}" if words else "."


def stop(process: subprocess.Popen[str]) -> None:
    """Ends a process: politely, and after a while for certain."""
    if process.stdin:
        process.stdin.close()
    if sys.platform != "win32" and process.poll() is None:
        process.terminate()  # on Windows that would be to kill, and Ctrl-C has reached it already
    try:
        process.wait(timeout=_STOP_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    main(sys.argv[1:])
