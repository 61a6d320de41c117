"""The requests of a dry run, as a person reads them: step, method, path, and the body where there is one."""

from __future__ import annotations

import pandas as pd

from bespeak import markup
from bespeak_widgets.look import Shown


class RequestList(Shown):
    """The table of a dry run; nothing while there is none. Bodies are folded away, in the text form left out."""

    def __init__(self) -> None:
        super().__init__(live="status")
        self._lines: list[str] = []

    def show(self, requests: pd.DataFrame) -> None:
        """Shows these requests: step, method, path, body."""
        rows = list(requests[["step", "method", "path", "body"]].itertuples(index=False, name=None))
        self._lines = [_count(rows), *(f"  {method} {path}: {step}" for step, method, path, _ in rows)]
        items = (markup.tag("li", *_request(*row)) for row in rows)
        self.put(markup.join(markup.tag("h4", _count(rows)), markup.tag("ol", *items, class_="requests")))

    def clear(self) -> None:
        """Takes the requests away: they belong to what was in the form."""
        self._lines = []
        self.put("")

    def as_text(self) -> str:
        """The requests without their bodies, in which the mark of the purchase is another one each time."""
        return "\n".join(self._lines)


def _count(rows: list[tuple[str, str, str, str]]) -> str:
    return f"Dry run: these {len(rows)} requests would be made; no cart and no order was sent."


def _request(step: str, method: str, path: str, body: str) -> tuple[str, ...]:
    line = (markup.tag("code", f"{method} {path}"), f" {step}")
    if not body:
        return line
    shown = markup.tag("details", markup.tag("summary", "Body"), markup.tag("pre", body))
    return (*line, shown)
