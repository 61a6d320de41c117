"""What a cart line asks for, and what is wrong with it (Microsoft, *Cart resources*, ``CartErrorCode``)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeGuard

from bespeak.sandbox.catalogue import PLAN, Catalogue, Sku
from bespeak.sandbox.directory import Directory
from bespeak.sandbox.estate import Customer, Subscription
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.registration import Registrations
from bespeak.sandbox.rules import quantity_bounds
from bespeak.sandbox.switches import Switches


@dataclass(frozen=True, slots=True)
class LineError:
    """A mistake of one line: Microsoft's number and name in a cart, and the code that a checkout gives for it."""

    number: int
    name: str
    checkout_status: int
    checkout_code: int
    description: str


def _error(number: int, description: str) -> LineError:
    return LineError(number, *_NAMES[number], description)


#: Number of a cart error -> its name in JSON and the status and code of a checkout that fails for it.
_NAMES = {
    10000: ("currency_is_not_supported", 400, 800009),
    10001: ("catalog_item_id_is_not_valid", 400, 800009),
    10003: ("inventory_not_available", 400, 800010),
    10006: ("unable_to_process_cart_line_item", 403, 800028),
    10007: ("subscription_is_not_valid", 400, 800011),
    10010: ("invalid_input", 400, 800009),
    10011: ("subscription_not_registered", 400, 800013),
    10013: ("billing_plan_not_supported", 400, 800009),
}
SHARED = "shared"
_DURATIONS = {"P1Y": ("1year",), "P3Y": ("3year", "3years")}


@dataclass(frozen=True, slots=True)
class Wish:
    """A line as the caller wrote it, members checked for their type only."""

    number: int
    catalog_item_id: str
    friendly_name: str
    quantity: int
    currency: str
    billing_cycle: str
    term: str
    context: dict[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """A wish with what the world makes of it. Without ``error`` it can be ordered.

    ``scope`` is ``shared`` or the Azure subscription the benefit is bound to; ``billing`` is the Azure subscription
    that pays.
    """

    wish: Wish
    sku: Sku | None = None
    scope: str = ""
    billing: str = ""
    error: LineError | None = None

    @property
    def group(self) -> str:
        """What keeps lines together in one order: the subscription that was asked to pay, right or wrong."""
        return self.wish.context.get("subscriptionid", "").lower()


def read_wish(raw: object, index: int, count: int) -> Wish:
    """A line from its JSON with lower-case members; refuses what is of the wrong type."""
    if not isinstance(raw, dict):
        raise RefusalError(400, 800002, "A line item must be a JSON object.")
    number, quantity = raw.get("id", index), raw.get("quantity")
    if not _is_int(number) or not 0 <= number < count:
        raise RefusalError(400, 800071, f"Line number {number} is out of range.")
    if not isinstance(raw.get("catalogitemid"), str) or not raw["catalogitemid"]:
        raise RefusalError(400, 900142, f"Line {number} has no catalogItemId.")
    if not _is_int(quantity):
        raise RefusalError(
            400, 800002, f"The quantity of line {number} must be a whole number, not {quantity!r}."
        )
    texts = [_text(raw, name) for name in ("friendlyname", "currencycode", "billingcycle", "termduration")]
    return Wish(number, raw["catalogitemid"], texts[0], quantity, texts[1], texts[2], texts[3], _context(raw))


def _is_int(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _text(raw: dict[str, Any], name: str) -> str:
    value = raw.get(name)
    if value is not None and not isinstance(value, str):
        raise RefusalError(400, 800002, f"Member '{name}' must be text.")
    return value or ""


def _context(raw: dict[str, Any]) -> dict[str, str]:
    context = raw.get("provisioningcontext") or {}
    if not isinstance(context, dict) or not all(isinstance(value, str) for value in context.values()):
        raise RefusalError(400, 800002, "Member 'provisioningContext' must hold texts only.")
    return context


@dataclass(frozen=True, slots=True)
class Counter:
    """Judges lines for one customer at one instant."""

    customer: Customer
    directory: Directory
    catalogue: Catalogue
    registrations: Registrations
    switches: Switches
    now: datetime

    def judge(self, wish: Wish, *, in_cart: bool = False) -> Line:
        """The line with its SKU, scope and payer, or with the first error that was found."""
        found = self.catalogue.resolve(wish.catalog_item_id, self.now, in_cart=in_cart)
        if found is None:
            return Line(
                wish, error=_error(10001, "The catalogItemId is unknown or out of date. Read it again.")
            )
        sku, catalogue = found
        line = Line(wish, sku)
        if not sku.purchasable(self.now):
            return replace(line, error=_error(10006, f"{sku.title} is no longer offered."))
        mistake = self._mistake(wish, sku)
        if mistake is not None:
            return replace(line, error=mistake)
        return self._placed(line, catalogue)

    def _mistake(self, wish: Wish, sku: Sku) -> LineError | None:
        fewest, most = quantity_bounds()
        if not fewest <= wish.quantity <= most:
            return _error(10010, f"The quantity must be from {fewest} to {most}, not {wish.quantity}.")
        if wish.term.upper() != sku.term:
            return _error(10010, f"The term of this item is {sku.term}, not '{wish.term}'.")
        duration = wish.context.get("duration", "").lower()
        if duration and duration not in _DURATIONS[sku.term]:
            return _error(10010, f"The duration '{duration}' is not the term of this item.")
        if wish.billing_cycle.replace("_", "").lower() not in self._billing_cycles():
            return _error(10013, f"Billing cycle '{wish.billing_cycle}' is not offered for this item.")
        if wish.currency.upper() not in ("", sku.currency):
            return _error(10000, f"This item is sold in {sku.currency}, not in {wish.currency}.")
        return None

    def _billing_cycles(self) -> tuple[str, ...]:
        return ("onetime", "monthly") if self.switches.monthly_billing else ("onetime",)

    def _placed(self, line: Line, catalogue: str) -> Line:
        assert line.sku is not None
        asked = line.wish.context.get("subscriptionid", "").lower()
        payer = self._payer(asked)
        if payer is None or (payer[0].kind == "azure_plan") != (catalogue == PLAN):
            return replace(line, error=_error(10007, f"Subscription '{asked}' cannot buy this item."))
        held, azure_id = payer
        scope = line.wish.context.get("scope", SHARED).lower()
        if scope not in (SHARED, "single") or (scope == "single" and not self._single_allowed(held)):
            return replace(
                line, error=_error(10010, f"Scope '{scope}' is not offered for this subscription.")
            )
        if not self.registrations.is_registered(held, self.now):
            return replace(
                line, error=_error(10011, f"Subscription {held.id} is not registered for reservations.")
            )
        if line.sku.restricted:
            return replace(
                line, error=_error(10003, f"{line.sku.size.name} has no capacity left in {line.sku.region}.")
            )
        return replace(line, scope=SHARED if scope == SHARED else azure_id, billing=azure_id)

    def _single_allowed(self, held: Subscription) -> bool:
        return held.kind == "legacy" or self.switches.plan_single_scope

    def _payer(self, asked: str) -> tuple[Subscription, str] | None:
        """The subscription of the customer that this id names, and the Azure subscription that pays."""
        for held in self.directory.subscriptions_of(self.customer.id):
            wanted = self.switches.legacy_context if held.kind == "legacy" else self.switches.plan_context
            if wanted != "azure_subscription" and asked == held.id:
                return held, held.azure[0].id
            for azure in held.azure if wanted in ("azure_subscription", "either") else ():
                if asked == azure.id:
                    return held, azure.id
        return None
