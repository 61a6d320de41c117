"""The command ``bespeak``: it finds the program that is asked for and hands the arguments over."""

from __future__ import annotations

import io
import os
import runpy
import sys
import threading
from collections.abc import Sequence
from importlib.metadata import version

from bespeak.errors import BespeakError

_USAGE = """bespeak COMMAND [ARGUMENTS ...]
  lab       open JupyterLab on the start notebook, with the sandbox behind it
  sandbox   serve the sandbox alone
  doctor    say how everything stands: world, person, roles, clock, hosts, journal
  usage     read usage into the local store, say what is there, take files in
  journal   list, verify, recover and settle what was bought
  keys      keep the secrets of an application in the key store of the system
  --version
bespeak COMMAND --help tells more."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command that the arguments name and returns its exit code."""
    name, *rest = (sys.argv[1:] if argv is None else argv) or [""]
    _write_anything()
    try:
        return _run(name, rest)
    except BespeakError as error:
        print(f"bespeak: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _write_anything() -> None:
    """Lets no letter of a path or a name stop us: what the output's encoding lacks is written as its number."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _run(name: str, rest: Sequence[str]) -> int:
    if name == "lab":
        from bespeak import lab  # noqa: PLC0415  Jupyter's modules are not wanted for the sandbox

        return lab.main(rest)
    if name == "sandbox":
        return _sandbox(rest)
    if name in {"doctor", "journal", "usage"}:
        return _in_a_world(name, rest)
    if name == "keys":
        from bespeak import keys_command  # noqa: PLC0415  the key store is not wanted for Lab and sandbox

        return keys_command.main(rest)
    if name == "--version":
        print(version("bespeak"))
        return 0
    print(_USAGE, file=sys.stdout if name in {"-h", "--help"} else sys.stderr)
    return 0 if name in {"-h", "--help"} else 2


def _in_a_world(name: str, rest: Sequence[str]) -> int:
    """Runs a command that opens a world."""
    from bespeak import doctor_command, journal_command, usage_command  # noqa: PLC0415  pandas is not wanted for Lab

    commands = {"doctor": doctor_command, "journal": journal_command, "usage": usage_command}
    return int(commands[name].main(rest))


def _sandbox(rest: Sequence[str]) -> int:
    """Serves the sandbox in this process; with ``--with-parent`` until the standard input closes."""
    if "--with-parent" in rest:
        threading.Thread(target=_leave_with_parent, daemon=True).start()
    sys.argv = ["bespeak sandbox", *(argument for argument in rest if argument != "--with-parent")]
    runpy.run_module("bespeak.sandbox", run_name="__main__", alter_sys=False)
    return 0


def _leave_with_parent() -> None:
    """Ends this process when the one that started it is gone, whatever became of it."""
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
