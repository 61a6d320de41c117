"""A program that adds pages of one customer and builds, beside others that do the same: HOME NUMBER COUNT."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from deliveries import delivery, hours, open_store, page


def deliveries(number, count):
    """Its own machines, and one record of a machine that all programs report, each later than the one before."""
    for turn in range(count):
        yield delivery(page(*hours(f"vm-{number}-{turn}", 10)), page(*hours("shared", 10)), at=turn)


if __name__ == "__main__":
    store = open_store(Path(sys.argv[1]))
    for one in deliveries(int(sys.argv[2]), int(sys.argv[3])):
        store.add(one)
        store.build()
