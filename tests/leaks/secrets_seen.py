"""The canaries, every form in which one might leave, and what is taken of a value, an error and a file.

A canary has signs that change when it is written into an address, so that the encoded forms differ from the plain one.
"""

from __future__ import annotations

import base64
import contextlib
import copy
import faulthandler
import io
import json
import pickle
import tempfile
import traceback
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, is_dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from IPython.core.ultratb import VerboseTB
from IPython.lib.pretty import pretty

#: What must be nowhere: the kinds of secrets that this toolkit holds or meets.
CANARIES = {
    "refresh token": "0.AXcanary-refresh~Tk7+Qz/19=aa",
    "token for Partner Center": "canary-at-pc~Tk7+Qz/28=bb",
    "token for price sheets": "canary-at-ps~Tk7+Qz/37=cc",
    "token for Azure": "canary-at-arm~Tk7+Qz/46=dd",
    "token for Graph": "canary-at-graph~Tk7+Qz/55=ee",
    "client secret": "canary-cs~Tk7+Qz/64=ff",
    "certificate key": "MIIcanaryKeyTk7+Qz/73QxW9dd+gg",
    "SAS signature": "canarySig+Tk7/Qz82hh=",
    "device code": "canary-dc~Tk7+Qz/91=ii",
    "token of the Lab": "canary-lab~Tk7+Qz/a0=jj",
    "token of the sandbox": "canary-sandbox~Tk7-Qz_b9-kk",
    "password of the proxy": "canary-proxy~Tk7-Qz_c8-ll",
    "continuation token": "canary-next~Tk7+Qz/d7=mm",
    "id token": "canary-idt~Tk7-Qz_e6-nn",
}


def needles(secret: str) -> set[bytes]:
    """The secret plain, in an address, in JSON, base64 at each of three places, UTF-16, hexadecimal."""
    raw = secret.encode()
    found = {
        raw,
        quote(secret, safe="").encode(),
        quote_plus(secret).encode(),
        json.dumps(secret)[1:-1].encode(),
    }
    found |= {
        secret.encode("utf-16-le"),
        secret.encode("utf-16-be"),
        raw.hex().encode(),
        raw.hex().upper().encode(),
    }
    for skip in range(3):
        # Of the first and the last letters the bits belong to what stands before and after.
        whole = base64.b64encode(b"\0" * skip + raw + b"\0" * (-(skip + len(raw)) % 3))
        part = whole[4 if skip else 0 : len(whole) - (4 if (skip + len(raw)) % 3 else 0)]
        found |= {part, part.replace(b"+", b"-").replace(b"/", b"_")}
    return {one for one in found if len(one) > 8}


@dataclass(slots=True, repr=False)
class Notes:
    """What each flow left behind, by flow and artefact."""

    left: dict[tuple[str, str], bytes] = field(default_factory=dict)
    _numbers: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def put(self, flow: str, artefact: str, content: bytes | str) -> None:
        """Notes an artefact; what is empty is none."""
        raw = content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
        if raw:
            self.left[flow, artefact] = self.left.get((flow, artefact), b"") + raw + b"\n"

    def put_value(self, flow: str, name: str, value: object) -> None:
        """Notes a value in every form that a program could give it."""
        for form, text in _forms(value):
            self.put(flow, f"{name}: {form}", text)

    def put_error(self, flow: str, error: BaseException, *, deep: bool = True) -> None:
        """Notes an error with all that led to it, as each reader of errors shows it."""
        for form, text in _error_forms(error, deep=deep):
            self.put(flow, f"error: {form}", text)

    def put_files(self, flow: str, folder: Path) -> None:
        """Notes every file below a folder, by its ending."""
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                self.put(flow, f"file {path.suffix or path.name}", path.read_bytes())

    def finds(self, secrets: dict[str, str]) -> list[str]:
        """Where a secret stands, in whatever form."""
        wanted = {name: needles(secret) for name, secret in secrets.items()}
        return [
            f"{name} in {flow}, {artefact}"
            for (flow, artefact), content in self.left.items()
            for name, forms in wanted.items()
            if any(form in content for form in forms)
        ]


def _forms(value: object) -> Iterator[tuple[str, str | bytes]]:
    yield "repr", repr(value)
    yield "text", f"{value} {value!s:>10}"
    yield "pretty", pretty(value)
    held = _held(value)
    yield "members", repr(held)
    yield "members of members", "\n".join(repr(_held(one)) for one in held.values())
    yield "JSON", _tried(lambda: json.dumps(held, default=str))
    yield "pickle", _tried(lambda: pickle.dumps(value))
    yield "deep copy", _tried(lambda: repr(copy.deepcopy(value)))
    if is_dataclass(value) and not isinstance(value, type):
        yield "dictionary", _tried(lambda: repr(asdict(value)))


def _held(value: object) -> dict[str, Any]:
    """The members of a value, those in slots included."""
    names = [
        name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ()) if name != "_value"
    ]
    slots = {name: getattr(value, name) for name in names if hasattr(value, name)}
    return slots | dict(getattr(value, "__dict__", {}))


def _tried(work: Any) -> str | bytes:
    try:
        done: str | bytes = work()
    except Exception as error:  # noqa: BLE001 - a refusal is as good as a mask, its words are looked at
        return f"refused: {error!r}"
    return done


def _error_forms(error: BaseException, *, deep: bool) -> Iterator[tuple[str, str | bytes]]:
    chain = list(_chain(error))
    yield "text", "\n".join(f"{one} {one!r} {one.args!r}" for one in chain)
    yield "members", "\n".join(repr(_held(one)) for one in chain)
    yield "requests", "\n".join(repr(getattr(one, "_request", None) and _held(one._request)) for one in chain)
    yield "traceback", "".join(traceback.format_exception(error))
    yield "pickle", _tried(lambda: pickle.dumps(error))
    yield "in a notebook", "\n".join(getattr(error, "_render_traceback_", lambda: [repr(error)])())
    if not deep:
        return
    shown = traceback.TracebackException.from_exception
    yield "traceback with locals", _tried(lambda: "".join(shown(error, capture_locals=True).format()))
    yield "%tb Verbose", verbose(error)


def verbose(error: BaseException) -> str:
    """What IPython shows of an error in its most talkative mode."""
    return VerboseTB(include_vars=True).text(type(error), error, error.__traceback__)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, one.__context__]


def crash_dump() -> bytes:
    """What a crash of the interpreter writes now."""
    with tempfile.TemporaryFile() as file:
        faulthandler.dump_traceback(file, all_threads=True)
        file.seek(0)
        return file.read()


@contextlib.contextmanager
def heard() -> Iterator[io.StringIO]:
    """All that is logged meanwhile, at every level, errors included."""
    import logging  # noqa: PLC0415  only here

    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s %(args)s %(pathname)s"))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield out
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
