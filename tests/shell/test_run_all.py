"""A notebook, by being run, writes to no world that it did not make for itself, whichever world ``connect`` gives it.

One run each here; ``python3 -m toolkit never-writes`` does five.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
from run_all import Recorder, connects, notebooks, run_all

#: A notebook that makes its own world is run once; the others in each world's fake.
RUNS = [
    pytest.param(kind, path, id=f"{kind}-{path.stem}")
    for kind in ("sandbox", "integration", "live")
    for path in notebooks()
    if kind == "sandbox" or connects(path)
]


@pytest.fixture(scope="module")
def recorder(request):
    with Recorder(request.param).serving() as served:
        yield served


@pytest.mark.slow
@pytest.mark.parametrize(("recorder", "path"), RUNS, indirect=["recorder"])
def test_running_all_cells_sends_no_request_that_writes(recorder, path):
    recorder.requests.clear()
    before = recorder.world.snapshot()
    shown = run_all(recorder, path)
    assert recorder.writes() == []
    assert recorder.world.snapshot() == before
    if recorder.kind == "live" and "ReservationForm" in shown:
        assert "LOCKED: nothing can be bought" in shown


@pytest.mark.parametrize("recorder", ["sandbox"], indirect=True)
def test_a_request_that_writes_would_be_seen(recorder):
    recorder.requests += [
        "POST /partner_center/v1/customers/c/carts",
        "PATCH /arm/providers/x",
        "POST /login/t/token",
    ]
    assert recorder.writes() == ["POST /partner_center/v1/customers/c/carts", "PATCH /arm/providers/x"]
    recorder.requests.clear()
