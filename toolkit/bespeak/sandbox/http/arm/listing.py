"""Pages of a list of Microsoft.Capacity: the rest of the list is behind an absolute link with a number."""

from __future__ import annotations

from bespeak.sandbox.http.arm.common import address, number_in
from bespeak.sandbox.http.exchange import Ask

#: Parameters as links spell them; the rest of a query is not repeated.
_SPELT = {
    "$filter": "$filter",
    "$orderby": "$orderby",
    "refreshsummary": "refreshSummary",
    "selectedstate": "selectedState",
    "take": "take",
    "$take": "$take",
    "reservedresourcetype": "reservedResourceType",
    "location": "location",
}


def page(ask: Ask, count: int, size: int, path: str, *, cursor: str = "$skiptoken") -> tuple[slice, str]:
    """Which of ``count`` entries this page shows, and the link to the next one (nothing on the last page)."""
    first = number_in(ask, cursor, 0)
    end = first + size
    if end >= count:
        return slice(first, count), ""
    repeated: dict[str, object] = {
        _SPELT[name]: value for name, value in ask.query.items() if name in _SPELT and value
    }
    return slice(first, end), address(ask, path, repeated | {cursor: end})
