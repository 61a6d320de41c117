"""Faults of the line: answers that are slow, cut off, of another length than told, or packed wrongly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bespeak.sandbox.http.tampering import bomb
from bespeak.sandbox.http.trouble import JSON, Trouble

#: The head of a gzip file, and then a block of a kind that there is not.
_DAMAGED = b"\x1f\x8b\x08" + bytes(7) + b"\xff" * 64
#: Blanks that come after a body that comes byte by byte.
_ENDLESS = 100_000


def lose(trouble: Trouble) -> Iterable[bytes]:
    """No answer: the work is done before, or not even begun."""
    if trouble.fault.kind == "lose_answer":
        trouble.ask()
    raise trouble.cut()


def slow(trouble: Trouble) -> Iterable[bytes]:
    """The answer of work that some real seconds interrupt."""
    trouble.environ["sandbox.pause"] = lambda: trouble.sleep(trouble.fault.seconds)
    return trouble.forward(trouble.ask())


def slow_answer(trouble: Trouble) -> Iterable[bytes]:
    """The work at once and its answer after some real seconds."""
    caught = trouble.ask()
    trouble.sleep(trouble.fault.seconds)
    return trouble.forward(caught)


def slow_bytes(trouble: Trouble) -> Iterable[bytes]:
    """The answer byte by byte, and blanks that do not end."""
    caught = trouble.ask()
    trouble.forward(caught, b"", len(caught.body) + _ENDLESS)
    return _dripping(trouble, caught.body)


def _dripping(trouble: Trouble, body: bytes) -> Iterator[bytes]:
    for number in range(len(body) + _ENDLESS):
        yield body[number : number + 1] or b" "
        trouble.sleep(trouble.fault.seconds)


def half(trouble: Trouble) -> Iterable[bytes]:
    """Half of the answer; then the connection is cut off."""
    caught = trouble.ask()
    trouble.forward(caught)
    return _breaking(trouble, caught.body[: len(caught.body) // 2])


def longer(trouble: Trouble) -> Iterable[bytes]:
    """The whole answer under a length that it has not; then the connection is cut off."""
    caught = trouble.ask()
    trouble.forward(caught, length=len(caught.body) + 64)
    return _breaking(trouble, caught.body)


def _breaking(trouble: Trouble, part: bytes) -> Iterator[bytes]:
    yield part
    raise trouble.cut(reset=trouble.fault.kind == "reset")


def shorter(trouble: Trouble) -> Iterable[bytes]:
    """Half of the answer as if it were all."""
    caught = trouble.ask()
    return trouble.forward(caught, caught.body[: len(caught.body) // 2])


def packed(trouble: Trouble) -> Iterable[bytes]:
    """An answer that is said to be packed: plain, damaged, or far too large once unpacked."""
    kind, packed = trouble.fault.kind, ("Content-Encoding", "gzip")
    if kind == "gzip_bomb":
        return trouble.send(200, bomb(), JSON, packed)
    caught = trouble.ask()
    caught.headers.append(packed)
    return trouble.forward(caught, caught.body if kind == "plain_gzip" else _DAMAGED)
