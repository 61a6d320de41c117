"""Keeps the notebook safe from the keys a person presses in a widget, and dresses the widgets in one style."""

from __future__ import annotations

from pathlib import Path

import anywidget


class KeyGuard(anywidget.AnyWidget):
    """An invisible child of a box: Lab's shortcuts leave the controls beside it alone, slider handles get names.

    Without it ``x`` on a focused button cuts the notebook's cell. It also brings the style of ``look.css``.
    """

    _esm = Path(__file__).with_name("guard.js")
    _css = Path(__file__).with_name("look.css")

    def as_text(self) -> str:
        """Nothing: it is not seen."""
        return ""
