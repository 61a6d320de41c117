"""A purchase plan: everything that will be sent, frozen before the first byte leaves, with one id for ever.

A plan goes into the journal as JSON without floats and comes back from there equal.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from bespeak.buying.offer import Offer, check_price
from bespeak.buying.quote import Quote
from bespeak.buying.words import TERM_WORDS
from bespeak.catalogue import group_of
from bespeak.errors import InputError
from bespeak.journal import Intent
from bespeak.money import Money

#: Azure keeps 64 characters of a reservation's name. Letters, digits, '-' and '_' are safe in every portal; blanks
#: stand in Partner Center's own samples of friendlyName (Create a cart with a customer order, 2021-03).
NAME_LIMIT = 64
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]*")
#: What the phrase of a purchase that repeats another one ends with.
AGAIN = "again"
_TAG_LENGTH = len(" bsp-12345678")
#: What is left for the person's own words once the tag of the intent is behind them.
OWN_NAME_LIMIT = NAME_LIMIT - _TAG_LENGTH


@dataclass(frozen=True, slots=True)
class PurchasePlan:
    """One intended purchase of one line: what, for whom, at which price, in which world.

    ``unit`` and ``total`` are in the currency of the catalogue. ``friendly_name`` ends with ``tag``, by which an order
    can be matched to its intent later. ``provisioning`` is the context that the catalogue asks for.
    """

    intent_id: str
    world: str
    instance: str
    customer_id: str
    customer: str
    country: str
    kind: str
    subscription_id: str
    azure_subscription_id: str
    product_id: str
    sku_id: str
    catalog_item_id: str
    title: str
    size: str
    region: str
    term: str
    quantity: int
    scope: str
    billing: str
    friendly_name: str
    provisioning: tuple[tuple[str, str], ...]
    unit: Money
    total: Money
    price_as_of: date
    #: Whether the same was bought a short while ago, so that the phrase says so.
    again: bool = False

    @property
    def tag(self) -> str:
        """A short mark of the intent that stands at the end of the friendly name."""
        return tag_of(self.intent_id)

    @property
    def phrase(self) -> str:
        """What must be typed to confirm: customer, quantity, size, term, total with currency, world; again, if so."""
        said = f"{self.customer} {self.quantity} x {self.size} {self.term} {self.total} {self.world}"
        return f"{said} {AGAIN}" if self.again else said

    @property
    def line(self) -> dict[str, Any]:
        """The only line of the cart, as it will be sent."""
        return {
            "id": 0,
            "catalogItemId": self.catalog_item_id,
            "friendlyName": self.friendly_name,
            "quantity": self.quantity,
            "currencyCode": self.total.currency,
            "billingCycle": self.billing,
            "termDuration": self.term,
            "provisioningContext": dict(self.provisioning),
        }

    def is_confirmed_by(self, typed: str) -> bool:
        """Whether this is the phrase: equal after Unicode NFC, exact otherwise."""
        return unicodedata.normalize("NFC", typed) == unicodedata.normalize("NFC", self.phrase)

    @property
    def machines(self) -> tuple[str, str, str]:
        """What it would cover: customer, region, and flexibility group, or the size that has none."""
        return self.customer_id.lower(), self.region, group_of(self.size)[0]

    def is_rival_of(self, other: Intent) -> bool:
        """Whether another intent is for the same machines, so that both together could cover them twice."""
        return self.machines == type(self).from_json(other.plan).machines

    def as_json(self) -> dict[str, Any]:
        """The plan as JSON for the journal; amounts are decimal text."""
        plain = asdict(self)
        money = {name: {"amount": str(m.amount), "currency": m.currency} for name, m in self._money().items()}
        return (
            plain
            | money
            | {"provisioning": dict(self.provisioning), "price_as_of": self.price_as_of.isoformat()}
        )

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """The plan that ``as_json`` wrote."""
        money = {
            name: Money(Decimal(told[name]["amount"]), told[name]["currency"]) for name in ("unit", "total")
        }
        read = {
            "provisioning": tuple(sorted(told["provisioning"].items())),
            "price_as_of": date.fromisoformat(told["price_as_of"]),
        }
        return cls(**{**told, **money, **read})

    def _money(self) -> dict[str, Money]:
        return {"unit": self.unit, "total": self.total}


def plan(quote: Quote, offer: Offer, *, intent_id: str, friendly_name: str = "") -> PurchasePlan:
    """The plan for a quote and the offer that was found for it; ``intent_id`` names the intention for ever.

    Raises ``InputError`` for a name that cannot be used or an offer that was found for another quote.
    """
    _check_same(quote, offer)
    return PurchasePlan(
        intent_id=intent_id,
        world=offer.world,
        instance=offer.instance,
        customer_id=quote.customer_id,
        customer=quote.customer,
        country=quote.country,
        kind=quote.kind,
        subscription_id=quote.subscription_id,
        azure_subscription_id=quote.azure_subscription_id,
        product_id=quote.product_id,
        sku_id=quote.sku_id,
        catalog_item_id=offer.catalog_item_id,
        title=offer.sku.title,
        size=quote.size,
        region=quote.region,
        term=quote.term,
        quantity=quote.quantity,
        scope=quote.scope,
        billing=quote.billing,
        friendly_name=f"{checked_name(friendly_name) or f'{quote.size} {quote.term}'} {tag_of(intent_id)}",
        provisioning=_provisioning(quote, offer),
        unit=quote.unit,
        total=quote.total,
        price_as_of=quote.price_as_of,
    )


def tag_of(intent_id: str) -> str:
    """The short mark of an intent."""
    return f"bsp-{hashlib.sha256(intent_id.encode()).hexdigest()[:8]}"


def checked_name(name: str) -> str:
    """The name without blanks around it, "" for none; raises ``InputError`` when a reservation cannot be called so."""
    tidy = name.strip()
    if len(tidy) > OWN_NAME_LIMIT:
        raise InputError(
            f"The name has {len(tidy)} characters; {OWN_NAME_LIMIT} are possible beside the mark of the purchase.",
            "Shorten it.",
        )
    if tidy and not _NAME.fullmatch(tidy):
        odd = sorted({c for c in tidy if not re.fullmatch(r"[A-Za-z0-9 _-]", c)}) or [tidy[0]]
        shown = " ".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in odd)
        raise InputError(
            f"A reservation's name cannot hold, or begin with, {shown}.",
            "Use letters from A to Z, digits, blanks, '-' and '_', and begin with a letter or a digit.",
        )
    return tidy


def _provisioning(quote: Quote, offer: Offer) -> tuple[tuple[str, str], ...]:
    """Which subscription is billed, and the scope; the duration only where the SKU asks for it.

    Azure plan: the Azure subscription's id. Legacy: the Partner Center subscription's id.
    """
    of_plan = quote.kind == "azure_plan"
    context = {
        "scope": quote.scope,
        "subscriptionId": quote.azure_subscription_id if of_plan else quote.subscription_id,
    }
    if "duration" in offer.sku.provisioning:
        context["duration"] = TERM_WORDS[quote.term]
    return tuple(sorted(context.items()))


def _check_same(quote: Quote, offer: Offer) -> None:
    mine = (quote.customer_id, quote.product_id, quote.sku_id, quote.size, quote.region, quote.term)
    found = (offer.customer_id, offer.product_id, offer.sku_id, offer.size, offer.region, offer.term)
    if mine != found:
        raise InputError("The offer was found for another quote.", "Find the offer again for this quote.")
    check_price(quote.unit, offer.unit)
