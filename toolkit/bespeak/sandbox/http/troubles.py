"""The kinds of faults: what each one does to a request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from email.utils import formatdate
from typing import Any

from bespeak.sandbox.http.broken_lines import (
    half,
    longer,
    lose,
    packed,
    shorter,
    slow,
    slow_answer,
    slow_bytes,
)
from bespeak.sandbox.http.false_answers import (
    empty,
    expired_token,
    fail_after,
    insufficient_token,
    not_json,
    not_ready,
    redirect,
    refuse,
    throttle,
)
from bespeak.sandbox.http.tampering import CHANGES, ODD, tampered
from bespeak.sandbox.http.trouble import JSON, Trouble
from bespeak.sandbox.price_list import PriceChange


def suffer(trouble: Trouble) -> Iterable[bytes]:
    """What a request gets that a fault strikes; it may end in a ``ConnectionResetError``."""
    return _KINDS.get(trouble.fault.kind, _change)(trouble)


def _odd_json(trouble: Trouble) -> Iterable[bytes]:
    return trouble.send(200, ODD.get(trouble.fault.value, ODD["nan"])(), JSON)


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
    "refuse": refuse,
    "lose_answer": lose,
    "lose_request": lose,
    "fail_after": fail_after,
    "throttle": throttle,
    "not_ready": not_ready,
    "not_json": not_json,
    "empty": empty,
    "expired_token": expired_token,
    "insufficient_token": insufficient_token,
    "redirect": redirect,
    "slow": slow,
    "slow_answer": slow_answer,
    "slow_bytes": slow_bytes,
    "half": half,
    "reset": half,
    "longer": longer,
    "shorter": shorter,
    "odd_json": _odd_json,
    "wrong_gzip": packed,
    "plain_gzip": packed,
    "gzip_bomb": packed,
    "wrong_date": _wrong_date,
    "move_price": _price_moves,
    "time_passes": _time_passes,
}
