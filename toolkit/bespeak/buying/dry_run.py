"""A dry run: the purchase by its own code path, through a door that only writes down what would be sent."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import pandas as pd

from bespeak.buying.plan import PurchasePlan
from bespeak.buying.purchase import buy
from bespeak.buying.stand_in import StandInSession
from bespeak.clients.call import Answer, Call, Door
from bespeak.clients.session import Session
from bespeak.errors import InputError, UnreadableError

T = TypeVar("T")

#: The mark of everything that the recorder makes up; no service gives such ids.
RECORDED_CART = "00000000-0000-0000-0000-00000000ca27"
RECORDED_ORDER = "recorded-not-sent"

_CART_LIFE = timedelta(days=7)


def dry_run(session: Session, plan: PurchasePlan) -> pd.DataFrame:
    """The requests of this purchase in order: step, method, path, body (JSON text, "" for none).

    Nothing that changes anything is sent; a read of prices is. The world's journal stays untouched. Raises
    ``InputError`` when the purchase would stop before the end.
    """
    recorder = Recorder(session.door, plan, session.now())
    with tempfile.TemporaryDirectory(prefix="bespeak-dry-run-") as folder:
        # A folder in the folder: what the journal keeps beside its own goes, too.
        outcome = buy(_DrySession(session, recorder, Path(folder) / "home"), plan, plan.phrase)
    if outcome.state != "DONE":
        raise InputError(f"This purchase would stop. {outcome.sentence}")
    return pd.DataFrame(recorder.sent, columns=["step", "method", "path", "body"])


@dataclass(slots=True)
class Recorder:
    """A door that writes requests down and answers with what the service would echo, marked as recorded."""

    behind: Door
    plan: PurchasePlan
    at: datetime
    sent: list[tuple[str, str, str, str]] = field(default_factory=list)
    lines: list[Any] = field(default_factory=list)

    def send(self, call: Call[T]) -> T:
        """The echo of a call about carts and orders; any other read goes through, any other write is refused."""
        echo = self._echo(call)
        return self._through(call).send(call) if echo is None else call.read(echo)

    def collect(self, call: Call[list[T]], progress: Callable[[int], None] | None = None) -> list[T]:
        """The echo of a list, or the pages of a read that goes through."""
        echo = self._echo(call)
        return self._through(call).collect(call, progress) if echo is None else call.read(echo)

    def _through(self, call: Call[Any]) -> Door:
        if not call.is_safe:
            raise UnreadableError(f"A dry run sends nothing that changes anything, and '{call.name}' might.")
        return self.behind

    def _echo(self, call: Call[Any]) -> Answer | None:
        """What the service would say, made from what was sent; ``None`` for a call that is not about this purchase."""
        self._write_down(call)
        last = call.path.rsplit("/", 1)[-1].lower()
        echoes: dict[str, Callable[[], Mapping[str, Any]]] = {
            "carts": self._cart,
            RECORDED_CART: self._cart,
            "checkout": lambda: {"orders": [self._order()], "orderErrors": []},
            RECORDED_ORDER: self._order,
            "entitlements": lambda: {"items": []},
        }
        return (
            Answer(200, {"content-type": "application/json"}, b"", echoes[last]()) if last in echoes else None
        )

    def _write_down(self, call: Call[Any]) -> None:
        body = "" if call.body is None else json.dumps(call.body, indent=2, ensure_ascii=False)
        query = f"?{urlencode(call.params)}" if call.params else ""
        self.sent.append((call.name, call.method, call.path + query, body))
        if call.method == "POST" and call.body is not None:
            self.lines = list(call.body.get("lineItems", []))

    def _cart(self) -> Mapping[str, Any]:
        expires = (self.at + _CART_LIFE).isoformat()
        return {
            "id": RECORDED_CART,
            "status": "Active",
            "expirationTimestamp": expires,
            "lineItems": self.lines,
        }

    def _order(self) -> Mapping[str, Any]:
        lines = [{**line, "offerId": line["catalogItemId"]} for line in self.lines]
        return {
            "id": RECORDED_ORDER,
            "status": "pending",
            "billingCycle": self.plan.billing,
            "lineItems": lines,
        }


class _DrySession(StandInSession):
    """A session like another one, with the recorder for a door; nothing can leave by it, so it is never locked."""

    @property
    def where(self) -> str:
        return f"{self.real.where}, dry run"

    @property
    def locked(self) -> str:
        return ""
