"""A bar of filters: each opens a list with a search, says how much there is of each value, and narrows the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import anywidget
import traitlets as T  # noqa: N812 - the name that ipywidgets' own code uses


@dataclass(frozen=True, slots=True)
class Filter:
    """What a filter shows: rows of value, name, more in words, and share of the largest (0 to 1)."""

    field: str
    label: str
    chosen: str
    chosen_name: str
    count: int
    rows: tuple[tuple[str, str, str, float], ...]
    status: str
    typed: str = ""


class FilterBar(anywidget.AnyWidget):
    """Observe ``picked`` (field, value; "" for all) and ``asked`` (field, typed), and answer with ``put``."""

    _esm = Path(__file__).with_name("usage_explorer_filters.js")
    _css = Path(__file__).with_name("usage_explorer.css")
    content: T.List[dict[str, Any]] = T.List(help="The filters.").tag(sync=True)
    picked = T.Dict(help="What was chosen last: field, value, and how often something was.").tag(sync=True)
    asked = T.Dict(help="What was typed last: field, text, and how often something was.").tag(sync=True)

    def put(self, filters: Iterable[Filter]) -> None:
        """Shows these filters."""
        self.content = [{**asdict(one), "rows": [list(row) for row in one.rows]} for one in filters]

    def pick(self, field: str, value: str) -> None:
        """Chooses a value, as a click does."""
        self.picked = {"field": field, "value": value, "count": self.picked.get("count", 0) + 1}

    def as_text(self) -> str:
        """A line for each filter: what is chosen, of how many."""
        return "\n".join(f"{one['label']}: {_choice(one)}" for one in self.content)

    def __repr__(self) -> str:
        return self.as_text()


def _choice(one: dict[str, Any]) -> str:
    first = ", ".join(f"{name} ({more})" for _, name, more, _ in one["rows"][:3])
    rest = f", and {one['count'] - 3:,} more" if one["count"] > 3 else ""  # noqa: PLR2004 - three are told
    return one["chosen_name"] or f"all of {one['count']:,}: {first}{rest}"
