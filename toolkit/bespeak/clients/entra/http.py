"""What MSAL sends through: one host, no redirect, bounded answers, and errors without a request in them.

MSAL takes any object with ``get``, ``post`` and ``close``. Its own choice (requests) would follow redirects, read
proxies from the environment, and put addresses and bodies into errors; so it gets this one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import urlsplit

import httpx

from bespeak.clients.address import checked_base, is_loopback
from bespeak.clients.entra.clock import ServiceClock
from bespeak.clients.entra.clouds import Cloud
from bespeak.clients.entra.refusals import NOTHING_BOUGHT, explain
from bespeak.clients.secret import Secret
from bespeak.errors import InputError, ServiceError, UnreachableError, UnreadableError

#: Bytes of an answer; those of Entra ID have a few thousand.
_MOST = 1 << 20
#: One request with its answer takes no longer than this (seconds).
_DEADLINE = 60.0
_TIMEOUT = httpx.Timeout(30.0, connect=5.0, pool=5.0)
#: Waits before a second and a third try, of what may be asked twice.
_PAUSES = (0.5, 2.0)
#: A code is good once, so these are never sent a second time.
_ONCE = ("authorization_code", "urn:ietf:params:oauth:grant-type:device_code")
_OK, _REDIRECT, _THROTTLED, _BROKEN = 200, 300, 429, 500
_AGAIN = "Check the network, then try again."


@dataclass(frozen=True, slots=True)
class EntraAnswer:
    """What MSAL reads of an answer."""

    status_code: int
    text: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)

    def raise_for_status(self) -> None:
        """Raises ``UnreadableError`` for an error status."""
        if self.status_code >= 400:  # noqa: PLR2004  # the first status of an error
            raise UnreadableError(f"The sign-in service answered {self.status_code}.", "Try again later.")

    def __reduce__(self) -> NoReturn:
        raise TypeError("An answer of the sign-in service may hold tokens; it is never pickled or copied.")


class StandIn:
    """A sandbox on this machine that stands for a cloud's sign-in service; ``key`` is the token of its world.

    Raises ``InputError`` for an address that is not on this machine.
    """

    __slots__ = ("base", "key")

    def __init__(self, base: str, key: Secret) -> None:
        self.base = checked_base(base)
        self.key = key
        if not is_loopback(urlsplit(base).hostname or ""):
            raise InputError("A sandbox is on this machine only.", "Use connect() for the sandbox.")

    def __repr__(self) -> str:
        return "StandIn(***)"


class EntraHttp:
    """Sends to the host that signs people in, and to no other; safe to use from several threads.

    ``sleep`` waits seconds. With ``stand_in`` a sandbox on this machine is asked in the place of the cloud.
    """

    def __init__(
        self,
        cloud: Cloud,
        http: httpx.Client,
        clock: ServiceClock,
        *,
        sleep: Callable[[float], None],
        stand_in: StandIn | None = None,
    ) -> None:
        self.cloud = cloud
        self.clock = clock
        self._http = http
        self._sleep = sleep
        self._stand_in = stand_in

    def __repr__(self) -> str:
        return f"EntraHttp({self.cloud.name})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A connection is never pickled or copied.")

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> EntraAnswer:
        """The answer to a GET, which MSAL asks for the addresses of a tenant only.

        Raises ``SignInError`` for a tenant that is not known, and a ``ServiceError`` when there is no answer.
        """
        answer = self._sent("GET", url, headers or {}, params=params)
        if answer.status_code != _OK:
            raise explain(json.loads(answer.text), self.clock.wrong)
        if self._stand_in is None:
            return answer
        text = answer.text.replace(self._stand_in.base, self.cloud.authority)
        return EntraAnswer(_OK, text, answer.headers)

    def post(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> EntraAnswer:
        """The answer to a POST, as MSAL asks for it; raises a ``ServiceError`` when there is none."""
        form = {name: _text(value) for name, value in (data or {}).items()}
        once = form.get("grant_type") in _ONCE
        return self._sent("POST", url, headers or {}, once=once, params=params, data=form)

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def shown(self, url: str) -> str:
        """The address that a browser opens: that of the cloud, or of the sandbox that stands for it."""
        self._check(url)
        if self._stand_in is None:
            return url
        return self._stand_in.base + url.removeprefix(self.cloud.authority)

    def _check(self, url: str) -> None:
        if urlsplit(url).scheme != "https" or urlsplit(url).netloc.lower() != self.cloud.host:
            raise InputError(
                "The sign-in was to be sent to another host than that of the cloud. Nothing was sent.",
                f"Sign-in goes to {self.cloud.host} only; compare cloud and tenant in the settings.",
            )

    def _sent(
        self, method: str, url: str, headers: Mapping[str, str], *, once: bool = False, **parts: object
    ) -> EntraAnswer:
        self._check(url)
        for pause in () if once else _PAUSES:
            answer = self._try(method, url, headers, parts)
            if not isinstance(answer, ServiceError):
                return answer
            self._sleep(pause)
        answer = self._try(method, url, headers, parts)
        if isinstance(answer, ServiceError):
            raise answer
        return answer

    def _try(
        self, method: str, url: str, headers: Mapping[str, str], parts: Mapping[str, Any]
    ) -> EntraAnswer | ServiceError:
        """One answer; or the error of a try that may be made once more, given back so that it holds no frame."""
        try:
            status, told, body = self._exchanged(method, url, headers, parts)
        except httpx.TimeoutException:
            return _away("did not answer in time")
        except (httpx.HTTPError, OSError):
            return _away("is out of reach")
        if status >= _BROKEN:
            return _away(f"has trouble of its own ({status})", status)
        return _checked(status, told, body)

    def _exchanged(
        self, method: str, url: str, headers: Mapping[str, str], parts: Mapping[str, Any]
    ) -> tuple[int, Mapping[str, str], bytes]:
        sent = {**headers, "Accept-Encoding": "identity", "User-Agent": "bespeak"}
        if self._stand_in is not None:
            sent["Authorization"] = f"Bearer {self._stand_in.key.reveal()}"
        ends = self.clock.ticks() + _DEADLINE
        opened = self._http.stream(
            method, self.shown(url), headers=sent, timeout=_TIMEOUT, follow_redirects=False, **parts
        )
        with opened as response:
            told = {name.lower(): value for name, value in response.headers.items()}
            self.clock.heard(told.get("date", ""))
            body = self._body(response, ends)
            return response.status_code, told, body

    def _body(self, response: httpx.Response, ends: float) -> bytes:
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise UnreadableError("The sign-in service packed its answer, unasked.", "Try again later.")
        body = b""
        for part in response.iter_raw():
            body += part
            if len(body) > _MOST:
                raise UnreadableError(
                    f"The answer of the sign-in service is larger than {_MOST >> 20} MiB.", "Try again later."
                )
            if self.clock.ticks() > ends:
                raise httpx.ReadTimeout("too slow")
        return body


def _text(value: object) -> str:
    """A value of a form; MSAL signs an application in with bytes, which the HTTP library would print as a literal."""
    return value.decode("ascii") if isinstance(value, bytes) else str(value)


def _away(how: str, status: int = 0) -> UnreachableError:
    return UnreachableError(f"The sign-in service {how}. {NOTHING_BOUGHT}", _AGAIN, status=status)


def _checked(status: int, headers: Mapping[str, str], body: bytes) -> EntraAnswer:
    """An answer that holds a JSON object; raises ``UnreadableError`` for any other: MSAL would log its text."""
    if _REDIRECT <= status < 400:  # noqa: PLR2004  # the status class
        raise UnreadableError(
            f"The sign-in service sends the request elsewhere, which is never followed. {NOTHING_BOUGHT}",
            "Check the cloud and the proxy of the settings.",
        )
    try:
        text = body.decode("utf-8-sig")
        told = json.loads(text)
    except (ValueError, RecursionError):
        told = None
    if isinstance(told, dict):
        return EntraAnswer(status, text, headers)
    if status == _THROTTLED:
        return EntraAnswer(status, '{"error": "temporarily_unavailable"}', headers)
    raise UnreadableError(
        f"The answer of the sign-in service ({status}) is not in its documented shape. {NOTHING_BOUGHT}",
        "Try again; a proxy may have answered in its place.",
    )
