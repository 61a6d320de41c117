"""Sessions of the real worlds, and a notebook that is run, saved with its widgets, and exported."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import nbclient
import nbformat
from flows import Bench
from httpx import Response
from nbconvert import HTMLExporter
from secrets_seen import CANARIES
from service_flows import FixedTokens, centre

from bespeak.clients.real_session import Clocks, IntegrationSession, LiveSession, Way
from bespeak.clients.session import Person

CELLS = (
    "import bespeak, json, logging, os; logging.basicConfig(level=0)\nsession = bespeak.connect(); session",
    "details = bespeak.find_customer(session, 'Wingtip Toys'); details",
    "vars(session), vars(session.door), session.door.__dict__",
    """from bespeak_widgets import ReservationDesk
desk = ReservationDesk(session, 'Wingtip Toys', days=7)
desk = await desk.idle(); desk""",
    "print(desk)",
    "session.set_fault('/customers', 'refuse', status=403, code=2032)\nbespeak.customers(session)",
    "%tb Verbose",
    "session.set_fault('/customers', 'lose_answer', times=5)\nbespeak.customers(session)",
    "session.door.collect(7)",
    "%xmode Verbose\nsession.door.collect(7)",
)


class SignedIn(FixedTokens):
    """Somebody who is signed in."""

    person = Person("me@partner.example", "o", "t", second_factor=True)


def sessions(on: Bench) -> None:
    """Sessions with integration and live, whose every text form and file is looked at; no phrase is kept."""
    for kind in (IntegrationSession, LiveSession):
        made = kind(_way(), SignedIn(), lambda _world, _tenant: on.home, _clocks())
        flow = f"session with {made.world}"
        on.notes.put_value(flow, "session", made)
        on.notes.put_value(flow, "door", made.door)
        if isinstance(made, LiveSession):
            on.flow(flow, lambda made=made: made.unlock(made.unlock_phrase))


def _way() -> Way:
    bases = {"partner_center": "https://api.partnercenter.microsoft.com"}
    return Way("partner.example", "public", bases, lambda *_: centre(lambda _: Response(500)))  # type: ignore[arg-type]


def _clocks() -> Clocks:
    return Clocks(lambda: datetime(2026, 11, 16, tzinfo=UTC), time.monotonic)


def notebook(on: Bench) -> None:
    """Run in a kernel of its own with the served sandbox, saved with outputs and widgets, exported as HTML."""
    key = CANARIES["token of the sandbox"]
    cells = [nbformat.v4.new_code_cell(text, metadata={"tags": ["raises-exception"]}) for text in CELLS]
    made: Any = nbformat.v4.new_notebook(cells=cells)
    served = json.dumps({"url": on.url, "token": key})
    home = on.home.parent / "kernel"
    home.mkdir()
    with mock.patch.dict(
        os.environ, {"BESPEAK_SANDBOX": served, "HOME": str(home), "XDG_DATA_HOME": str(home)}
    ):
        client = nbclient.NotebookClient(made, timeout=120, kernel_name="python3", store_widget_state=True)
        client.execute()
    on.notes.put("notebook", "saved with outputs", nbformat.writes(made))
    on.notes.put("notebook", "state of its widgets", json.dumps(made.metadata.get("widgets", {})))
    on.notes.put("notebook", "HTML", HTMLExporter(sanitize_html=True).from_notebook_node(made)[0])
    on.notes.put_files("notebook", home)
