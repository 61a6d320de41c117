"""The results of running operations: each kind of operation knows its own ids."""

from __future__ import annotations

from collections.abc import Callable

from bespeak.sandbox.http.arm import aliases, exchanges
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route
from bespeak.sandbox.http.shapes import capacity_purchase
from bespeak.sandbox.http.shapes import refunds as shapes
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

#: Who may know an operation, asked one after the other.
_READERS: tuple[Callable[[Ask, World], Answer | None], ...] = (exchanges.operation, aliases.operation)


def result(ask: Ask, world: World) -> Answer:
    """How far an operation is."""
    for read in _READERS:
        answer = read(ask, world)
        if answer is not None:
            return answer
    raise RefusalError(404, "NotFound", f"There is no operation '{ask.args['id'][:80]}'.")


ROUTES = (
    Route(
        "GET",
        "/providers/microsoft.capacity/operationresults/<id>",
        result,
        about=About(
            "Operation results of exchanges",
            "W22 W23",
            {200: shapes.QuoteOperation | shapes.ExchangeOperation | capacity_purchase.AliasOperation},
            "test_exchanges_http.py::test_an_exchange_runs_through_its_states",
            query=(Query("api-version", needed=True),),
            errors=((404, "NotFound"),),
            states=("Pending", "PendingRefunds", "PendingPurchases", "Succeeded", "Failed"),
        ),
    ),
)
