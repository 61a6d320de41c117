"""What the served sandbox refuses before anything is touched, by raw bytes over loopback (F-64 to F-66)."""

import socket
import threading

import pytest
from tiny_world import TOKEN

from bespeak.sandbox import World, create_app, serve


@pytest.fixture(scope="module")
def served(folder):
    server = serve(World.demo(folder=folder), 0, TOKEN)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server
    server.close()
    thread.join(5)


def raw(served, head, body=b"", *, host="127.0.0.1"):
    """Status and whole answer for a request that is written by hand."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=5) as wire:
        lines = [*head, f"Host: {host}:{served.port}"] if host else head
        wire.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode() + body)
        answer = b""
        while piece := wire.recv(65_536):
            answer += piece
    return int(answer.split()[1]), answer


def post(served, *headers, host="127.0.0.1", path="/control/reset", token=TOKEN, body=b"{}"):
    head = [f"POST {path} HTTP/1.1", f"Content-Length: {len(body)}", *headers]
    if token:
        head.append(f"Authorization: Bearer {token}")
    return raw(served, head, body, host=host)


@pytest.mark.parametrize(
    "host", ["evil.test", "127.0.0.1.evil.test", "localhost.evil.test", "0.0.0.0", "192.168.1.7", "", "a b"]
)
def test_a_foreign_name_is_refused_without_a_change(served, host):
    """F-64: a page of another site that points its own name at this machine."""
    before = served.hall.first.world.snapshot()
    head = ["POST /control/reset HTTP/1.1", "Content-Length: 2", f"Authorization: Bearer {TOKEN}"]
    head += [f"Host: {host}"] if host else []
    status, _ = raw(served, head, b"{}", host="")
    assert status in {400, 421}
    assert served.hall.first.world.snapshot() == before


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST"])
def test_the_names_of_this_machine_are_taken(served, host):
    assert raw(served, ["GET /control/world HTTP/1.1", f"Authorization: Bearer {TOKEN}"], host=host)[0] == 200


@pytest.mark.parametrize(
    "header",
    [
        "Origin: https://evil.test",
        "Origin: null",
        "Origin: http://localhost:1",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
    ],
)
def test_a_page_of_another_site_is_refused_without_a_change(served, header):
    """F-65: 403, no change, and no header that lets the page read the answer."""
    before = served.hall.first.world.snapshot()
    status, answer = post(served, header)
    assert status == 403
    assert b"access-control" not in answer.lower()
    assert served.hall.first.world.snapshot() == before


def test_a_preflight_gets_no_permission(served):
    head = [
        "OPTIONS /control/reset HTTP/1.1",
        "Origin: https://evil.test",
        "Access-Control-Request-Method: POST",
    ]
    status, answer = raw(served, head)
    assert status == 403
    assert b"access-control-allow" not in answer.lower()


def test_without_the_token_nothing_is_done(served):
    before = served.hall.first.world.snapshot()
    assert post(served, token="")[0] == 401
    assert post(served, token="guess")[0] == 401
    assert served.hall.first.world.snapshot() == before


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/control/clock", (1 << 20) + 1, 413),
        ("/control/restore", (32 << 20) + 1, 413),
        ("/login/t/oauth2/token", 2 << 20, 413),
    ],
)
def test_a_body_that_is_too_large_is_refused_by_its_length(served, path, size, status):
    before = served.hall.first.world.snapshot()
    head = [f"POST {path} HTTP/1.1", f"Content-Length: {size}", f"Authorization: Bearer {TOKEN}"]
    with socket.create_connection(("127.0.0.1", served.port), timeout=5) as wire:
        wire.sendall("\r\n".join([*head, f"Host: 127.0.0.1:{served.port}", "", ""]).encode())
        left = size
        try:
            while left > 0:
                left -= wire.send(b"x" * min(left, 1 << 16))
        except OSError:
            pass  # it may close before it has read what it will not take
        assert int(wire.recv(64).split()[1]) == status
    assert served.hall.first.world.snapshot() == before


def test_a_long_query_and_large_headers_are_refused(served):
    auth = f"Authorization: Bearer {TOKEN}"
    assert raw(served, [f"GET /control/world?{'q' * 9000} HTTP/1.1", auth])[0] == 414
    assert raw(served, ["GET /control/world HTTP/1.1", auth, f"X-Long: {'x' * 35_000}"])[0] == 431


@pytest.mark.parametrize("length", ["-1", "ten", "1e3"])
def test_a_length_that_is_none_is_refused(served, length):
    head = ["POST /control/reset HTTP/1.1", f"Content-Length: {length}", f"Authorization: Bearer {TOKEN}"]
    assert raw(served, head)[0] == 400


@pytest.mark.parametrize("line", ["GET", "\x00\x01", "GET / HTTP/9.9", "BREW /control/world HTTP/1.1"])
def test_what_is_no_request_does_no_harm(served, line):
    with socket.create_connection(("127.0.0.1", served.port), timeout=5) as wire:
        wire.sendall(f"{line}\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        wire.recv(4096)
    assert raw(served, ["GET /control/world HTTP/1.1", f"Authorization: Bearer {TOKEN}"])[0] == 200


def test_nothing_listens_on_another_address(served):
    """F-66: a name of this machine on the network finds no server."""
    assert served._server.adj.listen[0][3][0] == "127.0.0.1"


def test_in_this_process_the_same_bounds_hold(folder):
    world = World.demo(folder=folder)
    before = world.snapshot()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    ask = create_app(world, TOKEN).test_client().post
    assert ask("/control/reset", headers=headers | {"Host": "evil.test"}).status_code == 421
    assert ask("/control/reset", headers=headers | {"Origin": "https://evil.test"}).status_code == 403
    assert ask("/control/clock", headers=headers, data=b"x" * ((1 << 20) + 1)).status_code == 413
    assert ask(f"/control/reset?{'q' * 9000}", headers=headers).status_code == 414
    assert ask("/control/reset", headers=headers | {"X-Long": "x" * 40_000}).status_code == 431
    assert world.snapshot() == before
