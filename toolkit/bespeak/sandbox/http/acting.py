"""Who asks, as the activity of the partner names it: users, the application, calls."""

from __future__ import annotations

from bespeak.sandbox.audit import Actor
from bespeak.sandbox.http.exchange import Answer, Ask, Route
from bespeak.sandbox.ids import guid
from bespeak.sandbox.people import upn
from bespeak.sandbox.request_log import Call
from bespeak.sandbox.world import World

APPLICATION = guid("application")
APPLICATION_NAME = "Application of the sandbox"


def actor(ask: Ask) -> Actor:
    """Who makes the changes of this request."""
    user = upn(ask.principal) if ask.user else ""
    return Actor(user, APPLICATION, ask.headers.get("ms-correlationid", ""))


def note(asked: Ask, admitted: Ask | None, route: Route, answer: Answer, world: World) -> None:
    """Remembers a call with an app+user token; one that lacked a second factor may not have been admitted."""
    refused = admitted is None and answer.headers.get("isMfaCompliant") == "false"
    if not refused and not (admitted and admitted.user):
        return
    principal, tenant = (admitted.principal, admitted.tenant) if admitted else _of_token(asked)
    compliant = admitted is not None and admitted.mfa
    request, correlation = (asked.headers.get(f"ms-{name}id", "") for name in ("request", "correlation"))
    operation = route.about.title if route.about else f"{route.method} {route.path}"
    failed = answer.status >= 400  # noqa: PLR2004  (the first status of an error)
    world.requests.note(
        Call(world.now, request, correlation, operation, tenant, principal, compliant, failed)
    )


def _of_token(asked: Ask) -> tuple[str, str]:
    claims = asked.seat.tokens.read(asked.headers.get("authorization", "").partition(" ")[2].strip())
    return (claims.principal, claims.tenant) if claims else ("", "")
