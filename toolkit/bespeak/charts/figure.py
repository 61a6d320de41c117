"""What all figures share: colours that show on white and on black, the words beside the drawing, safe labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from bespeak.errors import MissingError
from bespeak.worlds import world as known_world

#: Colours for traces, told apart by colour-blind eyes and at least 3:1 against white and against Lab's dark page.
#: (After Okabe and Ito, Color Universal Design, 2008, darkened or lightened to the middle.)
PALETTE = ("#2a78b8", "#c2581a", "#1b8f6b", "#b0649f", "#8a8a2b", "#5d79d6", "#a8655a", "#6f8a96")
#: The chosen quantity and what is reserved: one strong colour everywhere.
ACCENT = "#d1495b"
#: What is not known: the colour of no size.
UNKNOWN = "#8c8c8c"
#: More points than this in a trace are seen by nobody and slow the page down.
MOST_POINTS = 2000


def figure(
    traces: Iterable[Any],
    *,
    title: str,
    summary: Sequence[str],
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    world: str = "",
    **layout: Any,  # noqa: ANN401 - Plotly's own keywords
) -> go.Figure:
    """A figure without Plotly's default colours, with its words in ``layout.meta`` and its world in a corner."""
    meta = {
        "title": title,
        "summary": list(summary),
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "world": world,
    }
    common = {
        "template": "none",
        "height": 320,
        "margin": {"l": 64, "r": 24, "t": 12, "b": 44},
        "dragmode": False,
        "annotations": [_badge(world)] if world else [],
    }
    return go.Figure(list(traces), {**common, **layout, "meta": meta, "title": {"text": label(title)}})


def _badge(name: str) -> dict[str, Any]:
    """The name of the world in its colour, small in the lower right corner: a figure goes its way without its page."""
    world = known_world(name)
    return {
        "name": "world",
        "text": label(world.label),
        "showarrow": False,
        "xref": "paper",
        "yref": "paper",
        "x": 1,
        "y": 0,
        "xanchor": "right",
        "yanchor": "top",
        "yshift": -20,
        "bgcolor": world.colour,
        "borderpad": 2,
        "font": {"color": "#ffffff", "size": 9},
    }


def label(text: str) -> str:
    """Text as Plotly shows it: no tag in it is one, and no dollar sign makes maths of it.

    >>> label("<b> $5")
    '&lt;b&gt; &#36;5'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("$", "&#36;")


def small(values: Any) -> np.ndarray[Any, np.dtype[np.float32]]:  # noqa: ANN401 - anything numpy takes
    """The values as float32, which travels to the page as binary."""
    return np.asarray(values, dtype=np.float32)


def money(amount: float, currency: str) -> str:
    """An amount for analysis as a person reads it.

    >>> money(-1234.5, "USD")
    'USD -1,234.50'
    """
    return f"{currency} {amount:,.2f}"


def number(value: float) -> str:
    """A count of units: without a fraction where there is none.

    >>> number(4.0), number(2.25)
    ('4', '2.25')
    """
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def units(value: float) -> str:
    """So many units.

    >>> units(1.0), units(2.5)
    ('1 unit', '2.5 units')
    """
    return f"{number(value)} {'unit' if value == 1 else 'units'}"


def share(value: float) -> str:
    """A share in per cent, rounded to one digit; an empty one as a dash.

    >>> share(0.9349)
    '93.5%'
    """
    return "-" if pd.isna(value) else f"{value * 100:.1f}%"


def mean(value: float) -> str:
    """A mean of units; a dash where there is none."""
    return "-" if np.isnan(value) else number(round(value, 2))


def group_name(group: str) -> str:
    """A flexibility group as a person reads it: a size without a group stands for itself."""
    return group.removeprefix("size:")


def place_of(table: pd.DataFrame, *, scope: str, region: str, group: str) -> pd.DataFrame:
    """The rows of one scope, region and group; raises ``MissingError`` when there are none."""
    found = table[(table["scope"] == scope) & (table["region"] == region) & (table["group"] == group)]
    if found.empty:
        raise MissingError(
            f"There is no demand of '{group}' in {region} for scope '{scope}'.", "Choose another row."
        )
    return found
