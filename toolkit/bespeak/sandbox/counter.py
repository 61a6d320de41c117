"""Judges the lines of carts and orders for one customer at one instant (Microsoft, *Cart resources*)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bespeak.sandbox.catalogue import PLAN, Catalogue, Sku
from bespeak.sandbox.directory import Directory
from bespeak.sandbox.estate import Customer, Subscription
from bespeak.sandbox.facts import Facts
from bespeak.sandbox.holdings_book import Book
from bespeak.sandbox.integration import mistake_of_the_sandbox
from bespeak.sandbox.line_errors import LineError, line_error
from bespeak.sandbox.lines import SHARED, Line
from bespeak.sandbox.offers import AzureOffer, currency_of
from bespeak.sandbox.plans import mistake_of_an_offer
from bespeak.sandbox.price_list import PriceList
from bespeak.sandbox.registration import Registrations
from bespeak.sandbox.resellers import RESELLERS
from bespeak.sandbox.rules import needs_plan, quantity_bounds
from bespeak.sandbox.standing import Standing
from bespeak.sandbox.subscription_book import SubscriptionBook
from bespeak.sandbox.switches import Switches
from bespeak.sandbox.wishes import Wish

_DURATIONS = {"P1Y": ("1year",), "P3Y": ("3year", "3years")}


@dataclass(frozen=True, slots=True)
class Tools:
    """What a line is judged by: the parts of one world."""

    directory: Directory
    catalogue: Catalogue
    facts: Facts
    registrations: Registrations
    switches: Switches
    book: Book
    prices: PriceList
    standing: Standing
    subscriptions: SubscriptionBook


@dataclass(frozen=True, slots=True)
class Counter:
    """Judges lines for one customer at one instant."""

    customer: Customer
    tools: Tools
    now: datetime
    agreed: bool

    @property
    def currency(self) -> str:
        """The currency in which this customer is billed."""
        return currency_of(self.tools.facts, self.customer.country)

    def judge(self, wish: Wish, *, in_cart: bool = False) -> Line:
        """The line with its SKU, scope and payer, or with the first error that was found."""
        offer = self.tools.catalogue.resolve_azure(wish.catalog_item_id, self.now, in_cart=in_cart)
        if offer is not None:
            return self._of_offer(wish, offer)
        found = self.tools.catalogue.resolve(wish.catalog_item_id, self.now, in_cart=in_cart)
        if found is None:
            what = "The catalogItemId is unknown or out of date. Read it again."
            return Line(wish, error=line_error(10001, what))
        sku, catalogue = found
        total = self.tools.prices.reservation(sku, self.now, self.currency)
        line = Line(wish, sku, unit_total=total, currency=self.currency)
        mistake = self._refused(sku) or self._mistake(wish, sku) or self._partners(wish)
        return replace(line, error=mistake) if mistake else self._placed(line, catalogue)

    def _of_offer(self, wish: Wish, offer: AzureOffer) -> Line:
        line = Line(wish, azure=offer.kind, currency=self.currency)
        owned = self.tools.directory.subscriptions_of(self.customer.id)
        mistake = mistake_of_an_offer(wish, offer, owned, self.tools.switches) or self._partners(wish)
        return replace(line, error=mistake or self._foreign(wish))

    def _foreign(self, wish: Wish) -> LineError | None:
        if wish.currency.upper() not in ("", self.currency):
            return line_error(10000, f"This item is sold in {self.currency}, not in {wish.currency}.")
        return None

    def _refused(self, sku: Sku) -> LineError | None:
        """What stands against the item itself."""
        if self.tools.switches.integration and not sku.integration:
            return line_error(10009, "The integration sandbox sells Standard_B1s for one year only.")
        if not sku.purchasable(self.now):
            return line_error(10006, f"{sku.title} is no longer offered.")
        return None

    def _mistake(self, wish: Wish, sku: Sku) -> LineError | None:
        fewest, most = quantity_bounds()
        if not fewest <= wish.quantity <= most:
            return line_error(
                10010, f"The quantity must be from {fewest} to {most}, not {wish.quantity}."[:300]
            )
        if wish.term.upper() != sku.term:
            return line_error(10010, f"The term of this item is {sku.term}, not '{wish.term}'.")
        duration = wish.context.get("duration", "").lower()
        if duration and duration not in _DURATIONS[sku.term]:
            return line_error(10010, f"The duration '{duration}' is not the term of this item.")
        cycles = ("onetime", "monthly") if self.tools.switches.monthly_billing else ("onetime",)
        if wish.cycle not in cycles:
            return line_error(10013, f"Billing cycle '{wish.billing_cycle}' is not offered for this item.")
        if wish.attested is False:
            return line_error(10012, "The attestation of this line is not accepted.")
        return self._foreign(wish)

    def _partners(self, wish: Wish) -> LineError | None:
        """Resellers are named by an indirect provider only, and it must name known ones."""
        if not self.tools.switches.indirect:
            what = "Only an indirect provider names resellers."
            return line_error(10004, what) if wish.resellers else None
        for mpn_id in wish.resellers:
            if mpn_id not in {one.mpn_id for one in RESELLERS}:
                return line_error(10010, f"MPN id {mpn_id} is unknown.", status=404, code=800015)
        return None

    def _placed(self, line: Line, catalogue: str) -> Line:
        """The line with the subscription that pays, or with what is wrong about it."""
        asked = line.wish.asked
        payer = self._payer(asked)
        if payer is None:
            what = f"'{asked}' is no subscription of this customer that can be named in 'subscriptionId'."
            return replace(line, error=line_error(10007, what))
        if (payer[0].kind == "azure_plan") != (catalogue == PLAN):
            return replace(line, error=line_error(10007, _of_other_half(catalogue)))
        held, azure_id = payer
        scope = line.wish.context.get("scope", SHARED).lower()
        single = scope == "single" and (held.kind == "legacy" or self.tools.switches.plan_single_scope)
        if scope != SHARED and not single:
            what = f"Scope '{scope}' is not offered for this subscription."
            return replace(line, error=line_error(10010, what))
        placed = replace(line, scope=SHARED if scope == SHARED else azure_id, billing=azure_id)
        mistake = self._of_payer(held) or self._of_capacity(placed)
        return replace(line, error=mistake) if mistake else placed

    def _of_payer(self, held: Subscription) -> LineError | None:
        strict = self.tools.switches.plan_only_after_agreement and needs_plan(self.now.date())
        if held.kind == "legacy" and self.agreed and strict:
            what = "The customer has accepted the Microsoft Customer Agreement: buy under an Azure plan."
            return line_error(10006, what, code=800020)
        if self.tools.subscriptions.status(held) != "active":
            return line_error(10008, f"Subscription {held.id} is not active.", code=800012)
        if not self.tools.registrations.is_registered(held, self.now):
            return line_error(10011, f"Subscription {held.id} is not registered for reservations.")
        return None

    def _of_capacity(self, line: Line) -> LineError | None:
        sku = line.sku
        assert sku is not None
        if self.tools.standing.restriction(sku, self.customer.id) is not None:
            return line_error(10003, f"{sku.size.name} has no capacity left in {sku.region}.")
        cores = sku.size.vcpus * line.wish.quantity
        if line.scope != SHARED and cores > self.tools.standing.quota(self.customer.id):
            return line_error(10002, f"The subscription has no quota for {cores} cores.")
        if self.tools.switches.integration:
            return mistake_of_the_sandbox(line.wish.quantity, self.customer.id, self.tools.book, self.now)
        return None

    def _payer(self, asked: str) -> tuple[Subscription, str] | None:
        """The subscription of the customer that this id names, and the Azure subscription that pays."""
        switches = self.tools.switches
        for held in self.tools.directory.subscriptions_of(self.customer.id):
            wanted = switches.legacy_context if held.kind == "legacy" else switches.plan_context
            if wanted != "azure_subscription" and asked == held.id and held.azure:
                return held, held.azure[0].id
            for azure in held.azure if wanted in ("azure_subscription", "either") else ():
                if asked == azure.id:
                    return held, azure.id
        return None


def _of_other_half(catalogue: str) -> str:
    """Says which half of the catalogue the item is of, and how the other one is read."""
    if catalogue == PLAN:
        return "This item is sold under an Azure plan only. Read the catalogue without reservationScope."
    return "This item is sold to legacy subscriptions. Read the catalogue with reservationScope=AzurePlan."
