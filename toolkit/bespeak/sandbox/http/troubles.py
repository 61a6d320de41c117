"""What a fault does to one request: the table of kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from bespeak.sandbox.faults import Fault
from bespeak.sandbox.http.exchange import (
    Answer,
    dumps,
    show_azure,
    show_partner_center,
    show_sign_in,
)
from bespeak.sandbox.http.tampering import CHANGES, FOREIGN, ODD, bomb, tampered
from bespeak.sandbox.price_list import PriceChange
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_REASONS = {one.value: one.phrase for one in HTTPStatus}
#: The head of a gzip file, and then a block of a kind that there is not.
_DAMAGED = b"\x1f\x8b\x08" + bytes(7) + b"\xff" * 64
_JSON = ("Content-Type", "application/json; charset=utf-8")
_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>The gateway got no answer.</body></html>"
#: Blanks that come after a body that comes byte by byte.
_ENDLESS = 100_000


@dataclass(slots=True)
class Caught:
    """An answer of the application before it is sent."""

    status: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A request that a fault strikes, and how to answer it. ``cut`` breaks the connection off, by a reset if told."""

    fault: Fault
    world: World
    environ: WSGIEnvironment
    start_response: StartResponse
    inner: WSGIApplication
    sleep: Callable[[float], None]
    wall: Callable[[], float]

    def suffer(self) -> Iterable[bytes]:
        """The answer, or none."""
        return _KINDS.get(self.fault.kind, _change)(self)

    def ask(self) -> Caught:
        """The answer that the application gives."""
        caught = Caught()

        def start(
            status: str, headers: list[tuple[str, str]], _info: object = None
        ) -> Callable[[bytes], object]:
            caught.status, caught.headers = status, headers
            return lambda _: None

        caught.body = b"".join(self.inner(self.environ, start))
        return caught

    def send(self, status: int, body: bytes, *headers: tuple[str, str]) -> list[bytes]:
        """An answer of our own."""
        all_headers = [*headers, ("Content-Length", str(len(body)))]
        self.start_response(f"{status} {_REASONS.get(status, 'Fault')}", all_headers)
        return [body]

    def forward(self, caught: Caught, body: bytes | None = None, length: int | None = None) -> list[bytes]:
        """The application's answer, with another body or a length that is not true."""
        sent = caught.body if body is None else body
        shown = str(len(sent) if length is None else length)
        headers = [(name, value) for name, value in caught.headers if name.lower() != "content-length"]
        self.start_response(caught.status, [*headers, ("Content-Length", shown)])
        return [sent]

    def cut(self, *, reset: bool = False) -> ConnectionResetError:
        """What ends the connection here: the caller in this process sees it, the server closes."""
        if reset:
            self.environ.get("sandbox.reset", lambda: None)()
        return ConnectionResetError("The sandbox was told to break this connection off.")

    def wait(self, *, default: bool) -> list[tuple[str, str]]:
        """The header ``Retry-After`` as the fault wants it."""
        text, seconds = self.fault.retry_after, self.fault.seconds
        if text == "date":
            return [("Retry-After", formatdate(self.wall() + seconds, usegmt=True))]
        if text == "none" or not (text or default):
            return []
        return [("Retry-After", text or str(int(seconds)))]

    def as_text(self, answer: Answer) -> list[bytes]:
        """An error in the shape of the service."""
        return self.send(
            answer.status, answer.body, _JSON, *self.wait(default=False), *answer.headers.items()
        )


def _refuse(trouble: Trouble) -> Iterable[bytes]:
    """An error of the service; a number at sign-in is that of an AADSTS error, which may ask for claims."""
    fault = trouble.fault
    refusal = RefusalError(fault.status or 500, fault.code, "The sandbox was told to refuse this.")
    return trouble.as_text(_shown(refusal, str(trouble.environ["PATH_INFO"]), fault))


def _shown(refusal: RefusalError, path: str, fault: Fault) -> Answer:
    if path.startswith("/login"):
        code = "invalid_grant" if isinstance(fault.code, int) else fault.code
        refusal.code, refusal.description = code, f"AADSTS{fault.code}: {refusal.description}"
        return _with_claims(show_sign_in(refusal), fault)
    return (
        show_azure(refusal)
        if path.startswith(("/arm", "/graph", "/retail"))
        else show_partner_center(refusal)
    )


def _with_claims(answer: Answer, fault: Fault) -> Answer:
    if not fault.value:
        return answer
    return Answer(answer.body[:-1] + b',"claims":' + dumps(fault.value) + b"}", answer.status)


def _lose(trouble: Trouble) -> Iterable[bytes]:
    if trouble.fault.kind == "lose_answer":
        trouble.ask()
    raise trouble.cut()


def _fail_after(trouble: Trouble) -> Iterable[bytes]:
    trouble.ask()
    return _refuse(trouble)


def _throttle(trouble: Trouble) -> Iterable[bytes]:
    what = "Rate limit is exceeded. Try again later."
    body = dumps({"statusCode": 429, "message": what})
    if str(trouble.environ["PATH_INFO"]).startswith("/arm"):
        body = show_azure(RefusalError(429, "TooManyRequests", what)).body
    return trouble.send(429, body, _JSON, *trouble.wait(default=True))


def _not_ready(trouble: Trouble) -> Iterable[bytes]:
    return trouble.send(204, b"", *trouble.wait(default=True))


def _not_json(trouble: Trouble) -> Iterable[bytes]:
    return trouble.send(trouble.fault.status or 502, _PAGE, ("Content-Type", "text/html"))


def _empty(trouble: Trouble) -> Iterable[bytes]:
    return trouble.send(trouble.fault.status or 200, b"", _JSON)


