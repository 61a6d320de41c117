"""A search field with its hits below: type, move with the arrows, choose with Enter. What is found decides Python."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import anywidget
import traitlets as T  # noqa: N812 - the name that ipywidgets' own code uses

#: So many hits are seen without scrolling; the text form shows as many.
ROWS_SEEN = 6


class PickList(anywidget.AnyWidget):
    """Observe ``text`` and answer with ``put``; observe ``picked`` to hear what was chosen, again included."""

    _esm = Path(__file__).with_name("pick_list.js")
    _css = Path(__file__).with_name("pick_list.css")
    label = T.Unicode(help="The name of the field.").tag(sync=True)
    placeholder = T.Unicode(help="What can be typed.").tag(sync=True)
    text = T.Unicode(help="What is typed.").tag(sync=True)
    hits = T.Dict(help="The hits: rows of key, name and more; a status; the text that they answer.").tag(
        sync=True
    )
    picked = T.Dict(help="The key that was chosen last, and how often something was chosen.").tag(sync=True)
    chosen = T.Unicode(help="The key of the row that is marked as chosen.").tag(sync=True)

    def __init__(self, label: str, *, placeholder: str = "", text: str = "") -> None:
        super().__init__(label=label, placeholder=placeholder, text=text)

    def put(self, rows: Iterable[tuple[str, str, str]], status: str) -> None:
        """Shows these hits as the answer to what is typed now."""
        self.hits = {"answers": self.text, "rows": [list(row) for row in rows], "status": status}

    def pick(self, key: str) -> None:
        """Chooses a row, as Enter does."""
        self.picked = {"key": key, "count": self.picked.get("count", 0) + 1}

    def as_text(self) -> str:
        """The field, the status and the hits that are seen without scrolling."""
        rows: list[Any] = self.hits.get("rows", [])
        typed = self.text or (f"(empty; {self.placeholder})" if self.placeholder else "(empty)")
        lines = [f"{self.label}: {typed}", self.hits.get("status", "")]
        lines += [
            f"  {'>' if key == self.chosen else ' '} {main} | {more}" for key, main, more in rows[:ROWS_SEEN]
        ]
        lines += [f"    ({len(rows) - ROWS_SEEN} more below)"] if len(rows) > ROWS_SEEN else []
        return "\n".join(line for line in lines if line)

    def __repr__(self) -> str:
        return self.as_text()
