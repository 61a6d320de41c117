"""A table in which a person chooses one row, by mouse or with the arrows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets as T  # noqa: N812 - the name that ipywidgets' own code uses


class ChoiceTable(anywidget.AnyWidget):
    """Rows of text with a radio button each; observe ``chosen``, the key of the chosen row ("" for none)."""

    _esm = Path(__file__).with_name("choice_table.js")
    _css = Path(__file__).with_name("choice_table.css")
    content = T.Dict(help="Caption, columns, rows and the positions of the columns of numbers.").tag(
        sync=True
    )
    chosen = T.Unicode(help="The key of the chosen row.").tag(sync=True)

    def put(
        self,
        caption: str,
        columns: Sequence[str],
        rows: Mapping[str, Sequence[str]],
        *,
        numbers: Iterable[int] = (),
    ) -> None:
        """Shows these rows by their keys; a choice whose row is gone is taken back."""
        listed: list[dict[str, Any]] = [{"key": key, "cells": list(cells)} for key, cells in rows.items()]
        self.content = {
            "caption": caption,
            "columns": list(columns),
            "rows": listed,
            "numbers": list(numbers),
        }
        if self.chosen not in rows:
            self.chosen = ""

    def as_text(self) -> str:
        """The table, the chosen row marked."""
        if not self.content:
            return ""
        head = [self.content["caption"], "    " + " | ".join(self.content["columns"])]
        return "\n".join([*head, *(self._line(row) for row in self.content["rows"])])

    def __repr__(self) -> str:
        return self.as_text()

    def _line(self, row: Mapping[str, Any]) -> str:
        mark = "(o)" if row["key"] == self.chosen else "( )"
        return f"{mark} {' | '.join(row['cells'])}"
