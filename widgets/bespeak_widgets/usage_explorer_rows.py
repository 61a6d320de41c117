"""Records in a frame that scrolls, and the pages below the chart: rows, VMs, set aside, gaps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses
import pandas as pd

from bespeak import Exploration, Opened, Slice, markup, review, usage_words
from bespeak_widgets.choice_table import ChoiceTable
from bespeak_widgets.look import Shown, hide, in_a_row
from bespeak_widgets.task import Steps, Task
from bespeak_widgets.usage_explorer_words import aside_lines, gap_page, machine_lines, record_table

_SHOWN = 200
#: So many rows at most are saved as CSV.
_SAVED = 100_000
_IN_TEXT = 5


class RecordRows(Shown):
    """The first records behind a total; the text form has the first of them."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""

    def show(self, opened: Opened, caption: str) -> None:
        """Shows these records."""
        heads, cells, numbers = record_table(opened)
        table = markup.grid(heads, cells, caption=caption, numbers=numbers)
        frame = markup.tag(
            "div", table, class_="record-rows", tabindex="0", role="region", aria_label=caption
        )
        self.put(markup.join(markup.tag("p", caption), frame if cells else ""))
        more = len(cells) - _IN_TEXT
        rest = [f"({more:,} more rows below)"] if more > 0 else []
        self._text = "\n".join(
            [caption, *(" | ".join(line) for line in [heads, *cells[:_IN_TEXT]] if cells), *rest]
        )

    def clear(self) -> None:
        """Shows nothing."""
        self._text = ""
        self.put("")

    def as_text(self) -> str:
        """The caption and the first rows."""
        return self._text


class RowsPage(W.VBox):
    """Opens the rows behind what is looked at, and saves them."""

    def __init__(self, task: Task, folder: Path) -> None:
        self._task, self._folder, self.customer_name = task, folder, ""
        self._found: Exploration | None = None
        self._where: Slice | None = None
        self._reason: str | None = None
        self._open = W.Button(description="Open the rows", tooltip="Open the rows behind this total")
        self._save = W.Button(description="Save as CSV", tooltip="Save these rows as CSV")
        self._open.layout.width, self._save.layout.width = "190px", "120px"
        self._rows, self._saved = RecordRows(), Shown(live="status")
        self._about = Shown(
            "The rows that add up to what the chart shows, with source, page and time received."
        )
        buttons = in_a_row(self._open, self._save)
        super().__init__([buttons, self._about, self._rows, self._saved], layout={"width": "100%"})
        self._open.on_click(task.guard(lambda _: self.open_rows()))
        self._save.on_click(task.guard(lambda _: self._keep()))

    def look_at(self, found: Exploration, where: Slice) -> None:
        """What was opened of something else goes."""
        if (found, where) != (self._found, self._where):
            self._found, self._where, self._reason = found, where, None
            self._rows.clear()
            self._saved.put("")
            hide(self._about, when=False)
            hide(self._save, when=True)

    def open_rows(self, reason: str | None = None) -> None:
        """Opens the rows that count, or with a reason the records that are set aside for it."""
        if self._found is not None and self._where is not None:
            self._reason = reason
            self._saved.put("")
            self._task.start("Opening the rows", lambda _: self._read(_SHOWN), self._show)

    def _read(self, limit: int) -> Opened:
        found, where, reason = self._found, self._where, self._reason
        if found is None or where is None:
            return Opened(pd.DataFrame(), 0)
        return found.rows(where, limit) if reason is None else found.aside_rows(where, reason, limit)

    def _show(self, opened: Opened) -> None:
        where = self._where
        if where is None:
            return
        what = f"set aside: {self._reason}" if self._reason else "that count"
        first = f"the first {len(opened.table):,} of " if opened.count > len(opened.table) else ""
        caption = f"{usage_words(where.first, where.end)}: {first}{opened.count:,} rows {what}"
        hide(self._about, when=True)
        hide(self._save, when=not opened.count)
        self._rows.show(opened, caption)

    def _keep(self) -> None:
        where = self._where
        if where is None:
            return
        name = self._file_name(where)

        def work(_: Steps) -> tuple[Path, int, int]:
            opened = self._read(_SAVED)
            table = opened.table.astype(
                {one: "str" for one in opened.table.columns if one in {"received", "starts"}}
            )
            return review.save_tables(self._folder, {name: table})[0], len(table), opened.count

        self._task.start("Saving the rows", work, self._tell)

    def _file_name(self, where: Slice) -> str:
        found = self._found
        world, day = (found.world, found.received) if found else ("", None)
        told = day.date() if day else date(1970, 1, 1)
        what = f"{'set aside' if self._reason else 'usage'} {usage_words(where.first, where.end)}"
        return review.file_name(world, self.customer_name, told, what, "csv")

    def _tell(self, saved: tuple[Path, int, int]) -> None:
        path, kept, count = saved
        cut = (
            f" The other {count - kept:,} are not in it: narrow the span or a filter." if count > kept else ""
        )
        self._saved.put(f"Saved {kept:,} rows as {path.as_posix()}.{cut}")


