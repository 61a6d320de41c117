"""What the doctor reads of this machine: environment, clock, disk, versions. The only one of its modules that does."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import sqlite3
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bespeak.catalogue.files import sample_data
from bespeak.doctor.facts import Home, Version

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
#: Versions below which holes are known (advisories of 2025 and 2026), and parts that are named without a floor.
_WANTED = {
    "bespeak": "",
    "jupyterlab": "4.6.2",
    "jupyter-server": "2.20",
    "nbconvert": "7.17",
    "ipywidgets": "8.1",
    "httpx": "0.28",
    "msal": "1.36",
}
#: These come with other tools; when they are there they must be new enough.
_IF_THERE = {"azure-core": "1.38", "pyarrow": "14.0.1"}
_MODULES = ("bespeak_widgets", "ipywidgets", "anywidget", "jupyterlab_widgets")


def wall_clock() -> datetime:
    """The time of day of this machine (UTC)."""
    return datetime.now(UTC)


def proxy_names(environ: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The proxy variables that are set, in either letter case, without their values."""
    told = os.environ if environ is None else environ
    return tuple(sorted(name for name in told if name.upper() in _PROXIES and told[name]))


def home_of(folder: Path) -> Home:
    """The folder as the system shows it; nothing is written to find that out."""
    mine = None
    if os.name == "posix":
        mode = stat.S_IMODE(folder.stat().st_mode)
        mine = not mode & (stat.S_IRWXG | stat.S_IRWXO)
    return Home(str(folder), mine, os.access(folder, os.W_OK), shutil.disk_usage(folder).free)


def versions() -> tuple[Version, ...]:
    """The parts that matter, with their floors."""
    named = [Version(name, _version(name), floor) for name, floor in _WANTED.items()]
    also = [Version(name, _version(name), floor) for name, floor in _IF_THERE.items() if _version(name)]
    first = [Version("Python", platform.python_version(), "3.11"), Version("SQLite", sqlite3.sqlite_version)]
    return (*first, *named, *also)


def missing_parts() -> tuple[str, ...]:
    """What should have come with the installation and is not there."""
    modules = [name for name in _MODULES if importlib.util.find_spec(name) is None]
    data = [] if (sample_data() / "reference" / "sizes.csv").is_file() else ["sample data"]
    return (*modules, *data)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
