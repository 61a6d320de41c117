"""The real transport before a service that is a function: pages, signed links, files, with every end they can have."""

from __future__ import annotations

import base64
import json
import random
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, quote_plus

import httpx
from flows import Bench, Hurry
from secrets_seen import CANARIES

from bespeak.clients.call import Call
from bespeak.clients.secret import Secret
from bespeak.clients.transport import Transport

#: Which canary is a token for what.
AUDIENCES = {
    "partner_center": "token for Partner Center",
    "price_sheets": "token for price sheets",
    "arm": "token for Azure",
    "graph": "token for Graph",
}


class FixedTokens:
    """A source of tokens that has one canary for each service."""

    def token(self, service: str, door: object, tenant: str = "") -> Secret | None:  # noqa: ARG002  # of the protocol
        return Secret(CANARIES[AUDIENCES[service]]) if service in AUDIENCES else None

    def forget(self, service: str, token: Secret) -> None:
        """Keeps it."""


def streaming(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.MockTransport:
    """A service that is a function, whose answers come as a stream, as those of a network do."""

    def answered(request: httpx.Request) -> httpx.Response:
        whole = answer(request)
        headers = {**whole.headers, "content-length": str(len(whole.content))}
        return httpx.Response(whole.status_code, headers=headers, stream=httpx.ByteStream(whole.content))

    return httpx.MockTransport(answered)


def centre(answer: Callable[[httpx.Request], httpx.Response]) -> Any:
    """The real transport before a service that is a function."""
    bases = {name: f"https://{name.replace('_', '-')}.example" for name in AUDIENCES}
    hurry = Hurry()
    return Transport(
        bases,  # type: ignore[arg-type]
        FixedTokens(),
        httpx.Client(transport=streaming(answer), trust_env=False),
        sleep=hurry.sleep,
        clock=hurry.monotonic,
        rng=random.Random(1),
        new_id=lambda: str(uuid.uuid4()),
    )


def _page(request: httpx.Request, status: int, **more: Any) -> httpx.Response:
    """A page with a continuation token, and a file behind a signature; the page after it ends as it is told to."""
    token, sas = CANARIES["continuation token"], CANARIES["SAS signature"]
    if request.headers.get("MS-ContinuationToken") == token:
        return httpx.Response(status, **more)
    link = {"uri": "/v1/customers?size=1&seekOperation=Next", "method": "GET"}
    link["headers"] = [{"key": "MS-ContinuationToken", "value": token}]  # type: ignore[assignment]
    blob = (
        f"https://files.blob.core.windows.net/a/b.json.gz?sv=2020-10-02&sig={httpx.QueryParams(s=sas)['s']}"
    )
    body = {
        "totalCount": 1,
        "items": [{"id": "1"}],
        "links": {"next": link},
        "uri": blob,
        "sasToken": f"sig={sas}",
    }
    return httpx.Response(200, json=body)


ENDS: Mapping[str, dict[str, Any]] = {
    "done": {"status": 200, "json": {"totalCount": 1, "items": [{"id": "2"}]}},
    "refused": {"status": 403, "json": {"code": 2032, "description": "no"}},
    "broken": {"status": 500, "json": {}},
    "no JSON": {"status": 200, "content": b"<html>", "headers": {"content-type": "application/json"}},
    "no list": {"status": 200, "json": {"items": 7}},
    "let in no more": {"status": 401, "json": {}, "headers": {"WWW-Authenticate": "Bearer claims=abc"}},
}


def paging(on: Bench) -> None:
    """Pages with a continuation token and a signed link, for every service, with every end of the second page."""
    for service in AUDIENCES:
        for name, end in ENDS.items():
            door = centre(lambda request, end=end: _page(request, **end))
            call = Call(name="list", service=service, method="GET", path="/v1/customers", read=_read)  # type: ignore[arg-type]
            on.flow(f"pages of {service}, {name}", lambda door=door, call=call: door.collect(call) and None)
    link = Secret(
        f"https://files.blob.core.windows.net/a/b.gz?sv=1&sig={quote_plus(CANARIES['SAS signature'], safe='')}"
    )
    for name, end in ENDS.items():
        door, into = centre(lambda _, end=end: httpx.Response(**end)), on.out / f"blob {name}"
        on.flow(f"fetch a file, {name}", lambda door=door, into=into: door.download(link, into))
    abroad = Secret(link.reveal().replace("blob.core.windows.net", "collector.example"))
    on.flow("fetch a file from elsewhere", lambda: door.download(abroad, on.out / "abroad"))
    on.notes.put_value("fetch a file", "link", link)
    on.notes.put_value("pages", "door", centre(lambda _: httpx.Response(500)))


def _read(answer: Any) -> list[Any]:
    return list(answer.json["items"])


def jwt(secret: str, **claims: object) -> str:
    """A token whose signature is the canary; nobody checks it."""
    now = int(datetime(2026, 11, 16, tzinfo=UTC).timestamp())
    told = {"iss": "x", "aud": "app", "exp": now + 10**9, "iat": now, **claims}
    parts = [
        base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=")
        for one in ({"alg": "none"}, told)
    ]
    return ".".join([*parts, secret])


def form_of(request: httpx.Request) -> dict[str, str]:
    """The form of a request."""
    return {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
