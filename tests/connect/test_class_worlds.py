"""A class on one server: each pupil's session sees its own world only."""

import json
import subprocess
import sys

import pytest

from bespeak.connect import connect
from bespeak.customers import customers
from bespeak.errors import BespeakError


@pytest.fixture(scope="module")
def lines():
    """What a sandbox for a class of two prints: the first world, and one for each pupil."""
    command = [sys.executable, "-m", "bespeak.sandbox", "--class", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield [json.loads(process.stdout.readline()) for _ in range(3)]
        process.terminate()


@pytest.fixture
def session_of(monkeypatch, tmp_path):
    """Makes a session as ``connect()`` does for an address and a token."""
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_args, **_more: str(tmp_path / "data"))

    def made(url, token):
        monkeypatch.setenv("BESPEAK_SANDBOX", json.dumps({"url": url, "token": token}))
        return connect()

    return made


def test_a_pupil_moves_only_its_own_clock_and_has_its_own_folder(lines, session_of):
    one, two = (session_of(line["url"], line["token"]) for line in lines[1:])

    one.advance(days=3)

    assert (one.now().day, two.now().day) == (19, 16)
    assert one.instance != two.instance
    assert one.home != two.home


def test_all_pages_of_a_pupils_customers_are_read_through_its_own_address(lines, session_of):
    assert len(customers(session_of(lines[1]["url"], lines[1]["token"]))) == 1007


def test_the_token_alone_leads_to_its_world_too(lines, session_of):
    pupil = session_of(lines[0]["url"], lines[2]["token"])

    assert pupil.instance == lines[2]["instance"]


def test_the_token_of_one_opens_no_world_of_another(lines, session_of):
    with pytest.raises(BespeakError):
        session_of(lines[1]["url"], lines[2]["token"])
