"""From the word in the settings to the way to sign in."""

from __future__ import annotations

import time
from collections.abc import Callable

from bespeak.clients.entra.applications import AppOnlySignIn, SecureAppModelSignIn
from bespeak.clients.entra.ways import BrowserSignIn, DeviceCodeSignIn, SignIn
from bespeak.clients.key_store import KeyStore
from bespeak.errors import InputError, MissingError

#: The names under which the proofs of a confidential application are kept in the store.
CERTIFICATE = "client-certificate"


def way_of(
    name: str, store: KeyStore, open_browser: Callable[[str], bool], show: Callable[[str], None]
) -> SignIn:
    """The way to sign in of this name; raises ``InputError`` for one that there is not.

    A confidential application proves itself by the certificate in the store, or by the secret where there is none.
    """
    browser = BrowserSignIn(open_browser)
    if name == "browser":
        return browser
    if name == "device_code":
        return DeviceCodeSignIn(show, time.sleep)
    certificate = _stored(store, CERTIFICATE)
    if name == "app_only":
        return AppOnlySignIn(certificate=certificate)
    if name == "secure_app":
        return SecureAppModelSignIn(certificate=certificate, consent=browser)
    raise InputError(
        f"There is no way to sign in called '{name}'.",
        "There are browser, device_code, app_only and secure_app.",
    )


def _stored(store: KeyStore, name: str) -> str:
    """The name when something is kept under it, else ""."""
    try:
        store.read_secret(name)
    except MissingError:
        return ""
    return name