def _expired(trouble: Trouble) -> Iterable[bytes]:
    azure = str(trouble.environ["PATH_INFO"]).startswith(("/arm", "/graph"))
    code: int | str = "ExpiredAuthenticationToken" if azure else 400
    refusal = RefusalError(
        401, code, "The access token has ended.", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}
    )
    return trouble.as_text((show_azure if azure else show_partner_center)(refusal))


def _insufficient(trouble: Trouble) -> Iterable[bytes]:
    azure = str(trouble.environ["PATH_INFO"]).startswith(("/arm", "/graph"))
    refusal = RefusalError(
        403, "AuthorizationFailed" if azure else 900150, "The token lacks a right for this."
    )
    return trouble.as_text((show_azure if azure else show_partner_center)(refusal))


def _redirect(trouble: Trouble) -> Iterable[bytes]:
    path, query = trouble.environ["sandbox.path"], trouble.environ.get("QUERY_STRING", "")
    there = trouble.fault.value or trouble.environ.get("SCRIPT_NAME", "") + path + (
        f"?{query}" if query else ""
    )
    there = FOREIGN + path if there == "foreign" else there
    return trouble.send(trouble.fault.status or 302, b"", ("Location", there))


def _slow(trouble: Trouble) -> Iterable[bytes]:
    trouble.environ["sandbox.pause"] = lambda: trouble.sleep(trouble.fault.seconds)
    return trouble.forward(trouble.ask())


def _slow_answer(trouble: Trouble) -> Iterable[bytes]:
    caught = trouble.ask()
    trouble.sleep(trouble.fault.seconds)
    return trouble.forward(caught)


def _slow_bytes(trouble: Trouble) -> Iterable[bytes]:
    caught = trouble.ask()
    trouble.forward(caught, b"", len(caught.body) + _ENDLESS)
    return _dripping(trouble, caught.body)


def _dripping(trouble: Trouble, body: bytes) -> Iterator[bytes]:
    for number in range(len(body) + _ENDLESS):
        yield body[number : number + 1] or b" "
        trouble.sleep(trouble.fault.seconds)


def _half(trouble: Trouble) -> Iterable[bytes]:
    caught = trouble.ask()
    trouble.forward(caught)
    return _breaking(trouble, caught.body[: len(caught.body) // 2])


def _longer(trouble: Trouble) -> Iterable[bytes]:
    caught = trouble.ask()
    trouble.forward(caught, length=len(caught.body) + 64)
    return _breaking(trouble, caught.body)


def _breaking(trouble: Trouble, part: bytes) -> Iterator[bytes]:
    yield part
    raise trouble.cut(reset=trouble.fault.kind == "reset")


def _shorter(trouble: Trouble) -> Iterable[bytes]:
    caught = trouble.ask()
    return trouble.forward(caught, caught.body[: len(caught.body) // 2])


def _odd_json(trouble: Trouble) -> Iterable[bytes]:
    return trouble.send(200, ODD.get(trouble.fault.value, ODD["nan"])(), _JSON)


def _packed(trouble: Trouble) -> Iterable[bytes]:
    kind, packed = trouble.fault.kind, ("Content-Encoding", "gzip")
    if kind == "gzip_bomb":
        return trouble.send(200, bomb(), _JSON, packed)
    caught = trouble.ask()
    caught.headers.append(packed)
    return trouble.forward(caught, caught.body if kind == "plain_gzip" else _DAMAGED)


def _price_moves(trouble: Trouble) -> Iterable[bytes]:
    try:
        percent = Decimal(trouble.fault.value or "1")
    except InvalidOperation:
        percent = Decimal(1)
    with trouble.world.lock:
        since = trouble.world.now
        trouble.world.prices.announce(PriceChange(since, "reservation", 1 + percent / 100))
    return trouble.forward(trouble.ask())


def _time_passes(trouble: Trouble) -> Iterable[bytes]:
    trouble.world.advance(int(trouble.fault.value) if trouble.fault.value.isdecimal() else 24 * 60)
    return trouble.forward(trouble.ask())


def _wrong_date(trouble: Trouble) -> Iterable[bytes]:
    caught, text = trouble.ask(), trouble.fault.value
    off = int(text) if text.removeprefix("-").isdecimal() else 600
    caught.headers.append(("Date", formatdate(trouble.wall() + off, usegmt=True)))
    return trouble.forward(caught)


def _change(trouble: Trouble) -> Iterable[bytes]:
    caught, environ = trouble.ask(), trouble.environ
    headers: dict[str, Any] = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    query = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
    path = f"{environ.get('SCRIPT_NAME', '')}{environ['sandbox.path']}{query}"
    headers[":url"] = f"http://{headers.get('host', '')}{path}"
    if trouble.fault.kind in CHANGES:
        return trouble.forward(caught, tampered(caught.body, trouble.fault, headers))
    return trouble.forward(caught, caught.body[: len(caught.body) * 2 // 3])


_KINDS: Mapping[str, Callable[[Trouble], Iterable[bytes]]] = {
    "refuse": _refuse,
    "lose_answer": _lose,
    "lose_request": _lose,
    "fail_after": _fail_after,
    "throttle": _throttle,
    "not_ready": _not_ready,
    "not_json": _not_json,
    "empty": _empty,
    "expired_token": _expired,
    "insufficient_token": _insufficient,
    "redirect": _redirect,
    "slow": _slow,
    "slow_answer": _slow_answer,
    "slow_bytes": _slow_bytes,
    "half": _half,
    "reset": _half,
    "longer": _longer,
    "shorter": _shorter,
    "odd_json": _odd_json,
    "wrong_gzip": _packed,
    "plain_gzip": _packed,
    "gzip_bomb": _packed,
    "wrong_date": _wrong_date,
    "move_price": _price_moves,
    "time_passes": _time_passes,
}
