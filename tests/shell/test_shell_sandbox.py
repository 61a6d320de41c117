"""``bespeak sandbox``: one line when it is ready, and the way of the README with nothing but HTTP."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf8")
TOKEN = "my-own-token"


@pytest.fixture(scope="module")
def told():
    """What a sandbox that runs says in its first line."""
    command = [sys.executable, "-m", "bespeak.cli", "sandbox", "--port", "0", "--seed", "3", "--token", TOKEN]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield json.loads(process.stdout.readline())
        process.terminate()


@pytest.fixture(scope="module")
def commands():
    """The curl lines of the README: their path with the query, and the data of the form or the JSON."""
    lines = [line for line in README.splitlines() if line.startswith("curl $URL")]
    return {line.split()[1].removeprefix("$URL").split("?")[0]: line for line in lines}


def test_the_first_line_says_all_that_a_program_needs(told):
    assert {name: told[name] for name in ("token", "date", "seed", "synthetic")} == {
        "token": TOKEN,
        "date": "2026-11-16T00:00:00Z",
        "seed": 3,
        "synthetic": True,
    }
    assert told["instance"].startswith("sandbox-3-")
    assert told["urls"]["partner_center"] == f"{told['url']}/partner_center"
    assert {"login", "partner_center", "price_sheets", "arm", "control", "retail"} <= set(told["urls"])


def test_the_way_of_the_readme_leads_to_customers(told, commands):
    login = commands["/login/any/oauth2/v2.0/token"]
    form = dict(pair.split("=", 1) for pair in re.findall(r"-d (\S+)", login))
    with httpx.Client(base_url=told["url"], trust_env=False) as client:
        token = client.post("/login/any/oauth2/v2.0/token", data=form).json()["access_token"]
        path = commands["/partner_center/v1/customers"].split()[1].removeprefix("$URL")
        answer = client.get(path, headers={"Authorization": f"Bearer {token}"})
    assert len(json.loads(answer.content.decode("utf-8-sig"))["items"]) == 3


def test_the_way_of_the_readme_moves_the_clock(told, commands):
    body = json.loads(re.search(r"--json '(.*)'", commands["/control/clock"])[1])
    with httpx.Client(base_url=told["url"], trust_env=False) as client:
        moved = client.post("/control/clock", json=body, headers={"Authorization": f"Bearer {TOKEN}"})
    assert moved.json()["date"] == "2026-11-16T00:20:00Z"


def _sandbox(*arguments):
    command = [sys.executable, "-m", "bespeak.cli", "sandbox", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _control(line, method, path, **more):
    headers = {"Authorization": f"Bearer {line['token']}"}
    return httpx.request(method, f"{line['url']}/control{path}", headers=headers, trust_env=False, **more)


@pytest.mark.slow
def test_a_world_goes_on_after_a_kill_and_begins_anew_when_told(tmp_path):
    file = str(tmp_path / "kept" / "world")
    lives = []
    for further in ((), (), ("--fresh",)):
        process = _sandbox("--state", file, *further)
        line = json.loads(process.stdout.readline())
        if not lives:
            _control(line, "POST", "/clock", json={"advance_minutes": 90}).raise_for_status()
        process.kill()
        process.communicate()
        lives.append((line["instance"], line["date"], line["went_on"]))
    assert lives[1] == (lives[0][0], "2026-11-16T01:30:00Z", True)
    assert lives[2][0] != lives[0][0]
    assert lives[2][1:] == ("2026-11-16T00:00:00Z", False)
    assert len(list((tmp_path / "kept").glob("world.before-*"))) == 1


@pytest.mark.slow
def test_a_file_in_use_is_refused_or_left_alone(tmp_path):
    file = str(tmp_path / "world")
    first = _sandbox("--state", file)
    try:
        first.stdout.readline()
        second = _sandbox("--state", file)
        _, error = second.communicate(timeout=20)
        assert second.returncode == 1
        assert error.startswith(f"Another sandbox uses {file}.")
        third = _sandbox("--state", file, "--unkept-if-in-use")
        assert json.loads(third.stdout.readline())["kept"] is False
        third.kill()
        third.communicate()
    finally:
        first.kill()
        first.communicate()


@pytest.mark.slow
def test_a_class_gets_a_line_and_a_world_each():
    process = _sandbox("--class", "3")
    try:
        lines = [json.loads(process.stdout.readline()) for _ in range(4)]
        assert [line["name"] for line in lines] == ["first", "class-01", "class-02", "class-03"]
        assert len({line["token"] for line in lines}) == len({line["instance"] for line in lines}) == 4
        moved = _control(lines[1], "POST", "/clock", json={"advance_minutes": 60}).json()
        other = _control(lines[2], "GET", "/world").json()
        assert (moved["date"], other["date"]) == ("2026-11-16T01:00:00Z", "2026-11-16T00:00:00Z")
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--host", "0.0.0.0"], "The sandbox listens on this machine only, not on 0.0.0.0"),
        (["--host", "192.168.1.7"], "The sandbox listens on this machine only"),
        (["--fresh"], "--fresh begins the world of a --state file anew"),
        (["--class", "3", "--state", "x"], "--state keeps one world"),
        (["--class", "64"], "--class takes 1 to 63 worlds"),
        (["--customers", "10001"], "--customers takes"),
        (["--customers", "5"], "--customers takes"),
        (["--scenario", "migratoin"], "There is no scenario 'migratoin'. Did you mean 'migration'?"),
        (["--scenario", "migration", "--customers", "2000"], "Leave it out with --scenario"),
    ],
)
def test_options_that_cannot_be_met_are_said_in_a_sentence(capsys, arguments, words):
    from bespeak.sandbox.server import main  # noqa: PLC0415  (the other tests need no sandbox in this process)

    assert main(arguments) == 1
    assert words in capsys.readouterr().err


def test_the_scenarios_are_listed(capsys):
    from bespeak.sandbox.server import main  # noqa: PLC0415  (as above)

    assert main(["--list-scenarios"]) == 0
    assert "migration: A migration leaves a reservation unused" in capsys.readouterr().out


@pytest.mark.parametrize("damage", ["", "x", "cut", "seed"])
def test_a_damaged_file_is_refused_and_left_as_it_is(tmp_path, capsys, damage):
    from bespeak.sandbox import World  # noqa: PLC0415  (as above)
    from bespeak.sandbox.keeping import WorldFile  # noqa: PLC0415  (as above)
    from bespeak.sandbox.server import main  # noqa: PLC0415  (as above)

    path = tmp_path / "world"
    WorldFile(path).write(World.demo(2 if damage == "seed" else 1))
    whole = path.read_bytes()
    path.write_bytes({"cut": whole[:-40], "seed": whole}.get(damage, damage.encode()))
    kept = path.read_bytes()
    assert main(["--state", str(path)]) == 1
    error = capsys.readouterr().err
    assert "cannot go on: it is" in error
    assert "Start with --fresh to begin anew" in error
    assert path.read_bytes() == kept
