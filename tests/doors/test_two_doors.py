"""The project's own client gets the same answers in this process and over TCP."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from two_doors import Both, Doors

ROOT = Path(__file__).parents[2]
#: The suites of the client that talk to the sandbox. What waits long for its own reasons runs once, elsewhere.
SUITES = (
    "tests/connect",
    "tests/customers",
    "tests/usage",
    "tests/holdings",
    "tests/buying/test_buying_in_sandbox.py",
)
LEFT_OUT = "not faults_in_any_order and not no_secret"


@pytest.mark.slow
def test_the_client_passes_its_suites_over_tcp_with_the_same_answers():
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:xdist",
        "-p",
        "no:randomly",
        *SUITES,
        "-k",
        LEFT_OUT,
    ]
    env = os.environ | {"BESPEAK_TEST_DOOR": "both"}
    run = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False)
    said = re.search(r"DOORS: (\d+) requests compared, (\d+) differ", run.stdout)
    assert said, run.stdout[-3000:] + run.stderr[-1000:]
    assert (run.returncode, int(said[2])) == (0, 0), run.stdout[-6000:]
    assert int(said[1]) > 1000


def _answering(status=200, headers=(), body=b"{}"):
    answer = httpx.Response(status, headers=dict(headers), stream=httpx.ByteStream(body))
    return httpx.MockTransport(lambda _request: answer)


def _lost(request):
    raise httpx.ReadError("gone", request=request)


@pytest.mark.parametrize(
    "other",
    [
        _answering(status=201),
        _answering(headers={"X-Locale": "de-DE"}),
        _answering(body=b"{} "),
        httpx.MockTransport(_lost),
    ],
)
def test_a_difference_between_the_doors_is_seen(other):
    doors = Doors("both")
    with httpx.Client(transport=Both(doors, _answering(), other)) as client:
        client.get("http://sandbox.localhost/partner_center/v1/customers")
    assert len(doors.differences) == 1


def test_what_passes_with_the_transport_is_no_difference():
    doors = Doors("both")
    other = _answering(headers={"Date": "Mon, 16 Nov 2026 00:00:00 GMT", "Via": "waitress"})
    with httpx.Client(transport=Both(doors, _answering(), other)) as client:
        client.get("http://sandbox.localhost/partner_center/v1/customers")
    assert (doors.count["compared"], doors.differences) == (1, [])
