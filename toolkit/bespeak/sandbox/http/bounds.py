"""What no request may be: too large, under a foreign name, or sent by a page of another site."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from bespeak.sandbox.http.exchange import Answer, dumps

#: Bytes of a body, of a body that holds a snapshot, of a query, of all headers together.
BODY, SNAPSHOT, QUERY, HEADERS = 1 << 20, 32 << 20, 8 << 10, 32 << 10
_RESTORE = "/control/restore"
#: Names of this machine (RFC 6761), so that a page of another site cannot point its name here (DNS rebinding).
_NAMES = {"127.0.0.1", "localhost", "sandbox.localhost", "[::1]"}
_CROSS = ("cross-site", "same-site")
_HOST = re.compile(r"(\[[0-9a-f:]+\]|[^:\[\]]+)(?::\d{1,5})?", re.IGNORECASE)


def refused(environ: Mapping[str, object]) -> Answer | None:
    """The refusal of a request that goes beyond a bound, before anything of the world was touched."""
    host = str(environ.get("HTTP_HOST", ""))
    if not _is_local(host):
        return _refusal(421, "MisdirectedRequest", "The sandbox answers under 127.0.0.1 and localhost only.")
    if _is_foreign(environ):
        return _refusal(403, "CrossOriginRefused", "The sandbox answers programs, not pages of other sites.")
    return _too_large(environ)


def _is_local(host: str) -> bool:
    named = _HOST.fullmatch(host)
    return named is not None and named[1].lower() in _NAMES


def _is_foreign(environ: Mapping[str, object]) -> bool:
    """Whether a browser sent it for a page: the sandbox has no pages, so every page is another site's."""
    if str(environ.get("HTTP_SEC_FETCH_SITE", "")).lower() in _CROSS:
        return True
    origin = str(environ.get("HTTP_ORIGIN", ""))
    return bool(origin) and urlsplit(origin).netloc.lower() != str(environ.get("HTTP_HOST", "")).lower()


def _too_large(environ: Mapping[str, object]) -> Answer | None:
    most = SNAPSHOT if str(environ.get("PATH_INFO", "")).lower().endswith(_RESTORE) else BODY
    length = str(environ.get("CONTENT_LENGTH") or "0")
    if not length.isdecimal():
        return _refusal(400, "BadRequest", "The Content-Length of the request is no number.")
    if int(length) > most:
        return _refusal(413, "RequestTooLarge", f"The body has {length} bytes; {most} are the most here.")
    if len(str(environ.get("QUERY_STRING", ""))) > QUERY:
        return _refusal(414, "UriTooLong", f"The query is longer than {QUERY} bytes. Ask for less at once.")
    headers = sum(len(name) + len(str(value)) for name, value in environ.items() if name.startswith("HTTP_"))
    if headers > HEADERS:
        return _refusal(431, "HeadersTooLarge", f"The headers have more than {HEADERS} bytes together.")
    return None


def _refusal(status: int, code: str, sentence: str) -> Answer:
    return Answer(dumps({"error": {"code": code, "message": sentence}}), status)
