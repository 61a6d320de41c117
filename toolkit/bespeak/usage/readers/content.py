"""What a file is, told from its bytes and never from its name."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import Literal

from bespeak.errors import InputError

Form = Literal["csv", "parquet", "json_lines", "json_page"]

_GZIP, _PARQUET, _ZIP = b"\x1f\x8b", b"PAR1", b"PK\x03\x04"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
#: No export unpacks to more than this many times its size.
_MOST = 400
_LINES = "Write an object a line, or the page with its 'items' as it was received."
_AGAIN = "Export or copy it again, and drop the file as it is."


def content_of(path: Path) -> bytes:
    """The bytes of a file; raises ``InputError`` that says why it cannot be read."""
    if path.is_dir():
        raise InputError(
            f"'{path.name}' is a folder, not a file.", "Name the file in it, or import the folder."
        )
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"'{path.name}' cannot be read: {error.strerror}.", "Check the path of the file."
        ) from error


def unpacked(raw: bytes) -> bytes:
    """The bytes without their gzip packing, if they have one; raises ``InputError`` for half a file."""
    if not raw.startswith(_GZIP):
        return raw
    try:
        plain = gzip.decompress(raw)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError("The packed file breaks off or is damaged, so it is not whole.", _AGAIN) from error
    if len(plain) > _MOST * max(len(raw), 1024):
        raise InputError("The packed file grows beyond all measure, so it is no export.", _AGAIN)
    return plain


def form_of(plain: bytes) -> Form:
    """Which form unpacked bytes have; raises ``InputError`` for one that holds no usage."""
    head = plain[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        raise InputError("The file is empty.", _AGAIN)
    if head.startswith(_PARQUET):
        return "parquet"
    if head.startswith(_ZIP):
        raise InputError("The file is a ZIP archive or a workbook.", "Unpack it, or save the table as CSV.")
    if head.lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<")):
        raise InputError("The file is a page for people (HTML or XML), such as an error page.", _AGAIN)
    if head.startswith(b"["):
        raise InputError("The file is one list in JSON, which no source of usage sends.", _LINES)
    if head.startswith(b"{"):
        return "json_page" if _is_page(plain) else "json_lines"
    return "csv"


def _is_page(plain: bytes) -> bool:
    """Whether it is one object with a list of items, and not an object a line."""
    first = plain.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 1)[0].strip()
    return b'"items"' in plain[:4096] and not (first.endswith(b"}") and b'"items"' not in first)


def as_text(plain: bytes) -> str:
    """The text of a CSV; raises ``InputError`` for an encoding that can only be guessed."""
    if plain.startswith(_UTF16):
        return _decoded(plain, "utf-16")
    if b"\x00" in plain[:4096]:
        raise InputError("The file holds no text, or text in an encoding that is not known.", _AGAIN)
    try:
        return plain.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decoded(plain, "cp1252")  # what spreadsheets of Western Europe write


def _decoded(plain: bytes, encoding: str) -> str:
    try:
        return plain.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            "The file is a text, but neither UTF-8 nor UTF-16 nor Windows-1252.", "Save it as CSV in UTF-8."
        ) from error
