"""Files behind signed addresses: without a token, from known hosts, whole or not at all, and never shown."""

import gzip
import logging
import traceback

import httpx
import pytest

from bespeak.clients.secret import Secret
from bespeak.errors import InputError, RefusedError, ServiceError, UnreachableError, UnreadableError

SIGNATURE = "canarySignature%3D"
LINK = f"https://account1.blob.core.windows.net/exports/part-0.json.gz?sv=2021&sig={SIGNATURE}"
FILE = gzip.compress(b'{"a": 1}\n')


def test_a_file_comes_as_it_is_and_no_token_goes_out(server, answer, tmp_path):
    door = server.door(answer(body=FILE, Content_Type="application/octet-stream"))

    assert door.download(Secret(LINK), tmp_path / "f.gz") == len(FILE)
    assert (tmp_path / "f.gz").read_bytes() == FILE
    assert "authorization" not in server.requests[0].headers
    assert server.requests[0].headers["accept-encoding"] == "identity"
    assert [one.name for one in tmp_path.iterdir()] == ["f.gz"]


def test_a_file_that_is_said_to_be_packed_is_not_unpacked(server, answer, tmp_path):
    server.door(answer(body=FILE, Content_Encoding="gzip")).download(LINK, tmp_path / "f.gz")

    assert (tmp_path / "f.gz").read_bytes() == FILE


@pytest.mark.parametrize(
    "link",
    [
        "http://account1.blob.core.windows.net/a?sig=x",
        "https://account1.blob.core.windows.net.evil.example/a",
        "https://evil.example/a?x=.blob.core.windows.net",
        "https://evil.example#.blob.core.windows.net",
        "https://blob.core.windows.net/a",
        "https://user@account1.blob.core.windows.net/a",
        "https://account1.blob.core.windows.net:8443/a",
        "https://account1.blob.core.windows.net\\@evil.example/a",
        "https://account1.blob.core.windows.net /a",
        "https://\uff41.blob.core.windows.net/a",
        "file:///etc/passwd",
        "//account1.blob.core.windows.net/a",
        "http://127.0.0.1:9/a",
        "",
    ],
)
def test_a_file_from_anywhere_else_is_not_asked_for(server, answer, tmp_path, link):
    with pytest.raises(InputError, match="not a storage that is known"):
        server.door(answer(body=FILE)).download(link, tmp_path / "f")

    assert server.requests == []
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_ever_overwritten(server, answer, tmp_path):
    (tmp_path / "f").write_bytes(b"mine")

    with pytest.raises(InputError, match="already"):
        server.door(answer(body=FILE)).download(LINK, tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == b"mine"


def test_a_file_that_is_too_large_leaves_nothing(server, answer, tmp_path):
    with pytest.raises(UnreadableError, match="larger than 10 bytes"):
        server.door(answer(body=b"x" * 11)).download(LINK, tmp_path / "f", most=10)
    assert list(tmp_path.iterdir()) == []


def test_a_fetching_that_is_ended_leaves_nothing(server, answer, tmp_path):
    def cancelled(_size):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        server.door(answer(body=FILE)).download(LINK, tmp_path / "f", progress=cancelled)
    assert list(tmp_path.iterdir()) == []


def test_a_line_that_breaks_is_tried_again_from_the_start(server, answer, tmp_path):
    door = server.door(httpx.ReadError("x"), answer(status=503), answer(body=FILE))

    assert door.download(LINK, tmp_path / "f") == len(FILE)
    assert (tmp_path / "f").read_bytes() == FILE


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_is_not_followed(server, answer, tmp_path, status):
    with pytest.raises(ServiceError):
        server.door(answer(status=status, Location="https://evil.example/")).download(LINK, tmp_path / "f")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "step",
    [httpx.ConnectError(LINK), httpx.ReadTimeout(LINK), 403, 404, 500],
    ids=["away", "silent", "ended", "gone", "failed"],
)
def test_the_signature_is_in_no_error_and_no_log(server, answer, tmp_path, caplog, step):
    caplog.set_level(logging.DEBUG)
    shown = (
        answer(body=LINK.encode(), status=step, X_Ms_Error_Code="BlobNotFound")
        if isinstance(step, int)
        else step
    )

    with pytest.raises((RefusedError, UnreachableError)) as caught:
        server.door(shown).download(LINK, tmp_path / "f")

    text = f"{caught.value!r}{vars(caught.value)}{caplog.text}"
    assert SIGNATURE not in text
    if isinstance(step, int):
        assert SIGNATURE not in "".join(traceback.format_exception(caught.value))
