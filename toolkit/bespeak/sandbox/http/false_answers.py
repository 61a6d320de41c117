"""Faults by which the service says something else than its answer: refusals, waits, pages that are no JSON."""

from __future__ import annotations

from collections.abc import Iterable

from bespeak.sandbox.http.exchange import (
    Answer,
    dumps,
    show_azure,
    show_partner_center,
)
from bespeak.sandbox.http.sign_in_refusals import WORDS, refused
from bespeak.sandbox.http.tampering import FOREIGN
from bespeak.sandbox.http.trouble import JSON, Trouble
from bespeak.sandbox.refusals import RefusalError

_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>The gateway got no answer.</body></html>"


def refuse(trouble: Trouble) -> Iterable[bytes]:
    """An error of the service; a number at sign-in is that of an AADSTS error, which may ask for claims."""
    fault = trouble.fault
    refusal = RefusalError(fault.status or 500, fault.code, "The sandbox was told to refuse this.")
    return trouble.as_text(_shown(refusal, trouble))


def _shown(refusal: RefusalError, trouble: Trouble) -> Answer:
    path, fault = str(trouble.environ["PATH_INFO"]), trouble.fault
    if path.startswith("/login"):
        number = fault.code if isinstance(fault.code, int) else 0
        refusal.code = WORDS.get(number, "invalid_grant") if number else fault.code
        refusal.description = f"AADSTS{fault.code}: {refusal.description}"
        return refused(refusal, str(trouble.environ.get("HTTP_CLIENT_REQUEST_ID", "")), fault.value)
    return (
        show_azure(refusal)
        if path.startswith(("/arm", "/graph", "/retail"))
        else show_partner_center(refusal)
    )


def fail_after(trouble: Trouble) -> Iterable[bytes]:
    """The work is done, and an error is told."""
    trouble.ask()
    return refuse(trouble)


def throttle(trouble: Trouble) -> Iterable[bytes]:
    """429, in the shape of the service."""
    what = "Rate limit is exceeded. Try again later."
    body = dumps({"statusCode": 429, "message": what})
    if str(trouble.environ["PATH_INFO"]).startswith("/arm"):
        body = show_azure(RefusalError(429, "TooManyRequests", what)).body
    return trouble.send(429, body, JSON, *trouble.wait(default=True))


def not_ready(trouble: Trouble) -> Iterable[bytes]:
    """204 with the time after which to ask again."""
    return trouble.send(204, b"", *trouble.wait(default=True))


def not_json(trouble: Trouble) -> Iterable[bytes]:
    """A page of a gateway."""
    return trouble.send(trouble.fault.status or 502, _PAGE, ("Content-Type", "text/html"))


def empty(trouble: Trouble) -> Iterable[bytes]:
    """An answer without a body."""
    return trouble.send(trouble.fault.status or 200, b"", JSON)


def expired_token(trouble: Trouble) -> Iterable[bytes]:
    """401: the token has ended."""
    azure = str(trouble.environ["PATH_INFO"]).startswith(("/arm", "/graph"))
    code: int | str = "ExpiredAuthenticationToken" if azure else 400
    refusal = RefusalError(
        401, code, "The access token has ended.", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}
    )
    return trouble.as_text((show_azure if azure else show_partner_center)(refusal))


def insufficient_token(trouble: Trouble) -> Iterable[bytes]:
    """403: the token lacks a right."""
    azure = str(trouble.environ["PATH_INFO"]).startswith(("/arm", "/graph"))
    refusal = RefusalError(
        403, "AuthorizationFailed" if azure else 900150, "The token lacks a right for this."
    )
    return trouble.as_text((show_azure if azure else show_partner_center)(refusal))


def redirect(trouble: Trouble) -> Iterable[bytes]:
    """A place elsewhere: the same address, the one that the fault names, or a foreign one."""
    path, query = trouble.environ["sandbox.path"], trouble.environ.get("QUERY_STRING", "")
    there = trouble.fault.value or trouble.environ.get("SCRIPT_NAME", "") + path + (
        f"?{query}" if query else ""
    )
    there = FOREIGN + path if there == "foreign" else there
    return trouble.send(trouble.fault.status or 302, b"", ("Location", there))
