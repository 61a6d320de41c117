"""An offer: the catalogue's answer, fetched just now, to what a quote wants; any difference stops the purchase.

Ids of the catalogue are short-lived, so an offer is made at purchase time and never stored for later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bespeak.buying.prices import current_price
from bespeak.buying.quote import Quote
from bespeak.buying.words import BILLING_WORDS, TERM_WORDS
from bespeak.clients.partner_center import catalog, subscriptions
from bespeak.clients.session import Session
from bespeak.customers import CustomerDetails
from bespeak.errors import InputError, MissingError, UnreadableError
from bespeak.money import Money

#: The largest quantity in the documented sample of a SKU (Get a list of SKUs for a product, 2021-03).
DOCUMENTED_MAXIMUM = 999_999_999

_ANEW = "Make a new quote and look at it again."


@dataclass(frozen=True, slots=True)
class Sku:
    """What a SKU of the catalogue allows: quantities, billing frequencies, and what must be done first."""

    title: str
    minimum: int
    maximum: int
    billing_cycles: tuple[str, ...]
    prerequisites: frozenset[str]
    provisioning: frozenset[str]


@dataclass(frozen=True, slots=True)
class Offer:
    """A purchasable availability that equals a quote in size, region, term, currency and price.

    ``catalog_item_id`` goes into the cart. ``world`` and ``instance`` say where it was found.
    """

    world: str
    instance: str
    customer_id: str
    product_id: str
    sku_id: str
    availability_id: str
    catalog_item_id: str
    sku: Sku
    size: str
    region: str
    term: str
    unit: Money
    found_at: datetime


def find_offer(session: Session, details: CustomerDetails, quote: Quote) -> Offer:
    """The offer for a quote, from a fresh catalogue and a fresh price sheet.

    Raises ``InputError`` or ``MissingError`` that names both sides of the first difference. Nothing is bought.
    """
    sku = _find_sku(session, quote)
    _check_quantity(quote, sku)
    _check_billing(quote, sku)
    if "azuresubscriptionregistration" in sku.prerequisites:
        _check_registration(session, quote)
    availability = _find_availability(session, quote)
    if "inventorycheck" in sku.prerequisites:
        _check_inventory(session, quote)
    return Offer(
        world=session.world,
        instance=session.instance,
        customer_id=details.customer_id,
        product_id=quote.product_id,
        sku_id=quote.sku_id,
        availability_id=str(availability.get("id", "")),
        catalog_item_id=_text(availability, "catalogItemId"),
        sku=sku,
        size=quote.size,
        region=quote.region,
        term=quote.term,
        unit=_same_price(session, quote),
        found_at=session.now(),
    )


def read_sku(item: Mapping[str, Any]) -> Sku:
    """What a SKU allows, from the catalogue's own object."""
    return Sku(
        title=str(item.get("title", "")),
        minimum=_whole(item.get("minimumQuantity"), 1),
        maximum=_whole(item.get("maximumQuantity"), DOCUMENTED_MAXIMUM),
        billing_cycles=tuple(str(cycle) for cycle in item.get("supportedBillingCycles") or ["one_time"]),
        prerequisites=_folded(item.get("purchasePrerequisites")),
        provisioning=_folded(item.get("provisioningVariables")),
    )


def _find_sku(session: Session, quote: Quote) -> Sku:
    item = session.door.send(
        catalog.get_sku(quote.product_id, quote.sku_id, quote.country, azure_plan=_on_plan(quote))
    )
    found = item.get("dynamicAttributes")
    attributes = found if isinstance(found, Mapping) else {}
    wanted = {"armSkuName": quote.size, "armRegionName": quote.region, "duration": TERM_WORDS[quote.term]}
    for name, value in wanted.items():
        # Region and size codes come in several casings (Get a list of SKUs for a product, 2021-03).
        if str(attributes.get(name, "")).casefold() != value.casefold():
            raise MissingError(
                f"The offer has changed: the catalogue's {name} is {attributes.get(name)!r}, the quote has '{value}'.",
                _ANEW,
            )
    return read_sku(item)


def _find_availability(session: Session, quote: Quote) -> Mapping[str, Any]:
    call = catalog.availabilities(quote.product_id, quote.sku_id, quote.country, azure_plan=_on_plan(quote))
    purchasable = [item for item in session.door.collect(call) if item.get("isPurchasable") is True]
    if not purchasable:
        raise MissingError(
            f"{quote.size} in {quote.region}, {quote.term}, is not on sale at present.",
            "Choose another size, region or term.",
        )
    fitting = [item for item in purchasable if quote.term in _terms(item)]
    if not fitting:
        offered = ", ".join(sorted({term for item in purchasable for term in _terms(item)})) or "no term"
        raise MissingError(
            f"The catalogue offers {offered} for {quote.size}; the quote has {quote.term}.", _ANEW
        )
    # Without a segment all but the nonprofit availabilities come; a CSP customer buys the commercial one.
    chosen = next(
        (item for item in fitting if str(item.get("segment", "")).lower() == "commercial"), fitting[0]
    )
    currency = _currency(chosen)
    if currency and currency != quote.unit.currency:
        raise InputError(
            f"The catalogue sells in {currency}, the quote is in {quote.unit.currency}.",
            "Read the prices for the customer's market.",
        )
    return chosen


