"""Which world connect() chooses, and what a session says and does."""

import json
import socket
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from bespeak.connect import connect, private_sandbox
from bespeak.errors import InputError, UnreachableError

SERVED = "BESPEAK_SANDBOX"


@pytest.fixture(autouse=True)
def _no_lab(monkeypatch, tmp_path):
    monkeypatch.delenv(SERVED, raising=False)
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_args, **_more: str(tmp_path / "data"))


@pytest.fixture
def closed():
    """What a Lab would say of a port that is taken and does not listen."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield json.dumps({"url": f"http://127.0.0.1:{taken.getsockname()[1]}", "token": "t"})


def test_without_a_lab_the_sandbox_is_in_this_kernel():
    session = connect()

    assert repr(session) == "Session(sandbox, in this kernel, 2026-11-16 00:00 UTC, synthetic data)"
    assert (session.world, session.where, session.instance) == ("sandbox", "in this kernel", "sandbox-1")


def test_the_seed_chooses_the_world():
    assert connect(seed=7).instance == "sandbox-7"


def test_two_fresh_worlds_share_neither_folder_nor_clock():
    first, second = connect(), connect()

    first.advance(days=1)

    assert first.home != second.home
    assert second.now().day == 16


def test_the_folder_of_a_world_is_private_and_goes_with_the_kernel():
    program = (
        "import stat\n"
        "from bespeak.connect import connect\n"
        "home = connect().home\n"
        "print(home, stat.S_IMODE(home.stat().st_mode) if home.is_dir() else None)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    path, mode = ran.stdout.split()

    assert int(mode) == stat.S_IRWXU
    assert not Path(path).exists()


def test_the_clock_moves_when_told_and_only_then():
    session = connect()
    before = session.now()

    after = session.advance(minutes=15, hours=1, days=7)

    assert before.isoformat() == "2026-11-16T00:00:00+00:00"
    assert after.isoformat() == "2026-11-23T01:15:00+00:00"
    assert session.now() == after


@pytest.mark.parametrize("step", [{}, {"minutes": -5}, {"hours": 1.5}, {"days": 0}])
def test_a_clock_is_not_moved_by_what_is_not_forward(step):
    with pytest.raises(InputError, match="whole numbers that move it forward"):
        connect().advance(**step)


def test_a_reset_gives_another_instance_its_own_folder_and_the_first_date():
    session = connect()
    instance, home = session.instance, session.home
    session.advance(days=3)

    date = session.reset()

    assert date.isoformat() == "2026-11-16T00:00:00+00:00"
    assert session.instance != instance
    assert session.home != home
    assert session.home.is_dir()


def test_the_key_of_the_world_is_nowhere_to_be_seen(monkeypatch):
    monkeypatch.setattr("secrets.token_urlsafe", lambda _size: "the-key-of-the-world")
    session = connect()

    assert "the-key" not in f"{session!r} {session.door!r} {vars(session)!r} {vars(session.door)!r}"


@pytest.mark.parametrize(
    "told",
    [
        "secret-token",
        "{",
        "[]",
        '{"url": "http://127.0.0.1:1"}',
        '{"url": "http://127.0.0.1:1", "token": ""}',
        '{"url": 1, "token": "secret-token"}',
        '{"url": "http://evil.example/", "token": "secret-token"}',
        '{"url": "http://127.0.0.1.evil.example/", "token": "secret-token"}',
        '{"url": "http://127.0.0.1@evil.example/", "token": "secret-token"}',
        '{"url": "ftp://127.0.0.1/", "token": "secret-token"}',
        '{"url": "http://10.0.0.1:8000", "token": "secret-token"}',
    ],
)
def test_a_variable_that_cannot_be_used_is_refused_without_repeating_it(monkeypatch, told):
    monkeypatch.setenv(SERVED, told)

    with pytest.raises(InputError, match="bespeak lab") as caught:
        connect()

    assert "secret-token" not in repr(caught.value)
    assert caught.value.__context__ is None


def test_a_served_sandbox_that_is_gone_is_said(monkeypatch, closed):
    monkeypatch.setenv(SERVED, closed)
    monkeypatch.setattr("time.sleep", lambda _seconds: None)

    with pytest.raises(UnreachableError, match="Is 'bespeak lab' still running"):
        connect()


def test_a_proxy_of_the_environment_is_never_asked(monkeypatch, closed):
    monkeypatch.setenv(SERVED, closed)
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:3128")
    monkeypatch.setattr("time.sleep", lambda _seconds: None)

    with pytest.raises(UnreachableError) as caught:
        connect()

    assert isinstance(caught.value.__cause__, httpx.ConnectError)
    assert "refused" in str(caught.value.__cause__).lower()


def test_a_private_sandbox_is_in_this_kernel_also_where_a_lab_serves_one(monkeypatch, closed):
    monkeypatch.setenv(SERVED, closed)
    session = private_sandbox()
    session.advance(days=1)
    assert (session.where, private_sandbox().now().day) == ("in this kernel", 16)
