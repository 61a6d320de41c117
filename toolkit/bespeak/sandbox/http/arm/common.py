"""What the providers below Azure Resource Manager have in common: the version, and what a token can see."""

from __future__ import annotations

from bespeak.sandbox.holdings_book import Reservation
from bespeak.sandbox.http.exchange import Ask
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World


def check_version(ask: Ask) -> None:
    """Refuses a request without an api-version."""
    if not ask.query.get("api-version"):
        raise RefusalError(400, "MissingApiVersionParameter", "The api-version query parameter is required.")


def visible(ask: Ask, world: World) -> list[Reservation]:
    """Of a customer's tenant what it owns; a token of the partner's own tenant sees all, as an admin agent would."""
    tenant = ask.tenant.lower()
    if tenant in world.directory.customers:
        return world.book.started(tenant, world.now)
    return [held for one in world.directory.customers for held in world.book.started(one, world.now)]
