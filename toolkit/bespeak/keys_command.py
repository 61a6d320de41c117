"""``bespeak keys``: puts the secrets of an application into the key store of the system. It shows none.

Signing in by the browser or a device code needs none of them.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import platformdirs

from bespeak.clients.key_store import KeyStore
from bespeak.clients.secret import Secret
from bespeak.errors import InputError, MissingError

#: What an application can prove itself with, by the name under which it is kept.
NAMES: Mapping[str, str] = {
    "client-secret": "the secret of the app registration, for app_only and secure_app",
    "client-certificate": "its certificate with the private key, as one PEM file; comes before the secret",
    "secure-app-model": "the refresh token of the service account, for secure_app",
}


def main(
    argv: Sequence[str],
    *,
    open_store: Callable[[], KeyStore] | None = None,
    ask: Callable[[str], str] = getpass.getpass,
) -> int:
    """Lists, keeps or forgets a secret and returns 0; raises ``InputError`` when it cannot be kept."""
    options = _parser().parse_args(argv)
    store = (open_store or _store_of_user)()
    if options.action == "list":
        sys.stdout.write(_listed(store))
        return 0
    name = _name(options.name)
    if options.action == "forget":
        store.forget_secret(name)
        print(f"{name} is forgotten.")
        return 0
    _check_kept(store)
    store.store_secret(name, _given(name, options.file, ask))
    print(f"{name} is kept, encrypted by the system for your user only.")
    if options.file:
        print(f"Delete {options.file.name} now: it holds the private key in plain text.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "bespeak keys",
        description="Keep the secrets of an application in the key store of the system; none is ever shown.",
        epilog="; ".join(f"{name}: {what}" for name, what in NAMES.items()),
        allow_abbrev=False,
    )
    parser.add_argument("action", nargs="?", choices=("list", "set", "forget"), default="list")
    parser.add_argument("name", nargs="?", default="", help=", ".join(NAMES))
    parser.add_argument("--file", type=Path, help="set: the PEM file of a certificate")
    return parser


def _store_of_user() -> KeyStore:
    return KeyStore(Path(platformdirs.user_data_dir("bespeak", appauthor=False)) / "keys")


def _name(name: str) -> str:
    if name not in NAMES:
        raise InputError(f"There is no secret called '{name}'.", f"Name one of {', '.join(NAMES)}.")
    return name


def _check_kept(store: KeyStore) -> None:
    """Raises ``InputError`` where nothing would outlive this command."""
    if not store.is_kept:
        raise InputError(store.note, "Sign in by browser or device_code instead, or set up a key store.")


def _given(name: str, file: Path | None, ask: Callable[[str], str]) -> Secret:
    """The secret as typed where it is not seen, or as a certificate's file has it."""
    if file is not None and name != "client-certificate":
        raise InputError("Only a certificate is read from a file.", f"Leave --file out and type the {name}.")
    if name == "client-certificate" and file is None:
        raise InputError("A certificate is too long to type.", "Name its PEM file with --file.")
    text = ask(f"{name} (not shown): ").strip() if file is None else _read(file)
    if not text:
        raise InputError(f"The {name} is empty, so nothing was kept.", "Start again and type it.")
    return Secret(text)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", "") or "it is no PEM text"
        raise InputError(f"{file.name} cannot be read ({reason}).", "Name the PEM file.") from None


def _listed(store: KeyStore) -> str:
    lines = [f"{name:20}{'kept' if _is_there(store, name) else 'none'}\n" for name in NAMES]
    return "".join([f"{store.note}\n", *lines])


def _is_there(store: KeyStore, name: str) -> bool:
    try:
        store.read_secret(name)
    except MissingError:
        return False
    return True
