"""How far a request gets: is the name known, is the line secure, does somebody answer? It carries no token."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import httpx

#: A host that does not answer in so many seconds is not there.
_PATIENCE = 5.0

#: Where it ended: the name has no address, nothing listens, the certificate is refused, no answer came, an answer came.
Reach = Literal["unknown name", "no connection", "not secure", "no answer", "answered"]


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a request to a host got; ``said`` is the reason in the system's own words, "" for an answer.

    ``date`` is the header ``Date`` of the answer, "" when there is none.
    """

    host: str
    how_far: Reach
    said: str = ""
    date: str = ""


def reach(base: str, http: httpx.Client) -> Reached:
    """How far a request to the root of a service gets; any answer will do, a refusal too."""
    parts = urlsplit(base)
    host = parts.netloc
    request = httpx.Request(
        "GET",
        f"{parts.scheme}://{host}/",
        headers={"User-Agent": "bespeak", "Accept": "application/json"},
        extensions={"timeout": httpx.Timeout(_PATIENCE).as_dict()},
    )
    try:
        response = http.send(request, stream=True, auth=None, follow_redirects=False)
    except (httpx.TransportError, OSError) as error:
        how_far, said = _end(error, parts.hostname or "")
        return Reached(host, how_far, said)
    response.close()
    return Reached(host, "answered", date=response.headers.get("date", ""))


def _end(error: BaseException, name: str) -> tuple[Reach, str]:
    """Where the request ended, and why; a proxy that knows the name is asked before this machine's own names."""
    causes = list(_causes(error))
    refused = next((one for one in causes if isinstance(one, ssl.SSLError)), None)
    if refused is not None:
        return "not secure", str(getattr(refused, "verify_message", "") or refused)
    if not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return "no answer", type(error).__name__
    if any(isinstance(one, socket.gaierror) for one in causes):
        return "unknown name", f"{name} has no address here"
    return "no connection", str(error) or type(error).__name__


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
