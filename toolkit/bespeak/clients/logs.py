"""What the libraries below may write into a log: what happened, never a token, a signature or a whole address.

httpx writes every address with its query at INFO, httpcore every header of an answer at DEBUG. So what they say is
taken apart here and put together again from what is allowed by name; all else becomes REDACTED.
"""

from __future__ import annotations

import logging
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

HIDDEN = "REDACTED"
_ALLOWED = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
#: Headers whose values may stand in a log.
HEADERS = frozenset(_ALLOWED["headers"])
#: Keys of a query whose values may stand in a log.
QUERY_KEYS = frozenset(_ALLOWED["query_keys"])
_ADDRESS = re.compile(r"(?i)\b[a-z][a-z0-9+.-]*://[^\s\"'<>\\)\]]+")
_PATH_QUERY = re.compile(r"(?<=[\w/])\?[^\s\"'<>]+")
_LIKE_A_SECRET = re.compile(
    r"(?i)\bbearer\s+\S+|\beyJ[\w.~+/=-]{10,}|[\w.~+/=-]{40,}"
    r"|\b(?:sig|client_secret|refresh_token|access_token|id_token|code|password|assertion)\b['\"]?\s*[=:]\s*\S+"
)


def shown_address(address: str) -> str:
    """An address as a log may have it: scheme, host and path, and of its query what is allowed."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return HIDDEN
    return f"{parts.scheme}://{host}{port}{parts.path}{_shown_query(parts.query)}"


def _shown_query(query: str) -> str:
    if not query:
        return ""
    pairs = [pair.partition("=") for pair in query.split("&")]
    shown = [f"{key}={value if key.lower() in QUERY_KEYS else HIDDEN}" for key, _, value in pairs]
    known = [one for one in shown if re.fullmatch(r"[\w$.%-]{1,40}=.*", one)]
    return "?" + "&".join(known if len(known) == len(shown) else [*known, HIDDEN])


def shown_headers(headers: Mapping[str, str] | Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers as a log may have them."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return {name: value if name.lower() in HEADERS else HIDDEN for name, value in pairs}


def shown_text(text: str) -> str:
    """A text of a library as a log may have it: addresses cut, what looks like a secret hidden."""
    cut = _ADDRESS.sub(lambda found: shown_address(found[0]), text)
    cut = _PATH_QUERY.sub(lambda found: _shown_query(found[0][1:]), cut)
    return _LIKE_A_SECRET.sub(HIDDEN, cut)


class Guard(logging.Filter):
    """Puts a record together again from what may be seen; it lets every record through."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Changes the record in place."""
        args = record.args if isinstance(record.args, tuple) else ()
        if record.name.split(".")[0] == "httpcore":
            # "receive_response_headers.complete return_value=(...)": only what happened.
            record.msg, record.args = str(record.msg).split(" ", 1)[0], ()
        elif record.args:
            try:
                record.msg = str(record.msg) % tuple(_shown(one) for one in args)
            except (TypeError, ValueError):
                record.msg = f"{record.name}: {HIDDEN}"
            record.args = ()
        else:
            record.msg = shown_text(str(record.msg))
        # The error of a library can hold the request, and so the token.
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def _shown(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    kind = type(value)
    known = isinstance(value, str) or (kind.__module__.split(".")[0] == "httpx" and kind.__name__ == "URL")
    return shown_text(str(value)) if known else HIDDEN


def guard_logs() -> None:
    """Puts the guard on the loggers of the libraries below, once, whether they are loaded or not."""
    there = [name for name in list(logging.root.manager.loggerDict) if name.split(".")[0] in _TOPS]
    for name in {*_ALLOWED["loggers"], *there}:
        logger = logging.getLogger(name)
        if not any(isinstance(one, Guard) for one in logger.filters):
            logger.addFilter(Guard())


_TOPS = {name.split(".")[0] for name in _ALLOWED["loggers"]}
