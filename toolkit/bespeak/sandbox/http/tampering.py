"""Changes to the body of an answer that a fault asks for: links, items, members, JSON that is none."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from bespeak.sandbox.faults import Fault
from bespeak.sandbox.http.exchange import dumps

_MARK = b"\xef\xbb\xbf"
_LISTS = ("items", "value", "Items", "Value")
_NEXT = ("nextLink", "@odata.nextLink", "NextPageLink")
FOREIGN = "https://collector.example.com"

Body = dict[str, Any]
Change = Callable[[Body, Fault, Mapping[str, str]], None]


def tampered(body: bytes, fault: Fault, headers: Mapping[str, str]) -> bytes:
    """The body with the change of this fault; ``headers``: those of the request, by lower-case name."""
    marked = body.startswith(_MARK)
    try:
        parsed = json.loads(body.removeprefix(_MARK))
    except ValueError:
        return body
    if isinstance(parsed, dict):
        CHANGES[fault.kind](parsed, fault, headers)
    return (_MARK if marked else b"") + dumps(parsed)


def _foreign(body: Body, _fault: Fault, _headers: Mapping[str, str]) -> None:
    _relink(body, lambda uri: FOREIGN + _path_of(uri))


def _downgraded(body: Body, _fault: Fault, _headers: Mapping[str, str]) -> None:
    def lower(uri: str) -> str:
        parts = urlsplit(uri)
        return f"http://{parts.hostname or '127.0.0.1'}:1{_path_of(uri)}"

    _relink(body, lower)


def _malformed(body: Body, _fault: Fault, _headers: Mapping[str, str]) -> None:
    _relink(body, lambda uri: f"{uri}{'' if '?' in uri else '?size=1'}?seekOperation=Next")


def _self(body: Body, _fault: Fault, headers: Mapping[str, str]) -> None:
    """The same page once more: its own token in the header, or its own address."""
    links = body.get("links")
    if not isinstance(links, dict) or "next" not in links:
        _relink(body, lambda _uri: headers[":url"])
        return
    shown = headers.get("ms-continuationtoken")
    for header in links["next"].get("headers", []):
        header["value"] = shown or header["value"]


def _drop_link(body: Body, _fault: Fault, _headers: Mapping[str, str]) -> None:
    for name in _NEXT:
        body.pop(name, None)
    if isinstance(body.get("links"), dict):
        body["links"].pop("next", None)


def _empty(body: Body, _fault: Fault, _headers: Mapping[str, str]) -> None:
    for items in _lists(body):
        items.clear()


def _lose(body: Body, fault: Fault, headers: Mapping[str, str]) -> None:
    _empty(body, fault, headers)
    _drop_link(body, fault, headers)
    if "totalCount" in body:
        body["totalCount"] = 0


def _double(body: Body, _fault: Fault, _headers: Mapping[str, str]) -> None:
    for items in _lists(body):
        items.extend(items[:])


def _set(body: Body, fault: Fault, _headers: Mapping[str, str]) -> None:
    owner = _owner(body, fault.field)
    if owner:
        owner[0][owner[1]] = _value(fault.value)


def _drop(body: Body, fault: Fault, _headers: Mapping[str, str]) -> None:
    owner = _owner(body, fault.field)
    if owner:
        del owner[0][owner[1]]


def _add(body: Body, _fault: Fault, _headers: Mapping[str, str]) -> None:
    for one in (body, *(item for items in _lists(body) for item in items if isinstance(item, dict))):
        one["newInThisRelease"] = {"kind": "unheard_of"}


CHANGES: Mapping[str, Change] = {
    "foreign_link": _foreign,
    "downgraded_link": _downgraded,
    "malformed_link": _malformed,
    "self_link": _self,
    "drop_link": _drop_link,
    "empty_page": _empty,
    "lose_list": _lose,
    "double_items": _double,
    "set_field": _set,
    "drop_field": _drop,
    "add_fields": _add,
}

ODD: Mapping[str, Callable[[], bytes]] = {
    "nan": lambda: b'{"totalCount":NaN,"items":[]}',
    "infinity": lambda: b'{"totalCount":Infinity,"items":[]}',
    "twice": lambda: b'{"totalCount":1,"totalCount":2,"items":[]}',
    "deep": lambda: b'{"items":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "long_number": lambda: b'{"totalCount":' + b"9" * 5_000 + b',"items":[]}',
}


@cache
def bomb(megabytes: int = 200) -> bytes:
    """So many megabytes of blanks as gzip, about a thousandth of that on the wire."""
    block = b" " * (1 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    piece = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    total = 0
    for _ in range(megabytes):
        total = zlib.crc32(block, total)
    end = packer.flush(zlib.Z_FINISH)
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    tail = total.to_bytes(4, "little") + (megabytes << 20).to_bytes(4, "little")
    return head + piece * megabytes + end + tail


def _relink(body: Body, change: Callable[[str], str]) -> None:
    for name in _NEXT:
        if isinstance(body.get(name), str):
            body[name] = change(body[name])
    links = body.get("links")
    if isinstance(links, dict) and isinstance(links.get("next"), dict):
        links["next"]["uri"] = change(links["next"]["uri"])


def _path_of(uri: str) -> str:
    parts = urlsplit(uri)
    path = parts.path if parts.path.startswith("/") else f"/{parts.path}"
    return path + (f"?{parts.query}" if parts.query else "")


def _lists(body: Body) -> Iterator[list[Any]]:
    return (body[name] for name in _LISTS if isinstance(body.get(name), list))


def _owner(value: object, name: str) -> tuple[Body, str] | None:
    """The first object, from outside in, that has a member of this name in any case, and its spelling there."""
    if isinstance(value, dict):
        for key in value:
            if key.lower() == name.lower():
                return value, key
        value = list(value.values())
    if isinstance(value, list):
        return next((found for one in value if (found := _owner(one, name))), None)
    return None


def _value(text: str) -> object:
    """JSON where it is JSON, else the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text
