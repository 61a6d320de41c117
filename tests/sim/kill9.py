"""Kills a real process with SIGKILL at every point of a purchase, over TCP, and lets the next one find its way.

    python3 -m toolkit kill9 [KILLS]

Points are before and after every request and every write of the journal. After each death a fresh session looks at
the purchase: nothing doubled, nothing lost, and it takes less than two seconds.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bespeak.buying import buy, find_offer, look_again, plan, quote, read_prices
from bespeak.buying.ledger import open_journal
from bespeak.buying.plan import PurchasePlan
from bespeak.clients.call import Door
from bespeak.clients.partner_center import orders
from bespeak.connect import connect
from bespeak.customers import CustomerDetails, find_customer
from bespeak.journal import Journal, head, schema

#: As many points as a purchase has, or a few more: one that is never reached lets the purchase end.
POINTS = 50
RECOVERY_SECONDS = 2.0


@dataclass
class Countdown:
    """Dies at the point of this number; each request and each write of the journal has one before and one after."""

    left: int

    def point(self) -> None:
        """One point: the process may end here, without a word to anybody."""
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1


class DyingDoor:
    """A door whose process may die before and after each request."""

    def __init__(self, door: Door, countdown: Countdown) -> None:
        self._door, self._countdown = door, countdown

    def send(self, call: Any) -> Any:
        """The answer to a call, unless the process dies."""
        return self._at_points(lambda: self._door.send(call))

    def collect(self, call: Any, progress: Any = None) -> Any:
        """All pages of a call, unless the process dies."""
        return self._at_points(lambda: self._door.collect(call, progress))

    def _at_points(self, work: Any) -> Any:
        self._countdown.point()
        told = work()
        self._countdown.point()
        return told


@contextmanager
def served() -> Iterator[None]:
    """A sandbox in a process of its own, which ``connect`` finds; a person's own data stay out of it."""
    command = [sys.executable, "-m", "bespeak.sandbox"]
    with (
        tempfile.TemporaryDirectory() as data,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process,
    ):
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        before = dict(os.environ)
        os.environ["BESPEAK_SANDBOX"] = json.dumps({"url": told["url"], "token": told["token"]})
        os.environ["XDG_DATA_HOME"] = data
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)
            process.terminate()


def kill_at(session: Any, details: CustomerDetails, point: int) -> str:
    """Buys in a child that dies at a point, then recovers; how it ended. Asserts what must hold."""
    session.reset()
    session.now()
    planned = _plan(session, details, point)
    status = _in_child(planned, point)
    died = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert died or os.waitstatus_to_exitcode(status) == 0, f"point {point}: the child ended with {status}"
    ends = _recover(planned, point)
    return ("killed, " if died else "not killed, ") + ends


def _plan(session: Any, details: CustomerDetails, point: int) -> PurchasePlan:
    prices = read_prices(session, details)
    wanted = quote(
        details,
        prices,
        azure_subscription_id=details.azure_subscriptions["azure_subscription_id"].iloc[0],
        size="Standard_D2s_v5",
        region="polandcentral",
        term="P1Y",
        quantity=1,
    )
    return plan(wanted, find_offer(session, details, wanted), intent_id=f"kill {point}", friendly_name="kill")


def _in_child(planned: PurchasePlan, point: int) -> int:
    """The status with which a child ended that bought what was planned, or died on the way."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    try:
        countdown = Countdown(point)
        write = schema.write

        @contextmanager
        def dying_write(path: Path, patience: float, **how: Any) -> Iterator[Any]:
            countdown.point()
            with write(path, patience, **how) as connection:
                yield connection
            countdown.point()

        def dying_keep(path: Path, told: Any) -> None:
            countdown.point()  # the journal has it, and the head beside it does not yet
            keep(path, told)

        keep, head.keep = head.keep, dying_keep
        schema.write = dying_write
        fresh = connect()
        fresh._door = DyingDoor(fresh._door, countdown)
        buy(fresh, planned, planned.phrase)
        os._exit(0)
    except BaseException as error:  # noqa: BLE001  # a child must end here, whatever it met
        print(f"point {point}: {error!r}", file=sys.stderr)
        os._exit(1)


def _recover(planned: PurchasePlan, point: int) -> str:
    """What a fresh session finds; time passes in the world, and nobody waits for it."""
    began = time.monotonic()
    session = connect()
    states = []
    for _ in range(3):
        journal = open_journal(session)
        if any(one.intent_id == planned.intent_id for one in journal.intents()):
            states.append(_looked(session, journal, planned))
        session.advance(minutes=20)
    seconds = time.monotonic() - began
    made = session.door.collect(orders.list_orders(planned.customer_id))
    end = states[-1] if states else "never written"
    assert len(made) <= 1, f"point {point}: bought {len(made)} times"
    assert (len(made) == 1) == (end in ("ORDERED", "RECONCILED")), (
        f"point {point}: {end} with {len(made)} orders"
    )
    assert seconds < RECOVERY_SECONDS, f"point {point}: recovery took {seconds:.1f} s"
    return end


def _looked(session: Any, journal: Journal, planned: PurchasePlan) -> str:
    look_again(session, planned.intent_id)
    journal.verify()
    return journal.intent(planned.intent_id).state


def run(kills: int) -> Counter[str]:
    """So many processes, each killed at the next point; how they ended."""
    ends: Counter[str] = Counter()
    with served():
        session = connect()
        details = find_customer(session, "Contoso")
        for number in range(kills):
            ends[kill_at(session, details, number % POINTS)] += 1
    return ends


def main(arguments: list[str]) -> int:
    """Kills so many processes (500); the last line is the figure."""
    kills, began = int(arguments[0]) if arguments else 500, time.monotonic()
    ends = run(kills)
    for end, count in sorted(ends.items()):
        print(f"{end}: {count}")
    killed = sum(count for end, count in ends.items() if end.startswith("killed"))
    print(f"kill9: {killed} of {kills} processes killed, 0 doubled, 0 lost, {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
