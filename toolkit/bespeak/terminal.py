"""Words for a terminal: what a service says never steers it, and long sentences are broken under their column."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

#: Narrower columns of a sentence cannot be read.
_LEAST = 40


def printable(text: str) -> str:
    r"""The text with each character that could steer a terminal written as its number.

    >>> print(printable("Contoso\x1b[2J"))
    Contoso\x1b[2J
    """
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def columns(rows: Iterable[Sequence[str]], width: int) -> str:
    """The rows under each other, each column as wide as its longest text; the last one is broken to the width."""
    told = [[printable(text) for text in row] for row in rows]
    widths = [max(len(row[i]) for row in told) for i in range(len(told[0]) - 1)] if told else []
    indent = sum(widths) + 2 * len(widths)
    room = max(width - indent, _LEAST)
    lines = []
    for row in told:
        head = "".join(f"{text:{wide}}  " for text, wide in zip(row, widths, strict=False))
        first, *further = textwrap.wrap(row[-1], room, break_on_hyphens=False) or [""]
        lines += [f"{head}{first}".rstrip(), *(" " * indent + line for line in further)]
    return "\n".join(lines) + "\n"
