"""Everything that is done with a secret at hand: reading, paging, buying, and all that can go wrong there."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import hostile
import ipywidgets
from secrets_seen import CANARIES, Notes, crash_dump, heard

from bespeak import (
    buy,
    dry_run,
    find_customer,
    find_offer,
    holdings,
    look_again,
    plan,
    quote,
    read_prices,
    study,
)
from bespeak.clients.call import Call
from bespeak.clients.partner_center.customers import list_customers
from bespeak.clients.sandbox_door import served_door
from bespeak.clients.secret import Secret
from bespeak.clients.session import SandboxSession
from bespeak.clients.sign_in import Grant
from bespeak.review import save_study_page, save_study_tables, save_study_workbook
from bespeak.sandbox import World, serve

CUSTOMER = "Wingtip Toys"


@dataclass(slots=True, repr=False)
class Bench:
    """A served sandbox with a session in it, the notes, and every secret that came up on the way."""

    notes: Notes
    session: SandboxSession
    home: Path
    out: Path
    url: str
    secrets: dict[str, str] = field(default_factory=lambda: dict(CANARIES))
    keep: list[Any] = field(default_factory=list)

    def flow(self, name: str, work: Callable[[], object], *, deep: bool = True) -> Any:
        """Does the work, and notes all that is left of it: what it gave or raised, logs, files, a crash dump."""
        value: Any = None
        with heard() as log:
            try:
                value = work()
            except BaseException as error:  # noqa: BLE001 - whatever it is, it is looked at
                self.notes.put_error(name, error, deep=deep)
        self.notes.put(name, "log", log.getvalue())
        if value is not None:
            self.keep.append(value)
            self.notes.put_value(name, "value", value)
        self.notes.put_files(name, self.home)
        return value


class Hurry:
    """A clock for the door on which a wait takes no time, and is over all the same."""

    def __init__(self) -> None:
        self._slept = 0.0

    def sleep(self, seconds: float) -> None:
        """Is later by so much."""
        self._slept += seconds

    def monotonic(self) -> float:
        """The seconds, those slept included."""
        return time.monotonic() + self._slept


@contextlib.contextmanager
def bench(folder: Path) -> Iterator[Bench]:
    """A bench with secrets in the environment, too; pauses between tries are left out."""
    home, out, key = folder / "home", folder / "out", CANARIES["token of the sandbox"]
    home.mkdir(mode=0o700)
    secrets = dict(CANARIES)
    made = Grant.__init__

    def noted(self: Grant, token: Secret, lasts: float) -> None:
        secrets[f"token {len(secrets)} of the sandbox's sign-in"] = token.reveal()
        made(self, token, lasts)

    proxy = f"http://me:{CANARIES['password of the proxy']}@127.0.0.1:9"
    environment = {"HTTP_PROXY": proxy, "HTTPS_PROXY": proxy, "JUPYTER_TOKEN": CANARIES["token of the Lab"]}
    environment["BESPEAK_SANDBOX"] = json.dumps({"url": "http://127.0.0.1:9", "token": key})
    tables = folder / "tables"
    tables.mkdir()
    names = [CUSTOMER, *(f"Customer {number}" for number in range(1, 30))]
    server = serve(World.demo(folder=hostile.write(tables, names), instance="canary"), 0, key)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        with (
            mock.patch.dict(os.environ, environment),
            mock.patch.object(Grant, "__init__", noted),
            mock.patch("bespeak.clients.sandbox_door.time", Hurry()),
        ):
            session = SandboxSession(served_door(server.url, key), "here", lambda _: home)
            yield Bench(Notes(), session, home, out, server.url, secrets)
    finally:
        server.close()
        thread.join()


def everyday(on: Bench) -> None:
    """What a person does in a day: find, read, study, save, buy, look again; and the widgets of it."""
    session = on.session
    on.notes.put_value("connect", "session", session)
    on.notes.put_value("connect", "door", session.door)
    details = on.flow("find a customer", lambda: find_customer(session, CUSTOMER))
    prices = on.flow("read prices", lambda: read_prices(session, details))
    on.flow("read what is owned", lambda: holdings(session, details))
    found = on.flow("study", lambda: study(session, details, 7))
    saved = on.flow("save", lambda: _saved(on.out, found))
    for path in saved or ():
        on.notes.put("save", path.suffix, path.read_bytes())
    planned = on.flow("plan", lambda: _planned(session, details, prices, "first"))
    on.flow("dry run", lambda: dry_run(session, planned).to_csv())
    session.set_fault("checkout", "lose_answer")
    on.flow("buy, the answer lost", lambda: buy(session, planned, planned.phrase))
    session.advance(minutes=20)
    on.flow("look again", lambda: look_again(session, "first"))
    other = on.flow("plan another", lambda: _planned(session, details, prices, "second"))
    on.flow("buy with a wrong phrase", lambda: buy(session, other, "no"))
    session.set_fault("checkout", "refuse", status=400, code=800017)
    on.flow("buy, refused", lambda: buy(session, other, other.phrase))
    on.flow("widgets", lambda: _widgets(on))
    on.notes.put("crash", "dump", crash_dump())


def _saved(folder: Path, found: Any) -> list[Path]:
    return [
        save_study_page(folder, found),
        save_study_workbook(folder, found),
        *save_study_tables(folder, found),
    ]


def _planned(session: SandboxSession, details: Any, prices: Any, intent: str) -> Any:
    subscription = details.azure_subscriptions["azure_subscription_id"].iloc[0]
    what = {"size": "Standard_D4s_v5", "region": "polandcentral", "term": "P1Y", "quantity": 2}
    wanted = quote(details, prices, azure_subscription_id=subscription, **what)
    return plan(wanted, find_offer(session, details, wanted), intent_id=intent)


def _widgets(on: Bench) -> str:
    from bespeak_widgets import ReservationDesk  # noqa: PLC0415  builds widgets

    desk = ReservationDesk(on.session, customer=CUSTOMER)
    states = [one.get_state() for one in list(ipywidgets.widgets.widget._instances.values())]
    on.notes.put("widgets", "state", "\n".join(repr(state) for state in states))
    return str(desk)


#: Trouble on the way of a read: what the sandbox does, and how.
TROUBLES: Mapping[str, tuple[str, dict[str, Any]]] = {
    "refused": ("refuse", {"status": 403, "code": 2032}),
    "no JSON": ("not_json", {"times": 5}),
    "answer lost": ("lose_answer", {"times": 5}),
    "throttled": ("throttle", {"times": 5}),
    "token ended": ("expired_token", {"times": 5}),
    "token lacks a right": ("insufficient_token", {"times": 5}),
    "sent elsewhere": ("redirect", {"times": 5, "status": 302}),
    "cut body": ("half", {"times": 5}),
    "damaged body": ("wrong_gzip", {"times": 5}),
    "link abroad": ("foreign_link", {"times": 5}),
    "link that is none": ("malformed_link", {"times": 5}),
    "page again": ("self_link", {"times": 50}),
}


def troubles(on: Bench) -> None:
    """A list of customers that does not come, for each reason; and a door that is not let in."""
    for name, (kind, more) in TROUBLES.items():
        on.session.set_fault("/customers", kind, **more)  # type: ignore[arg-type]
        on.flow(f"read, {name}", lambda: on.session.door.collect(list_customers(size=5)))
        _clear(on)
    on.flow("sign in with a wrong key", lambda: _wrong(on))
    on.flow(
        "no connection",
        lambda: SandboxSession(served_door("http://127.0.0.1:9", _key()), "", lambda _: on.home),
    )


def _wrong(on: Bench) -> object:
    door = served_door(on.url, CANARIES["refresh token"])
    on.notes.put_value("sign in with a wrong key", "door", door)
    return door.collect(list_customers())


def _key() -> str:
    return CANARIES["token of the sandbox"]


def _clear(on: Bench) -> None:
    from bespeak.clients import control  # noqa: PLC0415  only where a fault was set

    clear = Call("clear the faults", "control", "DELETE", "/faults", lambda _: None)
    with contextlib.suppress(Exception):
        on.session.door.send(getattr(control, "clear_faults", lambda: clear)())
