"""What widgets show beside their controls: text, headings, problems. Text from anywhere is escaped on the way in."""

from __future__ import annotations

from typing import Any

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak import BespeakError, markup

#: Width of the names left of the controls, the same in all forms, so that the controls stand in one column.
LABEL_WIDTH = "170px"


class Shown(W.HTML):
    """Text on the page: plain text is escaped, ``Markup`` is shown as it is.

    ``live`` names how screen readers hear of a change: "" (not at all), "status" (when idle) or "alert" (at once).
    """

    def __init__(self, content: str = "", *, live: str = "") -> None:
        super().__init__(layout=W.Layout(width="100%", margin="0"))
        self._live = live
        self.put(content)

    def put(self, content: str) -> None:
        """Shows this instead; nothing at all hides the place."""
        body = content if isinstance(content, markup.Markup) else markup.join(content)
        self.value = markup.tag("div", body, role=self._live or None) if body else ""
        hide(self, when=not body)


class Problem(Shown):
    """The error that stands beside a control; empty while there is none.

    ``about`` stands below an error: what it means for money, and in which world it happened.
    """

    def __init__(self, about: str = "") -> None:
        super().__init__(live="alert")
        self.sentence = self._below = ""
        self._about = about

    def say(self, problem: str | Exception) -> None:
        """Shows a sentence, or what an error says."""
        self.sentence = problem if isinstance(problem, str) else sentence(problem)
        self._below = "" if isinstance(problem, str) else self._about
        below = markup.tag("p", self._below, class_="faint") if self._below else ""
        told = markup.tag("div", markup.tag("p", self.sentence), below, class_="problem")
        self.put(told if self.sentence else "")

    def as_text(self) -> str:
        """The sentence, marked as a problem, and what stands below it."""
        return (
            "\n".join(line for line in (f"! {self.sentence}", self._below) if line) if self.sentence else ""
        )

    def clear(self) -> None:
        """Takes the problem away."""
        self.say("")


def nothing_bought(world: str) -> str:
    """What an error means for money where nothing is sent that buys."""
    return f"Nothing was bought. World: {world}."


def look_first(world: str) -> str:
    """What an error of a purchase means for money: its own words say when nothing was sent."""
    return f"Unless it says that nothing was sent: look at the open purchases before you buy again. World: {world}."


def sentence(error: Exception) -> str:
    """What an error says to a person: ours as they are, any other named as a fault of this toolkit."""
    if isinstance(error, BespeakError):
        return str(error)
    return f"This should not happen: {type(error).__name__}: {error}. Please report it."


def heading(text: str) -> markup.Markup:
    """A heading of a part of a widget."""
    return markup.tag("h3", text)


def in_a_row(*controls: W.Widget) -> W.HBox:
    """Controls side by side, in a second row where there is no room."""
    row = W.HBox(controls)
    row.add_class("in-a-row")
    return row


def hide(widget: Any, *, when: bool) -> None:  # noqa: ANN401 - ipywidgets is not typed
    """Takes a widget off the page, its place included, or puts it back."""
    wanted = "none" if when else None
    if widget.layout.display != wanted:
        widget.layout.display = wanted


def control(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - ipywidgets is not typed
    """The look of a named control: its width and that of its name; ``more`` is added.

    The name itself is ``description``, which screen readers read; it must not hold a dollar sign (two become maths).
    """
    width = more.pop("width", "460px")
    return {
        "style": {"description_width": LABEL_WIDTH},
        "layout": W.Layout(width=width, max_width="100%"),
        **more,
    }
