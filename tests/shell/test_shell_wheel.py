"""The wheel is whole: somebody who installs it needs no checkout, and it installs no generic name."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = """
import sys
sys.path.insert(0, sys.argv[1])
import bespeak, bespeak_widgets
from bespeak.working_copies import shipped_notebooks
print(bespeak.__file__, bespeak_widgets.__file__, shipped_notebooks(), sep="\\n")
print(bespeak.connect())
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The folder into which the wheel was unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_it_installs_two_packages_and_nothing_else(wheel):
    assert {path.name for path in wheel.iterdir()} == {
        "bespeak",
        "bespeak_widgets",
        "bespeak-0.1.0.dist-info",
    }


@pytest.mark.parametrize("folder", ["notebooks", "sample_data"])
def test_it_ships_what_is_tracked(wheel, folder):
    listed = subprocess.run(
        ["git", "ls-files", "-z", folder], cwd=ROOT, check=True, capture_output=True
    ).stdout
    tracked = {name for name in listed.decode().split("\0") if name}
    assert tracked <= {
        path.relative_to(wheel / "bespeak").as_posix() for path in (wheel / "bespeak").rglob("*")
    }


def test_it_ships_the_notices_of_the_data(wheel):
    licences = wheel / "bespeak-0.1.0.dist-info" / "licenses"
    assert (licences / "LICENSE").exists()
    assert (licences / "sample_data" / "LICENSES.md").exists()


def test_it_runs_without_the_checkout(wheel, tmp_path):
    command = [sys.executable, "-P", "-c", RUN, str(wheel)]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    *places, session = done.stdout.splitlines()
    assert [place for place in places if not place.startswith(str(wheel))] == []
    assert session.startswith("Session(sandbox, in this kernel")