class AsidePage(W.VBox):
    """What is set aside, reason by reason; a chosen one opens its records."""

    def __init__(self, task: Task, folder: Path) -> None:
        self._table, self._none = ChoiceTable(), Shown()
        self.page = self._page = RowsPage(task, folder)
        hide(self._page.children[0].children[0], when=True)
        hide(self._page.children[1], when=True)
        super().__init__([self._none, self._table, self._page], layout={"width": "100%"})
        self._table.observe(task.guard(lambda _: self._open()), "chosen")

    def look_at(self, found: Exploration, where: Slice) -> None:
        """The reasons in this slice."""
        self._page.look_at(found, where)
        hide(self._page.children[1], when=True)
        lines = aside_lines(found.set_aside(where))
        self._table.chosen = ""
        self._none.put("" if lines else "Nothing is set aside here: every record received counts.")
        hide(self._table, when=not lines)
        if lines:
            heads = ["Why", "Records", "VM hours", "Cost", "From (UTC)"]
            self._table.put("Set aside: choose a reason to open its records", heads, lines, numbers=[1, 2, 3])

    def choose(self, reason: str) -> None:
        """Opens the records of a reason."""
        self._table.chosen = reason

    def _open(self) -> None:
        if self._table.chosen:
            self._page.open_rows(self._table.chosen.partition("\n")[0])


class MachinesPage(W.VBox):
    """The VMs of what is looked at, the one with most hours first; a chosen one narrows everything to it."""

    def __init__(self, choose: Callable[[str], None]) -> None:
        self._table, self._none = ChoiceTable(), Shown()
        self._choose = choose
        super().__init__([self._none, self._table], layout={"width": "100%"})
        self._table.observe(self._chosen, "chosen")

    def look_at(self, found: Exploration, where: Slice) -> None:
        """The machines in this slice."""
        if not found.knows_machines:
            self._none.put("The VMs are being listed.")
            hide(self._table, when=True)
            return
        table, count = found.machines(where, limit=20)
        lines = machine_lines(table)
        self._none.put("" if lines else "No VM ran here.")
        hide(self._table, when=not lines)
        more = f"; the 20 of {count:,} that ran most" if count > len(lines) else ""
        if lines:
            caption = f"VMs{more}: choose one to see only its hours. Hours are of whole days."
            self._table.put(
                caption, ["VM", "Resource group", "Region", "Size", "VM hours"], lines, numbers=[4]
            )
            self._table.chosen = where.resource if where.resource in lines else ""

    def _chosen(self, change: dict[str, Any]) -> None:
        if change["new"]:
            self._choose(change["new"])


class GapsPage(Shown):
    """Gaps, late records and days that may still grow."""

    def look_at(self, found: Exploration, where: Slice) -> None:
        """Those of this slice."""
        self.put(gap_page(found, where))
