"""A package that is not the one that the lock names is refused before anything of it is installed."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAME = "bespeak_probe-1.0-py3-none-any.whl"


def wheel(folder: Path, code: str) -> Path:
    """The smallest wheel: one module, its metadata, and a record of both that is right."""
    info = "bespeak_probe-1.0.dist-info"
    files = {
        "bespeak_probe.py": code,
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: bespeak-probe\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={_digest(text)},{len(text)}\n" for path, text in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n"
    with zipfile.ZipFile(folder / NAME, "w") as packed:
        for path, text in files.items():
            packed.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), text)
    return folder / NAME


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def install(folder: Path, lock: Path) -> subprocess.CompletedProcess[str]:
    """What pip says to the lock, from this folder alone."""
    options = ["--require-hashes", "--no-index", "--no-deps", "--no-cache-dir", "--disable-pip-version-check"]
    places = ["--find-links", str(folder), "--target", str(folder / "installed"), "-r", str(lock)]
    command = [sys.executable, "-I", "-m", "pip", "install", "--quiet", *options, *places]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def bootstrap():
    """The program behind ``python3 -m toolkit``."""
    spec = importlib.util.spec_from_file_location("bootstrap_of_faults", ROOT / "toolkit/__main__.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_f68_an_altered_wheel_is_refused_by_its_locked_hash_and_nothing_of_it_is_installed(tmp_path):
    locked = wheel(tmp_path, "value = 1\n")
    lock = tmp_path / "requirements.lock"
    digest = hashlib.sha256(locked.read_bytes()).hexdigest()
    lock.write_text(f"bespeak-probe==1.0 --hash=sha256:{digest}\n", encoding="utf8")
    assert install(tmp_path, lock).returncode == 0
    assert (tmp_path / "installed/bespeak_probe.py").exists()

    wheel(tmp_path, "value = 2\n")
    (tmp_path / "installed/bespeak_probe.py").unlink()
    refused = install(tmp_path, lock)

    assert refused.returncode != 0
    assert not (tmp_path / "installed/bespeak_probe.py").exists()
    assert "is not the one that requirements.lock names" in bootstrap().reason(
        refused.stdout + refused.stderr
    )


def test_f68_every_package_of_the_lock_has_a_version_and_hashes_and_the_set_up_demands_them():
    text = (ROOT / "requirements.lock").read_text(encoding="utf8").replace("\\\n", " ")
    packages = [one for one in text.splitlines() if one.strip() and not one.lstrip().startswith("#")]
    assert len(packages) > 50
    assert not [
        one for one in packages if not re.match(r"[A-Za-z0-9._-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", one)
    ]
    assert '"--require-hashes"' in (ROOT / "toolkit/__main__.py").read_text(encoding="utf8")
