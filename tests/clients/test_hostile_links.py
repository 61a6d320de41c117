"""No link of a service takes a token, or a request, to another host."""

import socket

import hostile_links
import pytest


@pytest.mark.slow
def test_500_links_that_lead_away_take_nothing_abroad():
    assert hostile_links.run(500) == (500, 0, 0)


def test_the_listeners_would_hear_what_comes():
    """Without this the figure above would prove nothing."""
    one = hostile_links.Listener()
    with socket.create_connection(("127.0.0.1", one.port)) as line:
        line.sendall(b"GET / HTTP/1.1\r\n\r\n")
        line.recv(10)
    one.close()
    assert one.heard == [b"GET / HTTP/1.1\r\n\r\n"]