def _check_quantity(quote: Quote, sku: Sku) -> None:
    if not sku.minimum <= quote.quantity <= sku.maximum:
        raise InputError(
            f"{quote.quantity:,} instances are not possible: the catalogue allows {sku.minimum:,} to {sku.maximum:,}.",
            "Change the quantity.",
        )


def _check_billing(quote: Quote, sku: Sku) -> None:
    if quote.billing not in sku.billing_cycles:
        offered = " or ".join(BILLING_WORDS.get(cycle, cycle) for cycle in sku.billing_cycles)
        raise InputError(
            f"{quote.size} cannot be paid {BILLING_WORDS[quote.billing]}; the catalogue offers: {offered}.",
            "Choose another billing frequency.",
        )


def _check_registration(session: Session, quote: Quote) -> None:
    status = session.door.send(subscriptions.registration_status(quote.customer_id, quote.subscription_id))
    if status != "registered":
        raise InputError(
            f"The subscription is not registered for reservations; its status is '{status}'.",
            "Register it, wait until it says 'registered', then try again.",
        )


def _check_inventory(session: Session, quote: Quote) -> None:
    call = catalog.check_inventory(
        quote.country,
        [(quote.product_id, quote.sku_id)],
        customer_id=quote.customer_id,
        azure_subscription_id=quote.azure_subscription_id,
        region=quote.region,
    )
    answers = [item for item in session.door.send(call) if _is_ours(item, quote)]
    if not answers:  # unknown items are silently left out (Check the inventory of catalog items, 2021-03)
        raise MissingError(f"The inventory does not know {quote.size} in {quote.region}.", _ANEW)
    for item in answers:
        if item.get("isRestricted"):
            raise MissingError(
                f"{quote.size} in {quote.region} cannot be bought at present: {_reasons(item)}.",
                "Choose another size or region, or ask Microsoft's support.",
            )


def _same_price(session: Session, quote: Quote) -> Money:
    now = current_price(session, quote.country, quote.product_id, quote.sku_id)
    check_price(quote.unit, now)
    return now


def check_price(quoted: Money, now: Money) -> None:
    """Raises ``InputError`` with both figures unless the price is still the quoted one, to the last digit."""
    if now == quoted:
        return
    if now.currency != quoted.currency:
        raise InputError(f"The price was {quoted} and is now {now}: another currency.", _ANEW)
    difference = now - quoted
    share = "" if not quoted.amount else f", {difference.amount / quoted.amount:+.3%}"
    raise InputError(
        f"The price for one instance was {quoted} and is now {now} ({difference}{share}).", _ANEW
    )


def _on_plan(quote: Quote) -> bool:
    return quote.kind == "azure_plan"


def _is_ours(item: Mapping[str, Any], quote: Quote) -> bool:
    pair = (str(item.get("productId", "")).upper(), str(item.get("skuId", "")).upper())
    return pair == (quote.product_id.upper(), quote.sku_id.upper())


def _reasons(item: Mapping[str, Any]) -> str:
    found = [r for r in item.get("restrictions") or [] if isinstance(r, Mapping)]
    return "; ".join(str(r.get("description") or r.get("reasonCode")) for r in found) or "no reason is given"


def _terms(availability: Mapping[str, Any]) -> list[str]:
    found = [t for t in availability.get("terms") or [] if isinstance(t, Mapping)]
    return [str(term.get("duration", "")) for term in found]


def _currency(availability: Mapping[str, Any]) -> str:
    """The currency; the page's table says text, its sample an object."""
    found = availability.get("defaultCurrency")
    return str(found.get("code", "") if isinstance(found, Mapping) else found or "").upper()


def _folded(words: Any) -> frozenset[str]:  # noqa: ANN401  # any member of an answer
    return frozenset(str(word).lower() for word in words) if isinstance(words, list) else frozenset()


def _whole(value: Any, otherwise: int) -> int:  # noqa: ANN401  # any member of an answer
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    if not isinstance(value, str) or not value:
        raise UnreadableError(f"The catalogue's offer has no '{name}'.", "Try again later.")
    return value
