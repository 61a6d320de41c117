"""Working copies: the shipped notebooks arrive, and what a person changed is never overwritten."""

from __future__ import annotations

import pytest

from bespeak.errors import InputError
from bespeak.working_copies import refresh, shipped_notebooks


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "shipped"
    (folder / "pictures").mkdir(parents=True)
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / "00_start.ipynb").write_text("one")
    (folder / "pictures" / "desk.png").write_text("picture")
    (folder / "conftest.py").write_text("not for the person")
    (folder / ".ipynb_checkpoints" / "00_start.ipynb").write_text("old")
    return folder


@pytest.fixture
def folder(source, tmp_path):
    """A person's folder after the first delivery."""
    mine = tmp_path / "mine"
    refresh(source, mine)
    return mine


def _files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()
    }


def test_notebooks_and_their_pictures_arrive_and_nothing_else(folder):
    assert set(_files(folder)) == {"00_start.ipynb", "pictures/desk.png", ".bespeak/copies.json"}


def test_a_second_delivery_of_the_same_does_nothing(source, folder):
    assert refresh(source, folder).written == ()


def test_an_untouched_copy_is_replaced_by_a_newer_version(source, folder):
    (source / "00_start.ipynb").write_text("two")
    assert refresh(source, folder).written == ("00_start.ipynb",)
    assert (folder / "00_start.ipynb").read_text() == "two"


def test_a_changed_copy_stays_when_nothing_newer_is_shipped(source, folder):
    (folder / "00_start.ipynb").write_text("mine")
    delivery = refresh(source, folder)
    assert (delivery.written, delivery.beside) == ((), ())
    assert (folder / "00_start.ipynb").read_text() == "mine"


def test_a_newer_version_is_written_beside_a_changed_copy_once(source, folder):
    (folder / "00_start.ipynb").write_text("mine")
    (source / "00_start.ipynb").write_text("two")
    assert refresh(source, folder).beside == ("00_start.new.ipynb",)
    assert refresh(source, folder).beside == ()
    assert _files(folder)["00_start.ipynb"] == "mine"
    assert _files(folder)["00_start.new.ipynb"] == "two"


def test_an_untouched_newer_version_gives_way_to_the_next(source, folder):
    (folder / "00_start.ipynb").write_text("mine")
    for text in ("two", "three"):
        (source / "00_start.ipynb").write_text(text)
        assert refresh(source, folder).beside == ("00_start.new.ipynb",)
    assert _files(folder)["00_start.new.ipynb"] == "three"


def test_a_changed_newer_version_stays_too(source, folder):
    (folder / "00_start.ipynb").write_text("mine")
    (source / "00_start.ipynb").write_text("two")
    refresh(source, folder)
    (folder / "00_start.new.ipynb").write_text("mine as well")
    (source / "00_start.ipynb").write_text("three")
    assert refresh(source, folder).beside == ("00_start.new-2.ipynb",)
    assert _files(folder)["00_start.new.ipynb"] == "mine as well"


def test_a_deleted_copy_comes_back(source, folder):
    (folder / "00_start.ipynb").unlink()
    assert refresh(source, folder).written == ("00_start.ipynb",)


def test_a_file_of_unknown_origin_counts_as_the_persons(source, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "00_start.ipynb").write_text("from a colleague")
    assert refresh(source, mine).beside == ("00_start.new.ipynb",)
    assert _files(mine)["00_start.ipynb"] == "from a colleague"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"delivered": 3, "files": {}}'])
def test_a_broken_manifest_makes_every_copy_the_persons(source, folder, text):
    (folder / ".bespeak" / "copies.json").write_text(text)
    (source / "00_start.ipynb").write_text("two")
    assert refresh(source, folder).beside == ("00_start.new.ipynb",)
    assert _files(folder)["00_start.ipynb"] == "one"


def test_a_folder_that_cannot_be_used_is_named(source, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"file cannot be used .* Name another one with --folder"):
        refresh(source, tmp_path / "file")


def test_the_toolkits_own_notebooks_are_found():
    assert (shipped_notebooks() / "conftest.py").exists()
