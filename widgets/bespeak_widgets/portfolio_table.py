"""A long table of customers with a window of rows: any number of them, one place in the tab order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets as T  # noqa: N812 - the name that ipywidgets' own code uses

#: So many rows are seen without scrolling; the text form shows as many.
ROWS_SEEN = 12


class PortfolioTable(anywidget.AnyWidget):
    """Lines that are sent once and shown in any order.

    Observe ``opened`` to hear which line a person opens by Enter or a click, again included, and ``asked`` to hear
    which column to sort by.
    """

    _esm = Path(__file__).with_name("portfolio_table.js")
    _css = Path(__file__).with_name("portfolio_table.css")
    caption = T.Unicode(help="What the table is.").tag(sync=True)
    columns: T.List[dict[str, Any]] = T.List(help="Head of each column, and whether it holds numbers.").tag(
        sync=True
    )
    lines: T.List[list[Any]] = T.List(help="Each line: its key, its note, its cells.").tag(sync=True)
    order: T.List[int] = T.List(help="The places of the lines that are shown, in their order.").tag(sync=True)
    sorting = T.Dict(help="The column that the order goes by, and whether it descends.").tag(sync=True)
    status = T.Unicode(help="How many are shown.").tag(sync=True)
    chosen = T.Unicode(help="The key of the line that is open.").tag(sync=True)
    opened = T.Dict(help="The key that was opened last, and how often one was.").tag(sync=True)
    asked = T.Dict(help="The column that was asked for last, and how often one was.").tag(sync=True)

    def __init__(self, caption: str, columns: Sequence[str], numbers: Iterable[int]) -> None:
        right = set(numbers)
        heads = [{"name": name, "number": place in right} for place, name in enumerate(columns)]
        super().__init__(caption=caption, columns=heads)

    def put(self, lines: Iterable[tuple[str, str, Sequence[str]]]) -> None:
        """Takes other lines: key, note, cells. What is shown of them says ``arrange``."""
        sent = [[key, note, list(cells)] for key, note, cells in lines]
        if sent != self.lines:
            with self.hold_sync():
                self.order = []
                self.lines = sent

    def arrange(
        self, keys: Iterable[str], status: str, *, column: int = -1, descending: bool = False
    ) -> None:
        """Shows the lines with these keys in this order; ``column`` is the one that it goes by."""
        place = {line[0]: number for number, line in enumerate(self.lines)}
        with self.hold_sync():
            self.order = [place[key] for key in keys]
            self.sorting = {"column": column, "descending": descending}
            self.status = status

    def pick(self, key: str) -> None:
        """Opens a line, as Enter does."""
        self.opened = {"key": key, "count": self.opened.get("count", 0) + 1}

    def as_text(self) -> str:
        """The table as far as it is seen without scrolling, the open line marked."""
        head = " | ".join(column["name"] for column in self.columns)
        shown = [self.lines[place] for place in self.order[:ROWS_SEEN]]
        rows = [f"{'>' if key == self.chosen else ' '} {_cells(note, cells)}" for key, note, cells in shown]
        more = len(self.order) - len(shown)
        tail = [f"  ({more:,} more below)"] if more else []
        return "\n".join([f"{self.caption}: {self.status}", f"  {head}", *rows, *tail])

    def __repr__(self) -> str:
        return self.as_text()


def _cells(note: str, cells: Sequence[str]) -> str:
    return " | ".join([cells[0], note] if note else cells)
