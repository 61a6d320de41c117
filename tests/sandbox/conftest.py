"""Fixtures of a tiny world in a folder of its own."""

import sys
from pathlib import Path

import pytest

from bespeak.sandbox import World, create_app

# Test files are imported without a package; this makes tiny_world findable.
sys.path.insert(0, str(Path(__file__).parent))
import tiny_world as tiny
from described_watch import Watch


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tiny.write(tmp_path_factory.mktemp("sample_data"))


@pytest.fixture(scope="session")
def first_world(folder):
    return World.demo(folder=folder)


@pytest.fixture
def world(first_world):
    """A fresh life of one world: building it anew for each test would take longer than the tests."""
    first_world.state.resets = -1
    first_world.reset()
    return first_world


@pytest.fixture(scope="session")
def first_caller(first_world):
    clock, waits = [0.0], []
    app = create_app(first_world, tiny.TOKEN, wall=lambda: clock[0], sleep=waits.append)
    app.wsgi_app = Watch(app.wsgi_app, first_world)
    return tiny.Caller(first_world, app.test_client(), clock, waits)


@pytest.fixture
def caller(world, first_caller):
    assert first_caller.world is world
    first_caller.clock[0] = 1_000_000.0
    first_caller.waits.clear()
    watch = first_caller.client.application.wsgi_app
    watch.strange.clear()
    yield first_caller
    assert not watch.strange, "An answer was outside of the description."
