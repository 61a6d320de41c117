"""``bespeak usage``: reads usage into the store of a world, says what is there, takes files in, forgets a customer.

Everything that it asks of a service is a read.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from bespeak.clients.session import Session
from bespeak.customers import CustomerDetails, customer_details, customers, find_customer
from bespeak.errors import BespeakError
from bespeak.opening import open_world
from bespeak.terminal import columns, printable
from bespeak.usage.store import UsageStore, usage_store
from bespeak.usage.sync import import_folder, refresh_usage

_SOON = 1.0


def main(argv: Sequence[str]) -> int:
    """Runs the part that the arguments name; 1 when a customer or a file could not be read, else 0."""
    options = _parser().parse_args(argv)
    session = open_world(options.world, options.settings)
    return int(_PARTS[options.part](session, usage_store(session), options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("bespeak usage", description=__doc__, allow_abbrev=False)
    parser.add_argument("--world", choices=("sandbox", "integration", "live"), default="sandbox")
    parser.add_argument("--settings", type=Path, help="another settings file for integration and live")
    parts = parser.add_subparsers(dest="part", required=True)
    read = parts.add_parser("read", help="read usage from the services into the store")
    who = read.add_mutually_exclusive_group(required=True)
    who.add_argument("--customer", metavar="NAME", help="a customer by a part of its name, domain or id")
    who.add_argument("--all", action="store_true", help="all customers")
    read.add_argument("--days", type=int, default=30, help="how far back (30)")
    parts.add_parser("status", help="what the store knows")
    taken = parts.add_parser("import", help="take the files of a folder in")
    taken.add_argument("folder", type=Path)
    taken.add_argument("--customer", metavar="NAME", help="whose usage it is where the files do not say so")
    gone = parts.add_parser("forget", help="remove all usage of a customer from the store")
    gone.add_argument("customer", metavar="NAME")
    return parser


def _read(session: Session, store: UsageStore, options: argparse.Namespace) -> bool:
    wanted, lost = _wanted(session, options)
    found = refresh_usage(session, store, wanted, days=options.days, progress=_progress("steps"))
    _say(repr(found))
    for remark in found.remarks:
        _say(remark)
    rows = [*lost, *((one.customer, one.why) for one in found.skipped)]
    if rows:
        sys.stdout.write(columns(rows, shutil.get_terminal_size().columns))
    return bool(rows)


def _wanted(
    session: Session, options: argparse.Namespace
) -> tuple[list[CustomerDetails], list[tuple[str, str]]]:
    """The customers that are asked for, and those that could not be looked at."""
    if not options.all:
        return [find_customer(session, options.customer)], []
    listed = customers(session)
    told = _progress("customers")
    found, lost = [], []
    for number, (one, name) in enumerate(zip(listed["customer_id"], listed["name"], strict=True), 1):
        try:
            found.append(customer_details(session, str(one)))
        except BespeakError as error:
            lost.append((str(name), str(error)))
        told(number, len(listed))
    return found, lost


def _status(session: Session, store: UsageStore, _options: argparse.Namespace) -> bool:
    told = store.customers()
    if told.empty:
        _say("The store knows nothing yet. 'bespeak usage read' fills it.")
        return False
    names = customers(session).set_index("customer_id")["name"].to_dict()
    head = ("customer", "from", "to", "records", "set aside", "")
    rows = [_row(row, names) for row in told.to_dict("records")]
    sys.stdout.write(columns([head, *rows], shutil.get_terminal_size().columns))
    _say(repr(store))
    for row in store.rejected.to_dict("records"):
        _say(f"{row['file']}: {row['what']}")
    return False


def _row(row: dict[object, object], names: dict[object, object]) -> tuple[str, ...]:
    ends = [f"{row[name]:%Y-%m-%d}" if pd.notna(row[name]) else "-" for name in ("first", "last")]  # type: ignore[call-overload]
    name = str(names.get(row["customer_id"]) or row["customer_id"] or "(nobody known)")
    return name, *ends, f"{row['rows']:,}", f"{row['set_aside']:,}", str(row["incomplete"] or "")


def _import(session: Session, store: UsageStore, options: argparse.Namespace) -> bool:
    owner = find_customer(session, options.customer).customer_id if options.customer else ""
    done = import_folder(
        store, options.folder, received=session.now(), customer_id=owner, progress=_progress("files")
    )
    _say(repr(done))
    rows = [*((name, "there already") for name in done.already_there), *done.refused, *done.remarks]
    if rows:
        sys.stdout.write(columns(rows, shutil.get_terminal_size().columns))
    return bool(done.refused)


def _forget(session: Session, store: UsageStore, options: argparse.Namespace) -> bool:
    details = find_customer(session, options.customer)
    count = store.forget(details.customer_id)
    _say(f"{details.name}: usage from {count:,} deliveries is removed, the bytes as received included.")
    return False


_PARTS: dict[str, Callable[[Session, UsageStore, argparse.Namespace], bool]] = {
    "read": _read,
    "status": _status,
    "import": _import,
    "forget": _forget,
}


def _say(text: str) -> None:
    sys.stdout.write(f"{printable(text)}\n")


def _progress(what: str) -> Callable[[int, int | None], None]:
    """A line in the terminal that says how far it is, how fast, and how long it still takes; none in a file."""
    began = time.monotonic()

    def told(count: int, total: int | None) -> None:
        if not sys.stderr.isatty():
            return
        passed = time.monotonic() - began
        rate = count / passed if passed > _SOON else 0.0
        left = f", {rate:,.1f}/s, about {(total - count) / rate:,.0f} s left" if rate and total else ""
        of = "" if total is None else f" of {total:,}"
        sys.stderr.write(f"\r\x1b[K{count:,}{of} {what}{left}")
        if count == total:
            sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()

    return told
