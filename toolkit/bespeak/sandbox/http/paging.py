"""Continuation tokens: opaque, signed, bound to one collection and its query, gone after a while or a reset."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from bespeak.sandbox.http.exchange import Ask
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World


def issue(world: World, collection: str, state: dict[str, Any]) -> str:
    """A token that remembers ``state`` of this collection."""
    body = json.dumps([collection, state, world.now.isoformat()], separators=(",", ":"))
    return base64.b64encode(f"{_sign(world, body)}{body}".encode()).decode()


def resume(world: World, ask: Ask, collection: str) -> dict[str, Any] | None:
    """The state that the token of this request remembers, None without one; 400 / 2000 for a wrong or old token."""
    presented = ask.headers.get("ms-continuationtoken")
    if not presented:
        return None
    try:
        text = base64.b64decode(presented, validate=True).decode()
    except ValueError as error:
        raise _bad("is not one of this service") from error
    signature, body = text[:32], text[32:]
    if signature != _sign(world, body):
        raise _bad("is not one of this world")
    where, state, since = json.loads(body)
    if where != collection:
        raise _bad("belongs to another collection")
    life = timedelta(minutes=world.switches.continuation_minutes)
    if abs(world.now - datetime.fromisoformat(since)) > life:
        raise _bad("has expired")
    assert isinstance(state, dict)
    return state


def _bad(why: str) -> RefusalError:
    return RefusalError(
        400,
        2000,
        f"The continuation token {why}. Start again at the first page.",
        source="PartnerApiServiceControllers",
    )


def _sign(world: World, body: str) -> str:
    return hashlib.blake2b(f"{world.instance}|{body}".encode(), key=b"paging", digest_size=16).hexdigest()
