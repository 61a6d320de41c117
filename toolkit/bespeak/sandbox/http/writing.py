"""An answer on its way out: the byte order mark, and the headers that echo the request."""

from __future__ import annotations

import base64
import gzip

from flask import Response

from bespeak.sandbox.http.exchange import Answer, Ask
from bespeak.sandbox.ids import guid
from bespeak.sandbox.world import World


def write(answer: Answer, ask: Ask, world: World, *, double: bool) -> Response:
    """The answer as it is sent; ``double``: echoed headers come twice in one, as in the catalogue."""
    body = answer.on_the_wire(byte_order_mark=world.switches.byte_order_mark)
    packed = bool(body) and world.switches.gzip and "gzip" in ask.headers.get("accept-encoding", "").lower()
    body = gzip.compress(body, mtime=0) if packed else body
    response = Response(body, answer.status, content_type=answer.content_type if body else None)
    if not body:
        response.headers.pop("Content-Type", None)
    if "x-ms-correlation-request-id" not in answer.headers:  # Azure has headers of its own instead.
        _echo(response, ask, world, double=double)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    for name, value in answer.headers.items():
        response.headers[name] = value
    return response


def _echo(response: Response, ask: Ask, world: World, *, double: bool) -> None:
    headers = response.headers
    for name in ("MS-CorrelationId", "MS-RequestId"):
        value = ask.headers.get(name.lower()) or world.echoes.guid("echo")
        headers[name] = f"{value},{value}" if double else value
    locale = ask.headers.get("x-locale", "en-US")
    headers["X-Locale"] = f"{locale},{locale}" if double else locale
    headers["MS-CV"] = base64.b64encode(headers["MS-RequestId"].encode())[:16].decode() + ".0"
    headers["MS-ServerId"] = "0000112D"
    headers["Request-Context"] = f"appId=cid-v1:{guid('application')}"
