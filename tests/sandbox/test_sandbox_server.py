"""The sandbox over real loopback HTTP."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading

import httpx
import pytest
from tiny_world import CYD, CYD_PLAN, PARTNER, TOKEN

from bespeak.sandbox import World, serve
from bespeak.sandbox.server import SERVICES


@pytest.fixture
def served(folder):
    server = serve(World.demo(folder=folder), 0, TOKEN)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server
    server.close()
    thread.join(5)
    assert not thread.is_alive()


@pytest.fixture
def client(served):
    with httpx.Client(base_url=served.url, trust_env=False) as made:
        form = {"grant_type": "refresh_token", "refresh_token": TOKEN, "scope": f"{PARTNER}/.default"}
        token = made.post("/login/t/oauth2/v2.0/token", data=form).json()["access_token"]
        made.headers["Authorization"] = f"Bearer {token}"
        yield made


def test_the_same_bytes_come_through_both_doors(client, caller):
    path = "/v1/customers?size=2"
    assert client.get(f"/partner_center{path}").content == caller.call("GET", path).data


def test_an_answer_is_lost_by_closing_the_connection(client):
    control = {"Authorization": f"Bearer {TOKEN}"}
    wish = {"match": "registrations", "kind": "lose_answer"}
    client.post("/control/faults", json=wish, headers=control).raise_for_status()
    path = f"/partner_center/v1/customers/{CYD}/subscriptions/{CYD_PLAN}"
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(f"{path}/registrations")
    status = json.loads(client.get(f"{path}/registrationstatus").content.decode("utf-8-sig"))
    assert status["status"] == "Registering"


def test_it_listens_on_the_loopback_only(served):
    assert served.url.startswith("http://127.0.0.1:")
    with socket.socket() as probe:
        probe.settimeout(1)
        assert probe.connect_ex(("127.0.0.1", served.port)) == 0


def test_a_foreign_host_name_is_refused(client):
    """A page of another site cannot reach the sandbox under its own name."""
    answer = client.get(
        "/control/world", headers={"Host": "evil.example.com", "Authorization": f"Bearer {TOKEN}"}
    )
    assert answer.status_code == 421


def test_many_at_once_are_served(served, client):
    answers = []

    def ask():
        answers.append(
            httpx.get(f"{served.url}/partner_center/v1/customers", headers=client.headers, trust_env=False)
        )

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert [answer.status_code for answer in answers] == [200] * 12


def start(*arguments, **more):
    command = [sys.executable, "-m", "bespeak.sandbox", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_the_command_prints_one_line_when_ready_and_stops_cleanly(stop):
    process = start("--seed", "3")
    try:
        ready = json.loads(process.stdout.readline())
        assert set(ready["urls"]) == set(SERVICES)
        assert (ready["date"], ready["seed"]) == ("2026-11-16T00:00:00Z", 3)
        headers = {"Authorization": f"Bearer {ready['token']}"}
        state = httpx.get(f"{ready['urls']['control']}/world", headers=headers, trust_env=False).json()
        assert state["instance"] == ready["instance"]
        assert ready["instance"].startswith("sandbox-3-")
        process.send_signal(stop)
        out, error = process.communicate(timeout=10)
        assert (process.returncode, out, error) == (0, "", "")
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_the_token_can_be_given_by_the_environment_and_a_port_in_use_is_said():
    first = start(env={**os.environ, "BESPEAK_SANDBOX_TOKEN": "given-token"})
    try:
        ready = json.loads(first.stdout.readline())
        assert ready["token"] == "given-token"
        port = ready["url"].rpartition(":")[2]
        second = start("--port", port)
        _, error = second.communicate(timeout=10)
        assert second.returncode == 1
        assert f"Port {port} cannot be used" in error
    finally:
        first.kill()
        first.wait()
