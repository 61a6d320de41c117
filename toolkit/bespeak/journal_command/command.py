"""The arguments of ``bespeak journal``, and what each of its words does."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd
import platformdirs

from bespeak.buying import acknowledge, recover, settle, world_sentence
from bespeak.buying.bookkeeping import rows_of
from bespeak.clients.session import Session
from bespeak.errors import BespeakError, InputError
from bespeak.journal_command import on_disk, showing
from bespeak.journal_command.on_disk import Found, find_journals, find_purchase
from bespeak.opening import open_world
from bespeak.review.sheets import save_tables
from bespeak.terminal import columns, printable

_PASSING = "in this kernel"


def main(argv: Sequence[str]) -> int:
    """Does what the first word says and returns the exit code: 1 when something is wrong or stays open."""
    options = _parser().parse_args(argv)
    return _WORDS[options.word](options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "bespeak journal",
        description="What was bought and what is open, in all worlds of this user. "
        "list, show and verify read files alone; recover only reads the service; nothing here buys.",
        allow_abbrev=False,
    )
    parser.add_argument("word", nargs="?", default="list", choices=tuple(_WORDS), metavar="|".join(_WORDS))
    parser.add_argument("id", nargs="?", default="", help="of a purchase, or how it begins (show, settle)")
    parser.add_argument("--world", choices=on_disk.WORLDS, default="", help="one world only")
    parser.add_argument("--instance", default="", help="one instance of it only")
    parser.add_argument("--all", action="store_true", help="all worlds and instances, as without a world")
    parser.add_argument("--settings", type=Path, help="another settings file for integration and live")
    parser.add_argument("--json", action="store_true", help="for programs (list, verify)")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="also write the list as CSV")
    parser.add_argument("--order", default="", help="settle: the order that was found by hand")
    parser.add_argument("--nothing", action="store_true", help="settle: no order was found by hand")
    parser.add_argument("--reason", default="", help="settle, acknowledge: what was found, and where")
    return parser


def _list(options: argparse.Namespace) -> int:
    table = on_disk.rows(_journals(options))
    if options.csv is not None:
        _save(options.csv, table)
    sys.stdout.write(showing.as_json(table) if options.json else showing.as_list(table, _width()))
    return 0


def _show(options: argparse.Namespace) -> int:
    found, intent = find_purchase(_journals(options), _id(options))
    table = rows_of((intent,))
    sys.stdout.write(f"{found}: {world_sentence(found.world)}\n" + showing.one(intent, table, _width()))
    return 0


def _verify(options: argparse.Namespace) -> int:
    """Walks every chain, also when one of them is broken."""
    told = [_verified(found) for found in _journals(options)]
    if options.json:
        sys.stdout.write(json.dumps(told, indent=2) + "\n")
    elif not told:
        sys.stdout.write("There is no journal here.\n")
    else:
        sys.stdout.write(columns([(one["state"], one["where"], one["finding"]) for one in told], _width()))
    return int(any(one["state"] == "fail" for one in told))


def _verified(found: Found) -> Mapping[str, str]:
    try:
        journal = found.open()
        head = journal.verify()
        count = len(journal.intents())
    except BespeakError as error:
        return {"state": "fail", "where": str(found), "finding": str(error), "head": ""}
    finding = f"{count} purchases, none changed since it was written; head {head}"
    return {"state": "ok", "where": str(found), "finding": finding, "head": head}


def _recover(options: argparse.Namespace) -> int:
    session = _session(options)
    told = [(_where(session), one.outcome) for one in recover(session)]
    sys.stdout.write(showing.outcomes(told, _width()) if told else f"{_where(session)}: nothing is open.\n")
    return int(any(outcome.state == "UNKNOWN" for _, outcome in told))


def _settle(options: argparse.Namespace) -> int:
    if bool(options.order) == options.nothing:
        raise InputError(
            "It is not said what was found.", "Give --order with its id, or --nothing; nothing was written."
        )
    session = _session(options)
    here = find_journals(_root(), session.world, session.instance)
    _, intent = find_purchase(here, _id(options))
    what = f"its order is {options.order}" if options.order else "nothing was ordered"
    _ask(
        f"{_where(session)}: of {intent.intent_id} it will be written down that {what}.",
        f"settle {intent.intent_id}",
    )
    outcome = settle(session, intent.intent_id, order_id=options.order, reason=options.reason)
    sys.stdout.write(showing.outcomes([(_where(session), outcome)], _width()))
    return int(outcome.state == "UNKNOWN")


def _acknowledge(options: argparse.Namespace) -> int:
    session = _session(options)
    _ask(f"{_where(session)}: buying will go on in this journal.", f"acknowledge {session.instance}")
    sys.stdout.write(f"{_where(session)}: acknowledged; head {acknowledge(session, options.reason)}\n")
    return 0


def _ask(what: str, wanted: str) -> None:
    """Lets the person type what is at stake; raises ``InputError`` for anything else."""
    sys.stdout.write(f"{printable(what)}\nType '{printable(wanted)}' to go on: ")
    sys.stdout.flush()
    if sys.stdin.readline().rstrip("\r\n") != wanted:
        raise InputError("That is not what was asked for.", "Nothing was written down.")


def _session(options: argparse.Namespace) -> Session:
    """A session with the one world that is meant."""
    session = open_world(options.world or "sandbox", options.settings)
    if session.where.startswith(_PASSING):
        raise InputError(
            "There is no sandbox of a Lab here, and a fresh one has no purchases.",
            "Start 'bespeak lab' and type this in a terminal of that Lab (File, New, Terminal).",
        )
    if options.instance not in ("", session.instance):
        raise InputError(
            f"This session is with {session.instance}, not with {options.instance}.", "Nothing was asked."
        )
    return session


def _journals(options: argparse.Namespace) -> tuple[Found, ...]:
    if options.all and (options.world or options.instance):
        raise InputError("--all means every world and instance.", "Leave it out, or leave them out.")
    return find_journals(_root(), options.world, options.instance)


def _root() -> Path:
    return Path(platformdirs.user_data_dir("bespeak", appauthor=False))


def _where(session: Session) -> str:
    return f"{session.world} ({session.instance})"


def _id(options: argparse.Namespace) -> str:
    if not options.id:
        raise InputError("No purchase is named.", "Give its id; 'bespeak journal list' shows all.")
    return str(options.id)


def _save(path: Path, table: pd.DataFrame) -> None:
    if path.exists():
        raise InputError(f"'{path.name}' is there already.", "Choose another name; nothing was overwritten.")
    save_tables(path.parent, {path.name: table})


def _width() -> int:
    return shutil.get_terminal_size().columns


_WORDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "list": _list,
    "verify": _verify,
    "recover": _recover,
    "show": _show,
    "settle": _settle,
    "acknowledge": _acknowledge,
}
