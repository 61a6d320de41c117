"""Lists that are long: read on after a kill, stopped at once, and searched in time that grows with their length."""

import errno
import io
import random
import sys
import time
from pathlib import Path

import httpx
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from killed_reading import Pages, door_to, killed_and_resumed, reader, undisturbed

from bespeak.clients.blobs import Blobs
from bespeak.clients.partner_center.customers import list_customers
from bespeak.clients.sandbox_door import in_kernel_door
from bespeak.clients.secret import Secret
from bespeak.clients.session import SandboxSession
from bespeak.customers import customers, search
from bespeak.errors import InputError
from bespeak.sandbox import World, create_app
from bespeak.tables import CUSTOMERS


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_f81_a_reading_that_is_killed_goes_on_where_it_stood_and_ends_with_the_same_bytes(tmp_path):
    """2,000 pages: ``python tests/faults/killed_reading.py 2000``."""
    for name in ("killed", "whole"):
        (tmp_path / name).mkdir()
    found, before, after = killed_and_resumed(200, 150, tmp_path / "killed")
    assert before == list(range(1, 151))
    assert after == list(range(150, 201))
    assert found == undisturbed(200, tmp_path / "whole")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a file cannot be kept small there")
def test_f80_a_reading_that_finds_no_room_keeps_what_is_whole_and_goes_on_when_there_is_room(tmp_path):
    for name in ("full", "whole"):
        (tmp_path / name).mkdir()
    server = Pages(40)
    try:
        assert reader(server.url, tmp_path / "full", room=4_000).wait() != 0
        asked = len(server.asked)
        assert 1 < asked < 40
        assert reader(server.url, tmp_path / "full").wait() == 0
        assert server.asked[asked] in {asked - 1, asked}
    finally:
        server.close()
    found = (tmp_path / "full/items.jsonl").read_bytes()
    assert found == undisturbed(40, tmp_path / "whole")


def test_f80_a_disk_that_fills_up_during_a_download_is_said_and_the_file_can_be_fetched_again(
    tmp_path, monkeypatch
):
    """No part of the file passes for the file, and what was fetched before stays as it is."""
    http = httpx.Client(
        transport=httpx.MockTransport(lambda _: httpx.Response(200, stream=httpx.ByteStream(b"x" * 3_000)))
    )
    here = frozenset({("http", "127.0.0.1", 1)})
    blobs = Blobs(http, None, lambda: 0.0, random.Random(1), here)
    link = Secret("http://127.0.0.1:1/part-1")
    assert blobs.fetch(link, tmp_path / "part-1") == 3_000

    with monkeypatch.context() as full:
        full.setattr(Path, "open", lambda _path, *_, **__: FullDisk())
        with pytest.raises(InputError) as refused:
            blobs.fetch(link, tmp_path / "part-2")

    assert str(refused.value) == (
        "The file could not be written (No space left on device). Make room, then fetch it again."
    )
    assert [path.name for path in tmp_path.iterdir()] == ["part-1"]
    assert blobs.fetch(link, tmp_path / "part-2") == 3_000
    assert (tmp_path / "part-1").read_bytes() == (tmp_path / "part-2").read_bytes()


class FullDisk(io.BytesIO):
    """A file for which there is no room."""

    def write(self, _data):
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("at", [1, 7])
def test_f81_a_reading_that_is_broken_off_asks_for_no_further_page(at):
    server = Pages(50)

    def stop(count):
        if count >= at * 3:
            raise KeyboardInterrupt

    try:
        with pytest.raises(KeyboardInterrupt):
            door_to(server.url).collect(list_customers(size=3), stop)
        assert server.asked == list(range(1, at + 1))
    finally:
        server.close()


@pytest.mark.slow
def test_f82_five_thousand_customers_are_listed_whole_in_pages_and_in_little_memory():
    world = World.demo(extra_customers=5_000)
    app, asked = create_app(world, "token"), []
    inner = app.wsgi_app
    app.wsgi_app = lambda environ, answer: (asked.append(environ["PATH_INFO"]), inner(environ, answer))[1]
    session = SandboxSession(in_kernel_door(app, "token"), "in a test", lambda _: Path())

    found = customers(session)

    assert len(found) == len(world.directory.customers) > 5_000
    assert sum(path.endswith("/v1/customers") for path in asked) == -(-len(found) // 500)
    assert found.memory_usage(deep=True).sum() < 1_024 * len(found)


def many(count):
    return CUSTOMERS.frame(
        {
            "customer_id": f"{number:08x}-7b3d-4a86-9d11-5e2a7c40b9f3",
            "name": f"Kundin Nr. {number} Łódź",
            "domain": f"c{number}.example.com",
            "relationship": "reseller",
        }
        for number in range(count)
    )


def quickest(table, text):
    took = []
    for _ in range(3):
        began = time.process_time()
        search(table, text)
        took.append(time.process_time() - began)
    return min(took)


@pytest.mark.slow
@pytest.mark.parametrize("text", ["kundin", "lodz 49", "c4999", "zzzz"])
def test_f82_a_search_takes_time_that_grows_with_the_list_and_no_faster(text):
    """Ten times as many customers may take 40 times as long at most; with each compared to each it would be 100."""
    few, full = many(2_500), many(25_000)
    assert quickest(full, text) <= 40 * max(quickest(few, text), 1e-4)


def test_f82_the_last_of_fifty_thousand_customers_is_found():
    found = search(many(50_000), "nr. 49999 lodz")
    assert found["domain"].tolist() == ["c49999.example.com"]
