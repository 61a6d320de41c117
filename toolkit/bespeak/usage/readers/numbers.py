"""Numbers as people and spreadsheets write them: with a comma or a point, with or without thousands."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bespeak.errors import InputError

_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_POINT = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")
#: Three digits after the only comma: a thousand in one country, a part in another.
_EITHER = re.compile(r"[+-]?\d{1,3},\d{3}")


def plain_numbers(texts: Iterable[str], name: str, delimiter: str) -> dict[str, str]:
    """Each text as a number that Python reads; one that is no number in the column's way of writing stays as it is.

    The whole column is written in one way. Where commas part the columns, they part thousands and never a fraction.
    Raises ``InputError`` when the way can only be guessed.
    """
    kept = tuple(texts)
    odd = [text.strip() for text in kept if text.strip() and not _PLAIN.fullmatch(text.strip())]
    if not any("," in text for text in odd):
        return {text: text.strip() for text in kept}
    if delimiter == ",":
        return {text: _without(text, ",") if _POINT.fullmatch(text.strip()) else text for text in kept}
    comma = [text for text in odd if _COMMA.fullmatch(text) and not _EITHER.fullmatch(text)]
    point = [text for text in odd if _POINT.fullmatch(text) and not _EITHER.fullmatch(text)]
    either = [text for text in odd if _EITHER.fullmatch(text)]
    if (either and not comma and not point) or (comma and point):
        raise InputError(
            f"The column '{name}' holds '{(either or comma)[0][:40]}', which may be a thousand or a part of one.",
            "Export it with a decimal point and without separators of thousands.",
        )
    if comma:
        return {text: _without(text, ".").replace(",", ".") for text in kept}
    return {text: _without(text, ",") for text in kept}


def _without(text: str, separator: str) -> str:
    return text.strip().replace(separator, "")
