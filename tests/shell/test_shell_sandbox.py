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
