"""A world in a file: whole or not at all, the same life after a restart, one server at a time."""

from pathlib import Path

import pytest

from bespeak.sandbox import World
from bespeak.sandbox.keeping import KeptError, WorldFile


@pytest.fixture
def kept(folder, tmp_path):
    """A world that is kept, its file, and how to start it again."""
    base = World.demo(folder=folder, instance="sandbox-1-life").base
    path = tmp_path / "deep" / "world"

    def start():
        world, file = World(base, instance="sandbox-1-other"), WorldFile(path)
        path.parent.mkdir(exist_ok=True)
        file.read(world)
        world.keep = file.keeps(world)
        return world

    world = World(base, instance="sandbox-1-life")
    path.parent.mkdir()
    world.keep = WorldFile(path).keeps(world)
    world.advance(90)
    world.keep()
    return world, path, start


def test_a_restart_goes_on_with_the_same_life(kept):
    world, _, start = kept
    again = start()
    assert again.snapshot() == world.snapshot()
    assert again.instance == "sandbox-1-life"


def test_a_reset_after_a_restart_is_a_life_of_its_own(kept):
    world, _, start = kept
    world.reset()
    world.keep()
    again = start()
    again.reset()
    assert [world.instance, again.instance] == ["sandbox-1-life-r1", "sandbox-1-life-r2"]


def test_what_did_not_change_is_not_written(kept):
    world, path, _ = kept
    path.unlink()
    world.keep()
    assert not path.exists()
    world.advance(1)
    world.keep()
    assert path.exists()


def test_a_write_that_fails_leaves_the_old_file_and_the_world_alive(kept, monkeypatch, caplog):
    world, path, _ = kept
    before = path.read_bytes()

    def full(_self, _target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    world.advance(60)
    world.keep()
    assert path.read_bytes() == before
    assert "No space left on device" in caplog.text
    monkeypatch.undo()
    world.keep()
    assert path.read_bytes() != before


@pytest.mark.parametrize("where", [0, 10, 70, 200, -2])
def test_one_changed_byte_is_found(kept, where):
    _, path, start = kept
    text = bytearray(path.read_bytes())
    text[where] ^= 1
    path.write_bytes(text)
    with pytest.raises(KeptError, match="damaged"):
        start()


def test_the_file_of_another_world_is_refused(kept, folder):
    _, path, _ = kept
    with pytest.raises(KeptError, match="seed 1, this one has seed 2"):
        WorldFile(path).read(World.demo(2, folder=folder))
    with pytest.raises(KeptError, match=r"the demo world.*5 more customers"):
        WorldFile(path).read(World.demo(folder=folder, extra_customers=5))


def test_one_server_at_a_time_holds_it(tmp_path):
    first, second = WorldFile(tmp_path / "world"), WorldFile(tmp_path / "world")
    assert (first.take(), second.take()) == (True, False)


def test_what_is_put_aside_never_covers_what_was(tmp_path):
    path = tmp_path / "world"
    names = []
    for text in ("a", "b"):
        path.write_text(text, encoding="ascii")
        names.append(WorldFile(path).put_aside())
    assert [name.read_text(encoding="ascii") for name in names] == ["a", "b"]
    assert WorldFile(path).put_aside() is None
