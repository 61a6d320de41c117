"""One HTML file that needs nothing else: no request leaves it, and it forbids itself to make one."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from bespeak import markup
from bespeak.review.names import write
from bespeak.worlds import world as known_world

#: Whatever a text on the page holds, the browser loads nothing, sends nothing, and runs only the scripts written here.
_POLICY = "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data: blob:"
_SCRIPT = re.compile(r"<script[^>]*>(.*?)</script>", re.DOTALL)

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1f1f1f; max-width: 1080px; margin: 24px auto; padding: 0 16px; }
h1 { font-size: 1.6em; margin: 0 0 4px; } h2 { font-size: 1.25em; margin: 28px 0 4px; }
h3 { font-size: 1em; margin: 18px 0 0; } p, ul { margin: 4px 0; }
.world { border-left: 8px solid; padding: 4px 10px; margin: 8px 0; } .world b { color: #fff; padding: 1px 8px; }
dl { display: flex; flex-wrap: wrap; gap: 4px 32px; } dt { color: #5c5c5c; font-size: 0.88em; } dd { margin: 0; }
table { border-collapse: collapse; margin: 8px 0; font-size: 0.92em; } caption { text-align: left; color: #5c5c5c; }
th, td { padding: 3px 10px; border-bottom: 1px solid #d0d0d0; text-align: left; vertical-align: top; }
.number { text-align: right; font-variant-numeric: tabular-nums; } figure { margin: 12px 0; break-inside: avoid; }
figcaption { color: #5c5c5c; } .wide { overflow-x: auto; }
th, .short { white-space: nowrap; } h1, h2, h3, caption { break-after: avoid; }
@page { margin: 14mm; }
@media print { body { max-width: none; margin: 0; padding: 0; } details { display: none; } tr { break-inside: avoid; } }
"""


#: Head, rows, and the positions of the columns of numbers.
Table = tuple[Sequence[str], Sequence[Sequence[str]], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: a heading, sentences, points of a list, tables and figures.

    ``tables`` are named by their captions.
    """

    heading: str
    sentences: Sequence[str] = ()
    points: Sequence[str] = ()
    tables: Mapping[str, Table] = field(default_factory=dict)
    figures: Sequence[go.Figure] = ()


def save_page(
    path: Path | str, *, title: str, world: str, facts: Mapping[str, str], sections: Iterable[Section]
) -> Path:
    """Writes the page; its ``world`` stands on top: its name, its colour, and where the figures come from."""
    return write(Path(path), partial(_fill, title=title, world=world, facts=facts, sections=list(sections)))


def _fill(
    out: IO[str], *, title: str, world: str, facts: Mapping[str, str], sections: Sequence[Section]
) -> None:
    charts = _Charts()
    body = markup.tag(
        "main",
        markup.tag("h1", title),
        _strip(world),
        markup.facts(facts),
        *(_section(section, charts) for section in sections),
    )
    library = f"<script>{get_plotlyjs()}</script>" if charts.count else ""
    head = markup.tag(
        "head",
        markup.tag("meta", charset="utf-8"),
        markup.tag("meta", http_equiv="Content-Security-Policy", content=_policy(library + body)),
        markup.tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        markup.tag("title", title),
        markup.tag("style", markup.Markup(_STYLE)),
    )
    out.write(f'<!DOCTYPE html>\n<html lang="en">{head}<body>{library}{body}</body></html>\n')


def _policy(html: str) -> str:
    """Names each script of the page by its hash (CSP level 3, 2.3.1): one that is not among them does not run."""
    scripts = (found.replace("\r\n", "\n").replace("\r", "\n") for found in _SCRIPT.findall(html))
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts)
    return _POLICY.format(scripts=" ".join(f"'sha256-{digest}'" for digest in digests) or "'none'")


def _strip(name: str) -> markup.Markup:
    """The world of the page, on its colour."""
    world = known_world(name)
    badge = markup.tag("b", world.label, style=f"background: {world.colour}; print-color-adjust: exact")
    return markup.tag("p", badge, f" {world.figures}", class_="world", style=f"border-color: {world.colour}")


class _Charts:
    """Numbers the charts of one page, so that the same page is the same file."""

    def __init__(self) -> None:
        self.count = 0

    def drawn(self, figure: go.Figure) -> markup.Markup:
        """The figure as HTML: its title, the drawing, its words and its figures as a table."""
        self.count += 1
        meta = figure.layout.meta or {}
        untitled = go.Figure(figure.data, {**figure.layout.to_plotly_json(), "title": None})
        drawing = untitled.to_html(
            full_html=False,
            include_plotlyjs=False,
            div_id=f"chart-{self.count}",
            config={"displayModeBar": False},
        )
        words = " ".join(meta.get("summary", ()))
        title = meta.get("title") or f"Chart {self.count}"
        world = known_world(str(meta.get("world") or "")).label
        told = f"{world}: {title}. {words}" if world else f"{title}. {words}"
        picture = markup.tag("div", markup.Markup(drawing), role="img", aria_label=told)
        return markup.tag(
            "figure",
            markup.tag("h3", title),
            picture,
            markup.tag("figcaption", words),
            _as_table(meta, title),
        )


def _as_table(meta: Mapping[str, Sequence[Sequence[str]]], title: str) -> markup.Markup:
    columns, rows = meta.get("columns", ()), meta.get("rows", ())
    if not rows:
        return markup.Markup()
    table = markup.grid(map(str, columns), rows, caption=title, numbers=range(1, len(columns)))
    return markup.tag(
        "details", markup.tag("summary", "The figures as a table"), markup.tag("div", table, class_="wide")
    )


def _section(section: Section, charts: _Charts) -> markup.Markup:
    return markup.tag(
        "section",
        markup.tag("h2", section.heading),
        *(markup.tag("p", sentence) for sentence in section.sentences),
        *([markup.bullets(section.points)] if section.points else []),
        *(
            markup.tag("div", markup.grid(head, rows, caption=caption, numbers=numbers), class_="wide")
            for caption, (head, rows, numbers) in section.tables.items()
        ),
        *(charts.drawn(figure) for figure in section.figures),
    )
