"""The text of single records in the bytes as they were received."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Sequence
from itertools import pairwise

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

#: Under these names the services put the records of a page.
_LISTS = ("items", "value", "Items", "Value")
_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"


def record_texts(raw: bytes) -> Sequence[str]:
    """The text of each record of a page or file, as it came; none where the bytes are not understood."""
    try:
        return _texts(raw)
    except (ValueError, OSError, EOFError, csv.Error, msgspec.MsgspecError, pa.ArrowException):
        return ()


def _texts(raw: bytes) -> Sequence[str]:
    if raw.startswith(_GZIP):
        return _texts(gzip.decompress(raw))
    if raw.startswith(_PARQUET):
        return [json.dumps(row, default=str) for row in pq.read_table(io.BytesIO(raw)).to_pylist()]
    start = raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    readers: dict[bytes, Callable[[bytes], Sequence[str]]] = {b"[": _list, b"{": _page}
    return readers.get(start, _lines)(raw.removeprefix(b"\xef\xbb\xbf"))


def _list(raw: bytes) -> Sequence[str]:
    return [bytes(one).decode("utf-8", "replace") for one in msgspec.json.decode(raw, type=list[msgspec.Raw])]


def _page(raw: bytes) -> Sequence[str]:
    """A page of a service, or JSON lines."""
    try:
        page = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    except msgspec.DecodeError:
        return [line for line in raw.decode("utf-8", "replace").splitlines() if line.strip()]
    found = next((page[name] for name in _LISTS if name in page), None)
    return [raw.decode("utf-8", "replace")] if found is None else _list(bytes(found))


def _lines(raw: bytes) -> Sequence[str]:
    """The lines of a CSV file below its heading; one that holds a line break is one record."""
    lines = raw.decode("utf-8", "replace").splitlines(keepends=True)
    reader = csv.reader(lines)
    ends = [reader.line_num for row in reader if row]
    return ["".join(lines[begin:end]).strip("\r\n") for begin, end in pairwise(ends)]
