"""The text of single records in the bytes as they were received."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from bespeak.errors import BespeakError
from bespeak.usage.readers.content import Form, as_text, form_of, unpacked

#: Under these names the services put the records of a page.
_LISTS = ("items", "value", "Items", "Value")
_DELIMITERS = (",", ";", "\t", "|")
_MARK = b"\xef\xbb\xbf"


def record_texts(raw: bytes) -> Sequence[str]:
    """The text of each record of a page or file, as it came; none where the bytes are not understood."""
    try:
        plain = unpacked(raw)
        return _FORMS[form_of(plain)](plain)
    except (BespeakError, ValueError, OSError, csv.Error, msgspec.MsgspecError, pa.ArrowException):
        return ()


def _parquet(plain: bytes) -> Sequence[str]:
    return [json.dumps(row, default=str) for row in pq.read_table(io.BytesIO(plain)).to_pylist()]


def _list(plain: bytes) -> Sequence[str]:
    return [
        bytes(one).decode("utf-8", "replace") for one in msgspec.json.decode(plain, type=list[msgspec.Raw])
    ]


def _page(plain: bytes) -> Sequence[str]:
    page = msgspec.json.decode(plain.removeprefix(_MARK), type=dict[str, msgspec.Raw])
    found = next((page[name] for name in _LISTS if name in page), None)
    return () if found is None else _list(bytes(found))


def _lines(plain: bytes) -> Sequence[str]:
    """JSON lines; a page whose list has another name is one too."""
    texts = [
        line for line in plain.removeprefix(_MARK).decode("utf-8", "replace").splitlines() if line.strip()
    ]
    return (_page(plain) or texts) if len(texts) == 1 else texts


def _csv(plain: bytes) -> Sequence[str]:
    """The lines below the heading that have all columns, as the reader counts them; a line break may be inside one."""
    text = as_text(plain)
    lines = text.splitlines(keepends=True)
    delimiter = max(_DELIMITERS, key=lines[0].count)
    reader = csv.reader(lines, delimiter=delimiter)
    width = len(next(reader))
    ends = [(reader.line_num, width), *((reader.line_num, len(row)) for row in reader)]
    return [
        "".join(lines[begin:end]).strip("\r\n")
        for (begin, _), (end, cells) in pairwise(ends)
        if cells == width
    ]


_FORMS: Mapping[Form, Callable[[bytes], Sequence[str]]] = {
    "parquet": _parquet,
    "json_page": _page,
    "json_lines": _lines,
    "csv": _csv,
}
