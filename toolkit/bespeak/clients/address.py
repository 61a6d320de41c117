"""Where a call goes: one origin a service, and no path, parameter or link can lead anywhere else."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from bespeak.clients.call import Call, Service
from bespeak.clients.wire import ShapeError
from bespeak.errors import InputError

_PATH = re.compile(r"(?:/[A-Za-z0-9_.~$()',=:@+-]+)+/?")
_QUERY = re.compile(r"[\x21\x22\x24-\x7e]*")
#: A link as it may come: printable, without the signs that readers of addresses do not agree on.
_LINK = re.compile(r"[\x21\x24-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e\x22\x7b\x7c\x7d]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ABSOLUTE = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?]+)(.*)")
_PORTS = {"https": 443, "http": 80}
_SHOWN = 80
_NO_ADDRESS = "has a link with characters that no address has."
_HEADER = re.compile(r"[\x20-\x7e]{0,8192}")
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")
#: Headers that only the sender sets, whatever a link says.
_OURS = frozenset({"authorization", "host", "content-length", "connection", "cookie", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Target:
    """A path below a service's base, a raw query, and the headers that a link asked for.

    The last two may hold a continuation token, so no text form shows them.
    """

    path: str
    query: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def key(self) -> tuple[str, str, tuple[tuple[str, str], ...]]:
        """What makes two pages the same page."""
        return (self.path.lower(), self.query, tuple(sorted(self.headers.items())))


def is_loopback(host: str) -> bool:
    """Whether a host name can only be this machine (RFC 6761 for ``localhost``)."""
    name = host.lower().strip("[]")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def checked_base(base: str) -> str:
    """The base address without a slash at its end; raises ``InputError`` unless it is https, or http on loopback."""
    parts = urlsplit(base)
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    if not (safe and plain and parts.hostname):
        raise InputError(
            f"'{parts.scheme}://{parts.hostname}' is not an address that may be called.",
            "Use https, or http on this machine, without a user name or parameters.",
        )
    return base.rstrip("/")


def first_target(call: Call[Any]) -> Target:
    """The target of a call's first page; raises ``InputError`` for a path that could be read as another one."""
    return Target(_checked_path(call.path), urlencode(call.params, quote_via=quote, safe=""))


def checked_target(path: str, query: str, headers: Mapping[str, str]) -> Target:
    """A target from its parts, as they were kept; raises ``ShapeError`` or ``InputError`` for one that cannot be."""
    if not _QUERY.fullmatch(query):
        raise ShapeError(_NO_ADDRESS)
    pairs = [{"key": name, "value": value} for name, value in headers.items()]
    return Target(_checked_path(path), query, _link_headers({"headers": pairs}))


def _checked_path(path: str) -> str:
    if not _PATH.fullmatch(path) or _goes_up(path):
        raise InputError(f"'{path[:80]}' is not a path that may be called.", "Check the ids in it.")
    return path


def next_target(call: Call[Any], told: object, base: str) -> Target | None:
    """The next page of a list, or ``None`` after the last one; raises ``ShapeError`` for a link that leads elsewhere.

    Partner Center's link is an instruction: path, query and headers (its SDK, 2023-06); only path and query are
    taken, and only for the collection that was asked for.
    """
    link = _link(told)
    if link is None:
        return None
    path, query = local(call.service, link["uri"], base)
    if path.rstrip("/").lower() != call.path.rstrip("/").lower():
        raise ShapeError("has a link to a next page of something else.")
    return Target(call.path, query, _link_headers(link))


def _link(told: object) -> dict[str, Any] | None:
    """The next link in any shape: ``links.next``, ``nextLink`` of Resource Manager, ``@odata.nextLink`` of Graph."""
    if not isinstance(told, dict):
        return None
    for name in ("nextLink", "@odata.nextLink"):
        if told.get(name):
            return _with_uri({"uri": told[name]})
    links = told.get("links") or {}
    if not isinstance(links, dict):
        raise ShapeError("has links that are not an object.")
    return _with_uri(links["next"]) if links.get("next") else None


def _with_uri(link: object) -> dict[str, Any]:
    if not (isinstance(link, dict) and isinstance(link.get("uri"), str)):
        raise ShapeError("has a link to a next page without an address.")
    return link


def local(service: Service, uri: str, base: str) -> tuple[str, str]:
    """Path and query of a link, with ``/v1`` where Partner Center leaves it out, and a second '?' mended.

    Raises ``ShapeError`` for a link to any other scheme, host or port than the service's own.
    """
    before, _, query = _own_part(uri, base).partition("?")
    prefix = urlsplit(base).path
    path = before.removeprefix(prefix) if prefix and before.startswith(prefix + "/") else before
    path = "/" + path.removeprefix("/")
    if service == "partner_center" and not path.lower().startswith("/v1/"):
        path = "/v1" + path
    mended = query.replace("?", "&")
    if not (_PATH.fullmatch(path) and _QUERY.fullmatch(mended)) or _goes_up(path):
        raise ShapeError(_NO_ADDRESS)
    return path, mended


def _own_part(uri: str, base: str) -> str:
    """What follows the origin in a link; raises ``ShapeError`` unless the origin is that of ``base``, or absent."""
    if not _LINK.fullmatch(uri):
        raise ShapeError(_NO_ADDRESS)
    if not (uri.startswith("//") or _SCHEME.match(uri)):
        return uri
    found = _ABSOLUTE.fullmatch(uri)
    if found is None or origin(f"{found[1]}://{found[2]}") != origin(base):
        host = found[2].rpartition("@")[2] if found else uri[:_SHOWN].lstrip("/").partition("/")[0]
        raise ShapeError(f"has a link that leads elsewhere, to '{host[:_SHOWN]}'.")
    return found[3] or "/"


def origin(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an address; ``None`` for one with a user name, or that has none of these."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname or "@" in parts.netloc or parts.scheme not in _PORTS:
        return None
    return parts.scheme, parts.hostname, _PORTS[parts.scheme] if port is None else port


def _goes_up(path: str) -> bool:
    return any(part in {".", ".."} for part in path.split("/"))


def _link_headers(link: dict[str, Any]) -> dict[str, str]:
    """The headers that a link asks for; those that only the sender sets are left out."""
    listed = link.get("headers") or []
    try:
        pairs = {str(header["key"]): str(header["value"]) for header in listed}
    except (TypeError, KeyError) as error:
        raise ShapeError("has a link whose headers are not key and value.") from error
    if not all(_HEADER_NAME.fullmatch(name) and _HEADER.fullmatch(value) for name, value in pairs.items()):
        raise ShapeError("has a link with a header that cannot be sent.")
    return {name: value for name, value in pairs.items() if name.lower() not in _OURS}
