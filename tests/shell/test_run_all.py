"""A notebook, by being run, writes to no world that it did not make for itself."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
from run_all import Recorder, notebooks, run_all


@pytest.fixture(scope="module")
def recorder():
    with Recorder().serving() as served:
        yield served


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_running_all_cells_sends_no_request_that_writes(recorder, path):
    """F-15: not one, although a world is served to it."""
    recorder.requests.clear()
    before = recorder.world.snapshot()
    run_all(recorder, path)
    assert recorder.writes() == []
    assert recorder.world.snapshot() == before


def test_a_request_that_writes_would_be_seen(recorder):
    recorder.requests += [
        "POST /partner_center/v1/customers/c/carts",
        "PATCH /arm/providers/x",
        "POST /login/t/token",
    ]
    assert recorder.writes() == ["POST /partner_center/v1/customers/c/carts", "PATCH /arm/providers/x"]
    recorder.requests.clear()
