"""The frame of every composite widget, and its text form: what a person sees, in lines that stay the same.

A notebook test compares this text, so it holds no id, no address and no time of day.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak import markup
from bespeak_widgets.guard import KeyGuard


class Panel(W.VBox):
    """A box as wide as the page that guards its keys and states in text what a person sees.

    ``print(panel)`` shows that text; ``await panel.idle()`` waits for slow work that is under way and gives the
    panel itself, so that a cell that ends with it shows the panel when everything has arrived.
    """

    def __init__(self, *children: W.Widget) -> None:
        super().__init__([KeyGuard(), *children], layout=W.Layout(width="100%"))
        self.add_class("bespeak")

    async def idle(self) -> Self:
        """This panel, once no work is under way in it, work that was started by work included."""
        while busy := [part for part in parts(self) if getattr(part, "busy", False) is True]:
            for task in busy:
                await task.idle()
        return self

    def __str__(self) -> str:
        return snapshot(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(snapshot(self).splitlines()) - 1} lines; print it to read them>"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 - IPython's own signature
        bundle: dict[str, Any] = super()._repr_mimebundle_(**kwargs)
        return {**bundle, "text/plain": snapshot(self)}


def parts(widget: W.Widget) -> Iterator[W.Widget]:
    """The widget and everything in it, outer ones first."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from parts(child)


def snapshot(widget: W.Widget) -> str:
    """What a person sees of the widget, as text: names, values, what can be pressed; what is hidden is left out."""
    return "\n".join(_lines(widget))


def _lines(widget: W.Widget) -> list[str]:
    if _is_hidden(widget):
        return []
    if isinstance(widget, Panel):
        return [type(widget).__name__, *("  " + line for line in _inside(widget))]
    if hasattr(widget, "as_text"):
        return list(widget.as_text().splitlines())
    if isinstance(widget, W.Box):
        return list(_inside(widget))
    return _control(widget).splitlines()


def _inside(box: W.Box) -> Iterator[str]:
    """The lines of the children; of boxes with titles every title, and what is in the one that is open."""
    titles = getattr(box, "titles", ()) if hasattr(box, "selected_index") else ()
    for position, child in enumerate(box.children):
        is_open = not titles or box.selected_index == position
        if titles:
            yield f"{'v' if is_open else '>'} {titles[position]}"
        if is_open:
            yield from _lines(child)


def _is_hidden(widget: W.Widget) -> bool:
    layout = getattr(widget, "layout", None)
    return layout is not None and (layout.display == "none" or layout.visibility == "hidden")


def _control(widget: W.Widget) -> str:
    off = " (disabled)" if getattr(widget, "disabled", False) else ""
    name = getattr(widget, "description", "")
    if isinstance(widget, (W.HTML, W.HTMLMath)):
        return markup.text_of(widget.value)
    if isinstance(widget, (W.Button, W.FileUpload)):
        return f"[ {name} ]{off}"
    if isinstance(widget, (W.Checkbox, W.ToggleButton)):
        return f"[{'x' if widget.value else ' '}] {name}{off}"
    shown = _value(widget)
    first, *rest = (f"{name}: {shown}" if name else shown).splitlines() or [""]
    return "\n".join([f"{first.rstrip()}{off}", *rest])


def _value(widget: W.Widget) -> str:
    if hasattr(widget, "_options_full"):
        return _selection(widget)
    value = widget.value
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if hasattr(widget, "min") and hasattr(widget, "max"):
        return f"{value} ({widget.min} to {widget.max})"
    if value in ("", None):
        return (
            f"(empty; {widget.placeholder})"
            if getattr(widget, "placeholder", "").strip("\u200b")
            else "(empty)"
        )
    return str(value)


def _selection(widget: W.Widget) -> str:
    """The chosen option; where the others are seen too, all of them with the chosen one marked."""
    chosen = widget.label if isinstance(widget.label, str) else ", ".join(widget.label or ())
    if isinstance(widget, W.Dropdown):
        return chosen or "(nothing chosen)"
    seen = [f"{'(o)' if label == chosen else '( )'} {label}" for label, _ in widget._options_full]  # noqa: SLF001 - ipywidgets gives the labels no public name
    return "\n".join(["", *(f"  {line}" for line in seen)])
