"""A program that adds and builds, and kills itself with SIGKILL at a chosen call of the file system, or never.

``python killed_store.py HOME AT`` prints how many such calls there were when it comes to its end.
"""

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from deliveries import CUSTOMER, days, delivery, hours, open_store, page

from bespeak.usage.store import files

#: All that changes something on the disk; each is a point before it and a point after it.
CALLS = ("create", "put", "settle_file", "_rename", "sync", "remove")
OTHER = "c0570002-0000-4000-8000-000000000002"


def deliveries():
    """Corrections, several sources and several customers, in months that overlap."""
    hourly = [page(*hours(f"web{number}", 30, first=24 * 24)) for number in range(3)]
    yield delivery(*hourly)
    yield delivery(page(*hours("web1", 10, first=24 * 24, quantity=0.5)), at=1)
    lines = [*days("a", 2, customer_id=CUSTOMER, sub="5ab5"), *days("b", 3, customer_id=OTHER)]
    yield delivery(
        page(*lines), page(*days("c", 3, customer_id=OTHER)), source="rated_usage", customer="", at=2
    )
    yield delivery(page(*days("b", 3, customer_id=OTHER)), source="cost_export", customer="", at=3)


def opened(home):
    """The store of this program: large months are made in parts."""
    return open_store(home, wave=40)


def run(home):
    """Adds everything, and builds in between."""
    store = opened(home)
    for number, one in enumerate(deliveries()):
        store.add(one)
        if number % 2:
            store.build()
    return store


def die_at(at):
    """Lets the program kill itself at this point; the counter of points."""
    points = [0]

    def guarded(real):
        def call(*arguments):
            point(points, at)
            result = real(*arguments)
            point(points, at)
            return result

        return call

    for name in CALLS:
        setattr(files, name, guarded(getattr(files, name)))
    return points


def point(points, at):
    points[0] += 1
    if points[0] == at:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    counter = die_at(int(sys.argv[2]))
    run(Path(sys.argv[1]))
    print(counter[0])  # noqa: T201 - a command prints
