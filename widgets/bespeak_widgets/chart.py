"""Many Plotly charts on a page with one plotly.js, in the colours of Lab's theme, redrawn in place.

A chart takes a figure of ``bespeak``'s charts: its title, its summary in sentences and its figures as a table stand
in ``layout.meta`` and are shown beside the drawing, for people and for tests that cannot see it.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import plotly
import plotly.graph_objects as go
import traitlets as T  # noqa: N812 - the name that ipywidgets' own code uses

#: What the browser has typed arrays for.
_BINARY = frozenset({"f4", "f8", "i1", "i2", "i4", "u1", "u2", "u4"})


class _Library(anywidget.AnyWidget):
    """Carries plotly.js to the page, once for all charts of a kernel."""

    _esm = "export default {render(){}}"
    source = T.Unicode().tag(sync=True)


class _Shelf:
    """Where the one library stands while the kernel lives; it holds nothing of any chart."""

    library: _Library | None = None

    @classmethod
    def take(cls) -> _Library:
        """The library; a new one when all widgets of the kernel have been closed."""
        if cls.library is None or cls.library.comm is None:
            script = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
            cls.library = _Library(source=script.read_text(encoding="utf8"))
        return cls.library


class Chart(anywidget.AnyWidget):
    """A chart as wide as its place; ``show`` puts another figure in the same drawing."""

    _esm = Path(__file__).with_name("chart.js")
    _css = Path(__file__).with_name("chart.css")
    _library = T.Unicode().tag(sync=True)
    traces = T.Dict(help="What is drawn, as it is sent: the traces and their binary columns.").tag(sync=True)
    arrangement = T.Dict(help="Axes, lines and legend: Plotly's layout without titles and colours.").tag(
        sync=True
    )
    title = T.Unicode(help="What the chart is about; its name for screen readers.").tag(sync=True)
    summary = T.List(T.Unicode(), help="What the chart shows, in sentences.").tag(sync=True)
    table = T.Dict(help="The figures as text: columns and rows.").tag(sync=True)
    world = T.Unicode(help="The name of the world that the figures are from, in capitals.").tag(sync=True)
    clicked: T.List[dict[str, int]] = T.List(help="The points that were clicked last: curve and index.").tag(
        sync=True
    )

    dragged: T.Dict[str, Any] = T.Dict(
        help="The span of the x axis that was drawn with the mouse last: first, end, and how often one was."
    ).tag(sync=True)

    def __init__(self, figure: go.Figure | None = None) -> None:
        super().__init__(_library="IPY_MODEL_" + _Shelf.take().model_id)
        self.show(go.Figure() if figure is None else figure)

    def show(self, figure: go.Figure) -> None:
        """Shows this figure instead; traces that are the same as before are neither sent nor drawn again."""
        plain = figure.to_plotly_json()
        arrangement = plain["layout"]
        meta = arrangement.pop("meta", None) or {}
        title = arrangement.pop("title", None) or {}
        arrangement.pop("template", None)
        buffers: list[bytes] = []
        with self.hold_sync():
            self.title = meta.get("title") or title.get("text") or "Chart"
            self.summary = list(meta.get("summary", ()))
            self.world = str(meta.get("world") or "").upper()
            self.table = {
                "columns": list(meta.get("columns", ())),
                "rows": list(map(list, meta.get("rows", ()))),
            }
            self.traces = {"spec": _packed(plain["data"], buffers), "buffers": buffers}
            self.arrangement = _packed(arrangement, [])

    def as_text(self) -> str:
        """The title and the summary: what the chart says, in words."""
        world = f", {self.world}" if self.world else ""
        return "\n".join([f"Chart{world}: {self.title}", *(f"  {line}" for line in self.summary)])

    def __repr__(self) -> str:
        return self.as_text()


def _packed(value: Any, buffers: list[bytes]) -> Any:  # noqa: ANN401 - whatever a figure holds
    if isinstance(value, dict):
        if "bdata" in value and value.get("dtype") in _BINARY:
            return _place(base64.b64decode(value["bdata"]), value["dtype"], value.get("shape"), buffers)
        return {key: _packed(item, buffers) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_packed(item, buffers) for item in value]
    if isinstance(value, np.ndarray):
        return _packed_array(value, buffers)
    return value


def _packed_array(array: np.ndarray[Any, Any], buffers: list[bytes]) -> Any:  # noqa: ANN401 - as above
    kind = array.dtype.str[1:]
    if kind not in _BINARY or array.ndim > 2:  # noqa: PLR2004 - a heat map has two dimensions, no chart more
        return array.tolist()
    return _place(np.ascontiguousarray(array).tobytes(), kind, array.shape, buffers)


def _place(
    data: bytes, kind: str, shape: str | tuple[int, ...] | None, buffers: list[bytes]
) -> dict[str, Any]:
    """A note of where the browser finds the column, and how wide a row of a two-dimensional one is."""
    buffers.append(data)
    sides = [int(side) for side in shape.split(",")] if isinstance(shape, str) else list(shape or ())
    width = {"width": sides[1]} if len(sides) > 1 else {}
    return {"__buf": len(buffers) - 1, "dtype": kind, **width}
