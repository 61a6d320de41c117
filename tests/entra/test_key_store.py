"""Secrets rest encrypted, or nowhere but in memory; folders and files are this user's alone."""

import os
import pickle
import stat

import pytest
from msal_extensions.persistence import FilePersistence

from bespeak.clients.key_store import KeyStore, cache_name
from bespeak.clients.secret import Secret
from bespeak.errors import InputError, MissingError

CANARY = "canary-7f3a"
POSIX = pytest.mark.skipif(os.name != "posix", reason="the modes of POSIX")


@pytest.fixture
def kept():
    return {}


@pytest.fixture
def store(tmp_path, kept, vault):
    return KeyStore(tmp_path / "keys", lambda where: vault(kept, where))


def contents(folder):
    return b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())


def test_a_secret_is_read_back(store, tmp_path, kept, vault):
    store.store_secret("client-secret", Secret(CANARY))
    again = KeyStore(tmp_path / "keys", lambda where: vault(kept, where))
    assert again.read_secret("client-secret") == Secret(CANARY)
    assert CANARY.encode() not in contents(tmp_path)


def test_the_newest_secret_counts(store):
    for number in range(5):
        store.store_secret("a", Secret(f"{CANARY}-{number}"))
        assert store.read_secret("a") == Secret(f"{CANARY}-{number}")


@pytest.mark.parametrize("left", ["", "{", "{}"])
def test_a_crash_while_writing_leaves_the_secret_before(store, kept, left, vault):
    store.store_secret("a", Secret("first"))
    store.store_secret("a", Secret("second"))
    newest = max(
        (where for where in kept if "secret-a" in where), key=lambda where: '"number": 2' in kept[where][0]
    )
    kept[newest] = (left, 0.0)
    fresh = KeyStore(store._folder, lambda where: vault(kept, where))
    assert fresh.read_secret("a") == Secret("first")


def test_a_forgotten_secret_is_gone(store, kept):
    store.store_secret("a", Secret(CANARY))
    store.store_secret("a", Secret(CANARY))
    store.forget_secret("a")
    with pytest.raises(MissingError, match="No secret is stored under 'a'"):
        store.read_secret("a")
    assert not any(CANARY in content for content, _ in kept.values())


def test_without_a_store_of_the_system_nothing_is_written(tmp_path):
    def none(_where):
        raise ImportError("no such thing here")

    store = KeyStore(tmp_path / "keys", none)
    store.store_secret("a", Secret(CANARY))
    assert store.read_secret("a") == Secret(CANARY)
    assert not store.is_kept
    assert "in memory and are gone with the kernel; nothing is written in plain text" in store.note
    assert contents(tmp_path) == b""
    with pytest.raises(MissingError):
        KeyStore(tmp_path / "keys", none).read_secret("a")


def test_this_machine_falls_back_without_a_file_in_plain_text(tmp_path, monkeypatch):
    """The real thing: whatever this system offers, no plain text appears."""
    monkeypatch.setattr(FilePersistence, "save", lambda *_: pytest.fail("plain text"))
    store = KeyStore(tmp_path / "keys")
    if store.is_kept:
        pytest.skip("this system has a store, which the test leaves alone")
    store.store_secret("a", Secret(CANARY))
    assert store.read_secret("a") == Secret(CANARY)
    assert contents(tmp_path) == b""


def test_a_place_that_does_not_encrypt_is_no_place(tmp_path):
    store = KeyStore(tmp_path / "keys", FilePersistence)
    assert not store.is_kept
    store.store_secret("a", Secret(CANARY))
    store.token_cache("t").add({"scope": ["s"], "response": {"access_token": CANARY}, "client_id": "c"})
    assert contents(tmp_path) == b""


@POSIX
def test_folder_and_files_are_made_for_this_user_alone(store, tmp_path, vault):
    before = os.umask(0)
    try:
        store.store_secret("a", Secret(CANARY))
        KeyStore(tmp_path / "deep" / "keys", lambda where: vault({}, where))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "deep" / "keys").stat().st_mode) == 0o700
    modes = {stat.S_IMODE(one.stat().st_mode) for one in (tmp_path / "keys").iterdir()}
    assert modes == {0o600}


@POSIX
def test_a_folder_that_others_may_enter_is_refused_not_repaired(tmp_path):
    folder = tmp_path / "keys"
    folder.mkdir()
    folder.chmod(0o755)
    with pytest.raises(InputError, match="open to other users"):
        KeyStore(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


@POSIX
def test_links_are_refused(tmp_path, kept, vault):
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "keys").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="is a link or a file"):
        KeyStore(tmp_path / "keys", lambda where: vault(kept, where))
    (tmp_path / "own").mkdir(mode=0o700)
    (tmp_path / "own" / "secret-a-1.bin").symlink_to(tmp_path / "target")
    store = KeyStore(tmp_path / "own", lambda where: vault(kept, where))
    with pytest.raises(InputError, match="is a link"):
        store.store_secret("a", Secret(CANARY))
    assert not (tmp_path / "target").exists()


@POSIX
def test_a_dangling_link_is_no_folder(tmp_path):
    (tmp_path / "keys").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="is a link or a file"):
        KeyStore(tmp_path / "keys")


@pytest.mark.parametrize("name", ["", "../a", "A", "a/b", "a" * 61, "con.txt"])
def test_a_name_that_could_be_a_path_is_refused(store, name):
    with pytest.raises(InputError, match="cannot be called"):
        store.store_secret(name, Secret(CANARY))
    with pytest.raises(InputError):
        store.read_secret(name)


def test_the_name_of_a_cache_says_nothing_of_the_tenant():
    assert "contoso" not in cache_name("global", "contoso.example", "app")
    assert cache_name("global", "A", "b") == cache_name("global", "a", "B")
    assert cache_name("global", "a", "b") != cache_name("china", "a", "b")


def test_a_store_is_neither_shown_nor_copied(store):
    store.store_secret("a", Secret(CANARY))
    assert CANARY not in repr(store)
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(store)
