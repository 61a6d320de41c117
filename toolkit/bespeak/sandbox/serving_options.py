"""What ``bespeak sandbox`` can be told, and the world that follows from it."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Sequence
from pathlib import Path

from bespeak.sandbox.estate import load_estate
from bespeak.sandbox.http.hall import MOST
from bespeak.sandbox.keeping import KeptError, WorldFile
from bespeak.sandbox.portfolio import MOST as MOST_CUSTOMERS
from bespeak.sandbox.presets import PRESETS, set_all
from bespeak.sandbox.sample import sample_folder
from bespeak.sandbox.scenario import load, shipped
from bespeak.sandbox.staging import scenario_world
from bespeak.sandbox.strict_toml import ScenarioError
from bespeak.sandbox.world import World

#: Addresses that only this machine can reach.
_LOOPBACK = ("127.0.0.1", "localhost")
TOKEN_VARIABLE = "BESPEAK_SANDBOX_TOKEN"  # noqa: S105  (a name, not a secret)

#: The highest number of a TCP port.
_LAST_PORT = 65535


class OptionError(Exception):
    """Options that do not go together or cannot be met: what is wrong and what to do."""


def options(argv: Sequence[str]) -> argparse.Namespace:
    """The options of the command line, each checked for itself."""
    wish = _parser().parse_args(argv)
    if wish.host not in _LOOPBACK:
        raise OptionError(
            f"The sandbox listens on this machine only, not on {wish.host}. Leave --host out; reach it from "
            "elsewhere through a hub or an SSH tunnel, which know who comes in."
        )
    if not 0 <= wish.port <= _LAST_PORT:
        raise OptionError(f"--port takes 1 to {_LAST_PORT}, or 0 for a free one, not {wish.port}.")
    if wish.pupils and wish.state:
        raise OptionError("--state keeps one world. Leave it out with --class, or serve one world only.")
    if wish.fresh and not wish.state:
        raise OptionError("--fresh begins the world of a --state file anew. Name that file, too.")
    if wish.scenario and wish.customers:
        raise OptionError("--customers enlarges the demo world. Leave it out with --scenario.")
    if not 0 <= wish.pupils < MOST:
        raise OptionError(f"--class takes 1 to {MOST - 1} worlds, not {wish.pupils}.")
    return wish


def make_world(wish: argparse.Namespace) -> World:
    """The world that the options ask for, at its first instant."""
    instance = wish.instance or f"sandbox-{wish.seed}-{secrets.token_hex(4)}"
    if wish.scenario:
        try:
            world = scenario_world(wish.scenario, seed=wish.seed, instance=instance)
        except ScenarioError as error:
            raise OptionError(str(error)) from error
    else:
        world = World.demo(wish.seed, extra_customers=_extra(wish), instance=instance)
    if wish.preset:
        set_all(world.switches, {"preset": wish.preset})
    return world


def keep_world(world: World, wish: argparse.Namespace) -> dict[str, bool]:
    """Lets the world go on from its file and be kept there; whether it is kept, and whether it went on."""
    if not wish.state:
        return {"kept": False, "went_on": False}
    file = WorldFile(Path(wish.state))
    try:
        if not file.take():
            if wish.unkept_if_in_use:
                return {"kept": False, "went_on": False}
            raise OptionError(
                f"Another sandbox uses {file.path}. Stop it, or name another file with --state."
            )
        if wish.fresh:
            file.put_aside()
        went_on = file.read(world)
        file.write(world)
    except KeptError as error:
        raise OptionError(
            f"The world in {file.path} cannot go on: {error} Start with --fresh to begin anew; the file is then kept "
            "beside it."
        ) from error
    except OSError as error:
        raise OptionError(
            f"{file.path} cannot be used ({error.strerror}). Name another with --state."
        ) from error
    world.keep = file.keeps(world)
    return {"kept": True, "went_on": went_on}


def scenarios() -> str:
    """A line for each scenario that comes with the sandbox."""
    return "".join(f"{name}: {load(path).title}\n" for name, path in shipped().items())


def _extra(wish: argparse.Namespace) -> int:
    """How many customers come on top of those of the sample data, so that there are so many in all."""
    if not wish.customers:
        return 0
    known = len(load_estate(sample_folder()).customers)
    if not known <= wish.customers <= MOST_CUSTOMERS:
        raise OptionError(
            f"--customers takes {known} (those of the sample data) to {MOST_CUSTOMERS}, not {wish.customers}."
        )
    return int(wish.customers) - known


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "bespeak sandbox",
        description="Serve the sandbox on this machine. Prints a line of JSON for each world when it is ready.",
        epilog="'bespeak sandbox coverage' says how sure each operation is, 'bespeak sandbox openapi' describes them.",
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="only 127.0.0.1 and localhost are taken")
    add("--port", type=int, default=0, help="port (default: a free one)")
    add("--seed", type=int, default=1, help="number of the world (default: 1)")
    add("--token", default="", help=f"token of the world (default: ${TOKEN_VARIABLE}, else a random one)")
    add("--instance", default="", help="instance id of the world (default: a new one)")
    add("--scenario", default="", help="name or file of a scenario instead of the demo world")
    add("--list-scenarios", action="store_true", help="print the scenarios that come with the sandbox")
    add("--customers", type=int, default=0, help=f"so many customers in all, at most {MOST_CUSTOMERS}")
    add(
        "--preset",
        default="",
        choices=["", *PRESETS],
        metavar="NAME",
        help="set switches: default, worse (every open question badly) or throttled",
    )
    add(
        "--class",
        dest="pupils",
        type=int,
        default=0,
        help="so many worlds more, each with a token of its own",
    )
    add("--state", default="", help="file in which the world survives a restart")
    add("--fresh", action="store_true", help="begin the world of the --state file anew")
    add("--unkept-if-in-use", action="store_true", help="do not keep the world when its file is in use")
    return parser
