"""Where one is in time: from all of it to a month, a day, an hour, and the ways in, out and beside."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses
import pandas as pd
import traitlets as T  # noqa: N812 - the name that ipywidgets' own code uses

from bespeak import Exploration, Slice, usage_month, usage_words
from bespeak_widgets.look import hide
from bespeak_widgets.usage_explorer_choices import field

_DAY = 24
#: Up to so many hours are shown hour by hour, and so many day by day.
_IN_HOURS, _IN_DAYS = 7 * _DAY, 100 * _DAY
_STEPS: tuple[tuple[str, Any], ...] = (("month", "month"), ("day", "day"), ("hour", "hour"))
_NONE = (0, 0)


class ZoomBar(W.HBox):
    """Buttons for where one is and how to get further; observe ``wanted``, the slice that was asked for."""

    wanted = T.Instance(Slice, allow_none=True)

    def __init__(self) -> None:
        self._found: Exploration | None = None
        self._where: Slice | None = None
        self._crumbs = [W.Button(tooltip="Look at this span") for _ in range(4)]
        self._spans: list[tuple[int, int]] = []
        self._back = W.Button(description="\u2039 Earlier", tooltip="The span before")
        self._on = W.Button(description="Later \u203a", tooltip="The span after")
        self._out = W.Button(description="Zoom out", tooltip="The next longer span")
        for button in (self._back, self._on, self._out):
            button.layout.width = "92px"
        self._in = W.Dropdown(description="Zoom in", options=[("to ...", _NONE)], **field("240px", "60px"))
        self.bars = W.Dropdown(description="A bar is a", options=_STEPS, **field("170px", "74px"))
        self._busy = False
        spacer = W.Box()
        spacer.add_class("spacer")
        super().__init__(
            [*self._crumbs, spacer, self._in, self._out, self._back, self._on], layout={"width": "100%"}
        )
        self.add_class("crumbs")
        for place, crumb in enumerate(self._crumbs):
            crumb.add_class("crumb")
            crumb.on_click(lambda _, place=place: self._ask(*self._spans[place]))
        self._back.on_click(lambda _: self._beside(-1))
        self._on.on_click(lambda _: self._beside(1))
        self._out.on_click(lambda _: self._outwards())
        self._in.observe(self._inwards, "value")
        self.bars.observe(self._rebar, "value")

    def begin(self, found: Exploration) -> None:
        """Another customer's usage is looked at."""
        self._found = found

    def fitted(self, where: Slice, first: int, end: int) -> Slice:
        """The same machines over another span, within what is known, in steps that suit it."""
        found = self._found
        if found is None:
            return where
        low = min(max(first, found.first), found.end - 1)
        high = max(min(end, found.end), low + 1)
        hours = high - low
        step: Any = "hour" if hours <= _IN_HOURS else "day" if hours <= _IN_DAYS else "month"
        return where.over(low, high, step)

    def drawn(self, where: Slice) -> Slice:
        """What is drawn of a slice: the day of a single hour."""
        if where.hours > 1:
            return where
        day = where.first - where.first % _DAY
        return where.over(day, day + _DAY, "hour")

    def span_of(self, shown: Slice, first: str, end: str) -> tuple[int, int]:
        """The whole steps that a span of the x axis touches."""
        edges = shown.edges().tolist()
        low, high = (_hour(text) for text in (first, end))
        inside = [place for place in range(len(edges) - 1) if edges[place + 1] > low and edges[place] < high]
        return (edges[inside[0]], edges[inside[-1] + 1]) if inside else (shown.first, shown.end)

    def show(self, where: Slice) -> None:
        """Shows where one is."""
        found = self._found
        if found is None:
            return
        self._busy = True
        self._where = where
        self._spans = _around(found, where)
        for place, crumb in enumerate(self._crumbs):
            there = place < len(self._spans)
            hide(crumb, when=not there)
            if there:
                span = self._spans[place]
                crumb.description = "All" if place == 0 and len(self._spans) > 1 else usage_words(*span)
                crumb.disabled = span == (where.first, where.end)
        children = _within(found, where)
        self._in.options = [("to ..." if children else "this is an hour", _NONE), *children]
        self._in.value = _NONE
        self._in.disabled = not children
        self._out.disabled = len(self._spans) < 2  # noqa: PLR2004 - the whole alone is as far out as it goes
        self._back.disabled = where.first <= found.first
        self._on.disabled = where.end >= found.end
        self.bars.options = [
            (name, step) for name, step in _STEPS if found.fits(where, step) and _suits(where, step)
        ]
        self.bars.value = where.step
        self._busy = False

    def _ask(self, first: int, end: int) -> None:
        if self._where is not None:
            self._want(self.fitted(self._where, first, end))

    def _want(self, where: Slice) -> None:
        self.wanted = None
        self.wanted = where

    def _beside(self, direction: int) -> None:
        where = self._where
        if where is None:
            return
        months = usage_month(where.first)
        if months == (where.first, where.end):
            self._ask(*usage_month(where.first - 1 if direction < 0 else where.end))
        else:
            self._ask(where.first + direction * where.hours, where.end + direction * where.hours)

    def _outwards(self) -> None:
        if len(self._spans) > 1:
            self._ask(*self._spans[-2])

    def _inwards(self, change: dict[str, Any]) -> None:
        if not self._busy and change["new"] != _NONE:
            self._ask(*change["new"])

    def _rebar(self, change: dict[str, Any]) -> None:
        if not self._busy and self._where is not None and change["new"]:
            self._want(replace(self._where, step=change["new"]))


def _around(found: Exploration, where: Slice) -> list[tuple[int, int]]:
    """The spans from the whole to this one, each in the one before."""
    day = where.first - where.first % _DAY
    month = usage_month(where.first)
    known = [(found.first, found.end), month, (day, day + _DAY), (where.first, where.end)]
    inside = [(max(first, found.first), min(end, found.end)) for first, end in known]
    kept = [span for span in inside if span[0] <= where.first and span[1] >= where.end]
    return sorted(set(kept), key=lambda span: span[0] - span[1])


def _within(found: Exploration, where: Slice) -> list[tuple[str, tuple[int, int]]]:
    """The next shorter spans in this one."""
    if where.hours <= 1:
        return []
    step: Any = "hour" if where.hours <= _DAY else "day" if where.hours <= _IN_DAYS else "month"
    edges = where.over(where.first, where.end, step).edges().tolist()
    spans = list(pairwise(edges))
    return [(usage_words(first, end), (first, end)) for first, end in spans if first < found.end]


def _suits(where: Slice, step: str) -> bool:
    """Whether there is more than one bar, or bars cannot be shorter."""
    return where.step == step or where.hours > {"month": 31 * _DAY, "day": _DAY, "hour": 0}[step]


def _hour(text: str) -> float:
    moment = pd.Timestamp(datetime.fromisoformat(text) if "." not in text else text)
    return (moment - pd.Timestamp("1970-01-01")) / pd.Timedelta(hours=1)
