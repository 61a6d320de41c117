"""The thinnest client of the sandbox: one WSGI call, no framework, so that a million of them take minutes."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

PARTNER = "https://api.partnercenter.microsoft.com"
ARM = "https://management.azure.com"
AUDIENCES = {"partner_center": PARTNER, "arm": ARM, "price_sheets": "https://api.partner.microsoft.com"}
VERSION = "2022-11-01"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def ok(self) -> bool:
        """Whether the request was taken."""
        return self.status < HTTPStatus.BAD_REQUEST

    def body(self):
        """The JSON of the body, None for an empty one."""
        return json.loads(self.raw.decode("utf-8-sig")) if self.raw else None


class Door:
    """Calls an application; signs in by itself, as the principal that is asked for."""

    def __init__(self, app, token: str) -> None:
        self._app = app
        self._token = token
        self._access: dict[tuple[str, str], str] = {}

    def partner(self, method: str, path: str, body=None, *, who: str = "", headers=()) -> Reply:
        """One call of Partner Center."""
        return self._authorized("partner_center", method, f"/v1{path}", body, who, headers)

    def azure(self, method: str, path: str, body=None, *, who: str = "") -> Reply:
        """One call of Azure Resource Manager."""
        separator = "&" if "?" in path else "?"
        return self._authorized("arm", method, f"{path}{separator}api-version={VERSION}", body, who, ())

    def control(self, method: str, path: str, body=None) -> Reply:
        """One call of the control of the sandbox."""
        return self._send(method, f"/control{path}", body, {"HTTP_AUTHORIZATION": f"Bearer {self._token}"})

    def _authorized(self, service, method, path, body, who, headers) -> Reply:
        key = (service, who)
        if key not in self._access:
            self._access[key] = self._sign_in(AUDIENCES[service], who)
        extra = {"HTTP_AUTHORIZATION": f"Bearer {self._access[key]}", **dict(headers)}
        return self._send(method, f"/{service}{path}", body, extra)

    def _sign_in(self, audience: str, who: str) -> str:
        secret = f"{self._token}.as-{who}" if who else self._token
        form = {"grant_type": "refresh_token", "refresh_token": secret, "scope": f"{audience}/.default"}
        raw = urlencode(form).encode()
        extra = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
        reply = self._send("POST", "/login/t/oauth2/v2.0/token", raw, extra)
        assert reply.ok, reply
        return reply.body()["access_token"]

    def _send(self, method: str, path: str, body, extra: dict[str, str]) -> Reply:
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        place, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": place,
            "QUERY_STRING": query.replace(" ", "%20"),
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1",
            "CONTENT_LENGTH": str(len(raw)),
            "CONTENT_TYPE": "application/json",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(raw),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **extra,
        }
        started: list[tuple[str, list[tuple[str, str]]]] = []
        sent = b"".join(self._app(environ, lambda status, headers, *_: started.append((status, headers))))
        status, headers = started[0]
        return Reply(int(status[:3]), dict(headers), sent)
