"""HTML that is safe to show, because every text in it was escaped on the way in.

``tag`` is the only way from text to HTML: a plain ``str`` is text (from an API, from a user) and is escaped,
a ``Markup`` was built here and is not. Nothing here knows a widget or a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from html.parser import HTMLParser

#: Elements that have no content and no end tag (HTML standard, section 13.1.2, void elements).
_VOID = frozenset({"br", "col", "hr", "img", "input", "meta", "wbr"})
#: Elements that begin a new line when HTML is read as text.
_TABLE = frozenset({"caption", "table", "tr"})
_LIST = frozenset({"dl", "li", "ol", "ul"})
_BLOCKS = _TABLE | _LIST | {"br", "details", "div", "figcaption", "h2", "h3", "h4", "p", "section", "summary"}


class Markup(str):
    """HTML that ``tag`` or ``join`` has built, with every text in it escaped."""

    __slots__ = ()


def tag(element: str, /, *children: str, **attributes: str | bool | None) -> Markup:
    """One element; ``class_`` and ``aria_label`` name the attributes ``class`` and ``aria-label``.

    An attribute that is ``None`` or ``False`` is left out.

    >>> print(tag("p", "5 < 6 & ", tag("b", "ok"), class_="note"))
    <p class="note">5 &lt; 6 &amp; <b>ok</b></p>
    """
    opening = f"<{element}{''.join(_attribute(k, v) for k, v in attributes.items())}>"
    return Markup(opening if element in _VOID else f"{opening}{join(*children)}</{element}>")


def join(*children: str) -> Markup:
    """The children one after the other, plain text escaped.

    >>> print(join(tag("b", "a"), " < b"))
    <b>a</b> &lt; b
    """
    return Markup("".join(child if isinstance(child, Markup) else escape(str(child)) for child in children))


def bullets(sentences: Iterable[str], **attributes: str | bool | None) -> Markup:
    """The sentences as a list, one point each."""
    return tag("ul", *(tag("li", sentence) for sentence in sentences), **attributes)


#: So many letters stay in one line of a table's cell.
_SHORT = 14


def grid(
    head: Iterable[str], rows: Iterable[Iterable[str]], *, caption: str, numbers: Iterable[int] = ()
) -> Markup:
    """A table with a caption and column headers; ``numbers`` are the positions of right-aligned columns.

    A cell of a few letters has the class ``short``: it is not broken into two lines.
    """
    right = frozenset(numbers)

    def style(position: int, text: str | None = None) -> str | None:
        if position in right:
            return "number"
        return "short" if text is not None and len(text) <= _SHORT else None

    top = tag("tr", *(tag("th", text, class_=style(i), scope="col") for i, text in enumerate(head)))
    body = (
        tag("tr", *(tag("td", text, class_=style(i, text)) for i, text in enumerate(row))) for row in rows
    )
    return tag("table", tag("caption", caption), tag("thead", top), tag("tbody", *body))


def facts(pairs: Mapping[str, str]) -> Markup:
    """Names with their values, as a description list."""
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs.items()))


def text_of(html: str) -> str:
    r"""What a person reads in the HTML: a line a block, the cells of a table row parted by a bar, no tags.

    >>> text_of(tag("p", "5 < 6") + tag("tr", tag("td", "a"), tag("td", "b")))
    '5 < 6\na | b'
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _attribute(name: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    shown = name.rstrip("_").replace("_", "-")
    return f" {shown}" if value is True else f' {shown}="{escape(str(value))}"'


class _Reader(HTMLParser):
    """Collects the text that is seen: none of styles and scripts, and of closed details only the summary."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._open: list[tuple[str, bool]] = []  # elements around the text, and whether each of them is seen
        self._row_begins = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self._open.append((tag, self._is_seen(tag, attrs)))
        if tag in _BLOCKS:
            self.parts.append("\n")
            self._row_begins = tag == "tr"
        elif tag in {"td", "th"} and self._seen:
            self.parts.append("" if self._row_begins else " | ")
            self._row_begins = False

    def handle_endtag(self, tag: str) -> None:
        if tag == "dt" and self._seen:
            self.parts.append(": ")
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self._seen:
            self.parts.append(data.replace("\n", " "))

    @property
    def _seen(self) -> bool:
        return all(seen for _, seen in self._open)

    def _is_seen(self, tag: str, attrs: list[tuple[str, str | None]]) -> bool:
        parent = self._open[-1][0] if self._open else ""
        hidden = tag in {"style", "script"} or ("aria-hidden", "true") in attrs
        return not hidden and not (parent == "details" and tag != "summary")
