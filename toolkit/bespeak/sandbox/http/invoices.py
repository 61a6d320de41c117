"""Unbilled daily rated usage of Azure plans (Microsoft, *Get invoice unbilled commercial consumption line items*)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from bespeak.sandbox.http import paging
from bespeak.sandbox.http.exchange import Answer, Ask, Route, dumps, link
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

PAGE = 2000
_PATH = "/invoices/unbilled/lineitems"


def unbilled_lines(ask: Ask, world: World) -> Answer:
    """A page of the rated lines of all customers; only the current or the previous month can be asked for."""
    asked = _query(ask)
    state = paging.resume(world, ask, _PATH)
    if state is not None and state["query"] != asked:
        raise RefusalError(
            400, 2000, "The continuation token belongs to another query. Start at the first page."
        )
    skip, size = (state or {"skip": 0})["skip"], int(asked["size"])
    month = world.rated(asked["period"]) if asked["currencycode"] == "USD" else None
    page = month.page(skip, size) if month else []
    rest = skip + size if month and skip + size < len(month) else None
    start = f'{{"totalCount":{len(page)},"items":['
    return Answer(f"{start}{','.join(page)}],".encode() + _end(world, asked, rest), marked=True)


def _end(world: World, asked: dict[str, Any], rest: int | None) -> bytes:
    uri = f"{_PATH}?{urlencode(asked)}"
    links = {"self": link(uri)}
    end: dict[str, Any] = {}
    if rest is not None:
        token = paging.issue(world, _PATH, {"query": asked, "skip": rest})
        links["next"] = link(f"{uri}&seekOperation=Next")
        links["next"]["headers"] = [{"key": "MS-ContinuationToken", "value": token}]
        end["continuationToken"] = token
    return dumps(end | {"links": links, "attributes": {"objectType": "Collection"}})[1:]


def _query(ask: Ask) -> dict[str, Any]:
    kind = ask.need("invoicelineitemtype").lower()
    if ask.need("provider").lower() != "onetime" or kind != "usagelineitems":
        raise RefusalError(
            501, 0, "Only provider=onetime with invoicelineitemtype=usagelineitems is in this sandbox."
        )
    period, size = ask.need("period").lower(), ask.query.get("size") or str(PAGE)
    if period not in ("current", "previous"):
        raise RefusalError(
            400, 2001, f"Query parameter 'period' must be current or previous, not '{period}'."
        )
    if not size.isdecimal():
        raise RefusalError(400, 2001, f"Query parameter 'size' must be a whole number, not '{size}'.")
    return {
        "provider": "onetime",
        "invoicelineitemtype": "usagelineitems",
        "currencycode": ask.need("currencycode").upper(),
        "period": period,
        "size": min(int(size), PAGE) or PAGE,
    }


ROUTES = (Route("GET", "/v1/invoices/unbilled/lineitems", unbilled_lines, needs="usage"),)
