"""What the libraries below write into a log, at every level."""

import contextlib
import logging
import threading

import httpx
import pytest

from bespeak.clients import logs
from bespeak.clients.partner_center.customers import get_customer, list_customers
from bespeak.clients.sandbox_door import served_door
from bespeak.errors import BespeakError
from bespeak.sandbox import World, serve

TOKEN = "canaryTokenCanaryTokenCanaryTokenCanaryToken"
LINK = "https://a.blob.core.windows.net/f/part-0?sv=2021-08-06&sig=canarySig%2Fx%3D&size=5"


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR])
def test_no_log_of_a_session_shows_a_token_or_a_whole_address(server, answer, caplog, tmp_path, level):
    caplog.set_level(level)
    uri = "/customers?seekOperation=Next&filter=canaryFilter"
    told = {"items": [], "links": {"next": {"uri": uri, "headers": []}}}
    door = server.door(answer(told, Set_Cookie="canaryCookie=1"), answer({"items": []}))
    door.collect(list_customers())
    with contextlib.suppress(BespeakError):
        server.door(answer(status=403)).download(LINK, tmp_path / "f")

    assert not [one for one in ("canary", "token-1") if one in caplog.text]
    assert ("HTTP Request" in caplog.text) is (level <= logging.INFO)


@pytest.mark.slow
def test_no_log_of_real_connections_shows_the_key(caplog):

    caplog.set_level(logging.DEBUG)
    server = serve(World.demo(1), 0, TOKEN)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        served_door(server.url, TOKEN).collect(list_customers())
    finally:
        server.close()
        thread.join()
    text = "\n".join(record.getMessage() for record in caplog.records)
    assert "send_request_headers.started" in text
    assert TOKEN not in text
    assert "return_value" not in text


@pytest.mark.parametrize(
    ("library", "message", "args"),
    [
        ("httpx", 'HTTP Request: %s %s "%s"', ("GET", httpx.URL(LINK), "HTTP/1.1")),
        ("msal.application", "refreshing with %s", (f"refresh_token={TOKEN}",)),
        ("msal.oauth2cli.oauth2", f"answer: {{'access_token': '{TOKEN}'}}", ()),
        ("msal.token_cache", "event=%s", ({"response": TOKEN},)),
        (
            "urllib3.connectionpool",
            '%s://%s:%s "%s %s" %s',
            ("https", "h", 443, "GET", f"/x?sig={TOKEN}", 200),
        ),
        ("httpcore.http11", f"receive_response_headers.complete return_value=[(b'X', b'{TOKEN}')]", ()),
        ("urllib3.util.retry", f"Bearer {TOKEN}", ()),
        ("httpx", "%d", (TOKEN,)),
    ],
)
def test_a_record_of_a_library_is_put_together_again_from_what_may_be_seen(
    caplog, monkeypatch, library, message, args
):
    # Where a sign-in was loaded before, the library of the sign-in says nothing at all.
    monkeypatch.setattr(logging.getLogger(library), "filters", [])
    caplog.set_level(logging.DEBUG)
    logs.guard_logs()
    logging.getLogger(library).info(message, *args)

    assert len(caplog.records) == 1
    assert "canary" not in caplog.text


def test_an_error_that_a_library_logs_is_left_out(caplog):
    logs.guard_logs()
    logging.getLogger("httpx").error("It broke.", exc_info=ValueError(TOKEN))
    assert "It broke." in caplog.text
    assert TOKEN not in caplog.text


def test_an_address_shows_its_place_and_what_is_allowed_of_its_query():
    assert logs.shown_address(LINK) == (
        "https://a.blob.core.windows.net/f/part-0?sv=REDACTED&sig=REDACTED&size=5"
    )
    assert logs.shown_address("https://user:secret@host:8443/x") == "https://host:8443/x"
    assert logs.shown_address("https://host:port/x") == "REDACTED"


def test_headers_show_what_is_allowed():
    told = {"Authorization": f"Bearer {TOKEN}", "Retry-After": "5", "Location": LINK}
    assert logs.shown_headers(told) == {
        "Authorization": "REDACTED",
        "Retry-After": "5",
        "Location": "REDACTED",
    }


def test_the_guard_stands_once_however_many_doors_there_are(server, answer):
    server.door(answer({"id": "x"})).send(get_customer("1f0c8e52-7b3d-4a86-9d11-5e2a7c40b9f3"))
    server.door(answer({"id": "x"}))
    assert len([one for one in logging.getLogger("httpx").filters if isinstance(one, logs.Guard)]) == 1
