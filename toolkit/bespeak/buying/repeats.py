"""The same was bought a short while ago, by anybody: as far as the order list shows, and as this world's journal says.

A purchase that repeats another one is not refused; it takes another phrase, so that it is confirmed knowingly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bespeak.buying.ledger import open_journal
from bespeak.buying.plan import PurchasePlan
from bespeak.buying.words import TERM_WORDS
from bespeak.catalogue import canonical_size, group_of
from bespeak.clients.partner_center import catalog, orders
from bespeak.clients.session import Session
from bespeak.errors import MissingError, RefusedError

_DAY = timedelta(hours=24)
_PARTS = 3


def repeats(session: Session, plan: PurchasePlan) -> tuple[str, ...]:
    """One sentence for each order of the last 24 hours that is the same: customer, SKU family, region, term, quantity.

    An order whose date cannot be read counts as one of today. Raises ``ServiceError`` when the list cannot be read.
    """
    now = session.now()
    told = {**_in_journal(session, plan, now), **_in_list(session, plan, now)}
    what = f"{plan.quantity} of the same machines in {plan.region} for the same term"
    return tuple(
        f"The same was bought {when}: {what}, order {order}. This one would cost {plan.total} once more."
        for order, when in told.items()
    )


def _in_journal(session: Session, plan: PurchasePlan, now: datetime) -> dict[str, str]:
    """What this world's journal has: it knows an order before the list shows it."""
    told = [
        (PurchasePlan.from_json(one.plan), one) for one in open_journal(session).intents(plan.customer_id)
    ]
    return {
        one.order_ids[0]: f"at {one.changed:%Y-%m-%d %H:%M} UTC by {one.person.name or 'somebody'}"
        for other, one in told
        if one.order_ids
        and one.changed > now - _DAY
        and (other.machines, other.term, other.quantity) == (plan.machines, plan.term, plan.quantity)
    }


def _in_list(session: Session, plan: PurchasePlan, now: datetime) -> dict[str, str]:
    """What the order list shows, whoever bought it and wherever."""
    known: dict[tuple[str, str], bool] = {(plan.product_id, plan.sku_id): True}
    found = {}
    for order in session.door.collect(orders.list_orders(plan.customer_id)):
        made = _made(order)
        if str(order.get("status", "")).lower() == "cancelled" or (made and made <= now - _DAY):
            continue
        if any(_is_same(session, plan, line, known) for line in _lines(order)):
            found[str(order.get("id", ""))] = f"at {made:%Y-%m-%d %H:%M} UTC" if made else "lately"
    return found


def _is_same(
    session: Session, plan: PurchasePlan, line: Mapping[str, Any], known: dict[tuple[str, str], bool]
) -> bool:
    """Whether a line of an order is the same purchase; the catalogue is asked once for each SKU."""
    parts = str(line.get("offerId", "")).split(":")
    if len(parts) != _PARTS or line.get("quantity") != plan.quantity:
        return False
    pair = parts[0], parts[1]
    if pair not in known:
        known[pair] = _covers_the_same(session, plan, *pair)
    return known[pair]


def _covers_the_same(session: Session, plan: PurchasePlan, product_id: str, sku_id: str) -> bool:
    call = catalog.get_sku(product_id, sku_id, plan.country, azure_plan=plan.kind == "azure_plan")
    try:
        told = session.door.send(call).get("dynamicAttributes")
    except (RefusedError, MissingError):
        return False  # no reservation, or one that is not sold any more
    attributes = told if isinstance(told, Mapping) else {}
    size = canonical_size(str(attributes.get("armSkuName", "")))
    place = str(attributes.get("armRegionName", "")).casefold(), attributes.get("duration")
    wanted = plan.region.casefold(), TERM_WORDS[plan.term]
    return size is not None and place == wanted and group_of(size)[0] == group_of(plan.size)[0]


def _made(order: Mapping[str, Any]) -> datetime | None:
    try:
        made = datetime.fromisoformat(str(order.get("creationDate", "")))
    except ValueError:
        return None
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def _lines(order: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (line for line in order.get("lineItems") or [] if isinstance(line, Mapping))
