"""A notebook, by being run, writes to no world that it did not make for itself, whichever world ``connect`` gives it.

One run each here, in integration and live in one kernel; ``python3 -m toolkit never-writes`` does five, each in a
fresh one.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
from run_all import Recorder, connects, notebooks, run_all, run_together


@pytest.fixture(scope="module")
def recorder(request):
    with Recorder(request.param).serving() as served:
        yield served


@pytest.mark.slow
@pytest.mark.parametrize("recorder", ["sandbox"], indirect=True)
@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_running_all_cells_sends_no_request_that_writes(recorder, path):
    recorder.requests.clear()
    before = recorder.standing()
    run_all(recorder, path)
    assert recorder.writes() == []
    assert recorder.standing() == before


@pytest.mark.slow
@pytest.mark.parametrize("recorder", ["integration", "live"], indirect=True)
def test_running_all_notebooks_where_connect_gives_another_world_writes_nothing(recorder):
    before = recorder.standing()
    shown = run_together(recorder, [path for path in notebooks() if connects(path)])
    assert recorder.writes() == []
    assert recorder.standing() == before
    assert f"Session({recorder.kind.upper()}" in shown
    assert ("locked: nothing can be bought" in shown.lower()) == (recorder.kind == "live")


@pytest.mark.parametrize("recorder", ["sandbox"], indirect=True)
def test_a_request_that_writes_would_be_seen(recorder):
    recorder.requests += [
        "POST /partner_center/v1/customers/c/carts",
        "PATCH /arm/providers/x",
        "POST /login/t/token",
    ]
    assert recorder.writes() == ["POST /partner_center/v1/customers/c/carts", "PATCH /arm/providers/x"]
    recorder.requests.clear()
