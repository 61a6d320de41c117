"""The settings of the worlds at Microsoft: ``bespeak.toml``, read strictly; a mistake is named with its key and line.

::

    [integration]                        # or [live], or both
    tenant = "contoso-test.example"      # the partner's tenant, a domain or an id
    client_id = "11111111-2222-3333-4444-555555555555"
    sign_in = "browser"                  # or device_code, app_only, secure_app
    cloud = "global"                     # if it is another one
    proxy = "environment"                # if HTTPS_PROXY is to be used, or "http://host:port"; else none is

The file chooses no world and holds no secret: those are in the key store of the operating system.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from bespeak.errors import InputError

SignInWay = Literal["browser", "device_code", "app_only", "secure_app"]

#: Name of the file in the person's configuration folder.
FILE_NAME = "bespeak.toml"

_WORLDS = ("integration", "live")
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE)
_SECRET = re.compile(
    r"secret|passw|token|credential|private|certificate|api_?key|(^|_)key$|(^|_)pin$", re.IGNORECASE
)
_WAYS = ("browser", "device_code", "app_only", "secure_app")
_NO_SECRET = "Take it out; secrets are kept in the key store of the operating system, never in a file."  # noqa: S105


@dataclass(frozen=True, slots=True)
class Tenant:
    """What ``bespeak.toml`` says of one world. ``proxy`` is "" for none, "environment", or an address."""

    world: str
    tenant: str
    client_id: str
    sign_in: SignInWay
    cloud: str
    proxy: str


def read_settings(path: Path, clouds: tuple[str, ...]) -> Mapping[str, Tenant]:
    """The worlds that the file describes, by name; ``clouds`` are the names that ``cloud`` may have.

    Raises ``InputError`` with the key and the line for all that is not exactly as described: an unknown key, a wrong
    type, a secret, anything under ``[sandbox]``, the same tenant in both worlds. No message repeats a value that
    could be a secret.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", "") or "it is not UTF-8"
        raise InputError(
            f"The settings '{path.name}' cannot be read ({reason}).",
            f"Write them as {path}, with the sections [integration] or [live].",
        ) from None
    return _Reading(path.name, text, clouds).worlds()


def check_no_secrets_beside(path: Path) -> None:
    """Raises ``InputError`` when a ``.env`` stands beside the settings and holds a secret."""
    beside = path.with_name(".env")
    try:
        lines = beside.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError:
        return
    for number, line in enumerate(lines, start=1):
        name, _, value = line.removeprefix("export ").partition("=")
        if value.strip(" \t'\"") and not line.lstrip().startswith("#") and _SECRET.search(name.strip()):
            raise InputError(
                f".env, line {number}: '{name.strip()}' looks like a secret, and live is not opened beside one.",
                _NO_SECRET,
            )


class _Reading:
    """One file that is read: where its keys stand, and what is wrong with them."""

    def __init__(self, name: str, text: str, clouds: tuple[str, ...]) -> None:
        self._name, self._lines, self._clouds = name, text.splitlines(), clouds
        try:
            self._told = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            # Its words name the line, and never the value.
            raise InputError(f"{name} is not TOML: {error}.", "Mend it, then connect again.") from None

    def worlds(self) -> Mapping[str, Tenant]:
        """The worlds by name."""
        for section, key, value in self._keys():
            self._check_place(section, key, value)
        found = {name: self._tenant(name) for name in _WORLDS if name in self._told}
        if len(found) == len(_WORLDS) and found["live"].tenant.lower() == found["integration"].tenant.lower():
            raise self._refusal("live", "tenant", "is the tenant of [integration] too", "Name two tenants.")
        return found

    def _keys(self) -> Iterator[tuple[str, str, object]]:
        for section, told in self._told.items():
            if isinstance(told, dict) and section not in {*_WORLDS, "sandbox"}:
                raise self._refusal(
                    section, "", "is not known", "Known sections are [integration] and [live]."
                )
            if isinstance(told, dict):
                yield from ((section, key, value) for key, value in told.items())
            else:
                yield "", section, told

    def _check_place(self, section: str, key: str, value: object) -> None:
        """Refuses what may stand nowhere, or not there."""
        if _SECRET.search(key):
            raise self._refusal(section, key, "looks like a secret", _NO_SECRET)
        if section == "sandbox":
            what = "is an address" if isinstance(value, str) and "://" in value else "is a setting"
            said = f"{what} under the sandbox, which is on this machine and takes none"
            raise self._refusal(section, key, said, "Move it to [integration] or [live], or take it out.")
        if section and key not in _CHECKS:
            raise self._refusal(section, key, "is not known", f"Known keys are {', '.join(_CHECKS)}.")
        if not section and key not in _WORLDS:
            raise self._refusal("", key, "is not known", "Every key stands below [integration] or [live].")

    def _tenant(self, world: str) -> Tenant:
        told: Mapping[str, Any] = self._told[world]
        if not isinstance(told, dict):
            raise self._refusal("", world, "is not a section", f"Write [{world}] and its keys below it.")
        values = {"sign_in": "browser", "cloud": "global", "proxy": ""} | told
        for key, (is_good, words) in _CHECKS.items():
            if key not in values:
                raise self._refusal(world, "", f"has no '{key}'", f"It is {words}.")
            if not isinstance(values[key], str):
                raise self._refusal(world, key, "is not a text", f"It is {words}, in quotation marks.")
            if not is_good(values[key]):
                raise self._refusal(world, key, "cannot be used", f"It is {words}.")
        if values["cloud"] not in self._clouds:
            raise self._refusal(world, "cloud", "is not known", f"Known are {', '.join(self._clouds)}.")
        return Tenant(world=world, **values)  # type: ignore[arg-type]  # checked above, key by key

    def _refusal(self, section: str, key: str, what: str, next_step: str) -> InputError:
        place = f"[{section}] {key}".strip() if section else key
        return InputError(f"{self._name}, line {self._line(section, key)}: {place} {what}.", next_step)

    def _line(self, section: str, key: str) -> int:
        """The line of a key in its section, else that of the section, else the first that names the key."""
        now, header = "", 0
        for number, line in enumerate(self._lines, start=1):
            opened = re.match(r"\s*\[+\s*[\"']?([^\]\"']+?)[\"']?\s*\]", line)
            if opened:
                now = opened.group(1)
                header = number if now == section and not header else header
            elif now == section and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", line):
                return number
        named = (number for number, line in enumerate(self._lines, start=1) if key and key in line)
        return header or next(named, 1)


def _is_tenant(text: str) -> bool:
    return bool(_GUID.fullmatch(text) or _DOMAIN.fullmatch(text))


def _is_proxy(text: str) -> bool:
    """No proxy, that of the environment, or an address without a name and a password in it."""
    if text in {"", "environment"}:
        return True
    parts = urlsplit(text)
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and plain and parts.path in {"", "/"}


#: For each key what a good value is, and in words.
_CHECKS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "tenant": (_is_tenant, "the domain or the id of the partner's tenant"),
    "client_id": (lambda text: bool(_GUID.fullmatch(text)), "the id of the app registration, a GUID"),
    "sign_in": (lambda text: text in _WAYS, f"one of {', '.join(_WAYS)}"),
    "cloud": (bool, "the name of a cloud"),
    "proxy": (_is_proxy, '"environment", or an address like "http://proxy.example:3128" without a password'),
}
