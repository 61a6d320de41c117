"""A small sandbox world whose customers, domains, subscriptions, resource groups and machines are called as one likes.

Customer number ``i`` is called by text ``i``; its other names are the texts after it, in a circle, so that each text
stands in each place once.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "sandbox"))

import tiny_world

from bespeak.clients.sandbox_door import in_kernel_door
from bespeak.clients.session import SandboxSession
from bespeak.sandbox import World, create_app

#: Machines of each customer, and its Azure subscriptions.
MACHINES, SUBSCRIPTIONS = 6, 2
KEY = "key-of-the-hostile-world"


def guid(kind: int, number: int, part: int = 0) -> str:
    """An id that says what it is of."""
    return f"{kind:08x}-{part:04x}-4000-8000-{number:012x}"


def write(root: Path, texts: Sequence[str]) -> Path:
    """The tables of the world, in a folder laid out like the sample data."""
    tiny_world.write(root)

    def text(number: int) -> str:
        return texts[number % len(texts)]

    customers = [["customer_id", "name", "domain", "country", "kind", "agreement", "story"]]
    held = [["customer_id", "subscription_id", "azure_subscription_id", "name", "registered"]]
    machines = [
        ["azure_subscription_id", "series_id", "rank", "vm", "resource_group", "size", "os", "region"]
    ]
    for i in range(len(texts)):
        customers.append([guid(1, i), text(i), text(i + 1), "US", "legacy", "yes", ""])
        for part in range(SUBSCRIPTIONS):
            azure = guid(3, i, part)
            held.append([guid(1, i), guid(2, i, part), azure, text(i + 2 + part), "yes"])
            machines += [
                [
                    azure,
                    "steady",
                    1,
                    text(i + 4 + vm),
                    text(i + 10 + vm),
                    "Standard_D2s_v5",
                    "Linux",
                    "polandcentral",
                ]
                for vm in range(part, MACHINES, SUBSCRIPTIONS)
            ]
    for name, rows in {"customers": customers, "subscriptions": held, "machines": machines}.items():
        out = io.StringIO(newline="")
        csv.writer(out).writerows(rows)
        (root / "demo" / f"{name}.csv").write_text(out.getvalue(), encoding="utf-8", newline="")
    return root


def session(root: Path, texts: Sequence[str], homes: Path) -> SandboxSession:
    """A session with such a world in this process."""
    homes.mkdir(parents=True, exist_ok=True)
    world = World.demo(folder=write(root, texts))
    return SandboxSession(in_kernel_door(create_app(world, KEY), KEY), "in this kernel", lambda _: homes)
