"""All that Partner Center keeps beside the directory and the book of reservations, and the laws over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bespeak.sandbox.agreements import Agreements
from bespeak.sandbox.audit import Audit
from bespeak.sandbox.catalogue import Catalogue
from bespeak.sandbox.counter import Tools
from bespeak.sandbox.customer_book import CustomerBook, CustomerState
from bespeak.sandbox.directory import Directory
from bespeak.sandbox.facts import Facts
from bespeak.sandbox.holdings_book import Book
from bespeak.sandbox.ids import Ids
from bespeak.sandbox.orders import Orders
from bespeak.sandbox.placing import Placing
from bespeak.sandbox.price_list import PriceList
from bespeak.sandbox.registration import Registrations
from bespeak.sandbox.self_serve import SelfServe, SelfServeState
from bespeak.sandbox.service_requests import ServiceRequests, ServiceRequestState
from bespeak.sandbox.shop import Shop, ShopState
from bespeak.sandbox.standing import Standing, StandingState
from bespeak.sandbox.subscription_book import SubscriptionBook, SubscriptionState
from bespeak.sandbox.switches import Switches
from bespeak.sandbox.upgrades import Upgrades, UpgradeState
from bespeak.sandbox.webhooks import WebhookState


@dataclass(slots=True)
class CommerceState:
    """What changes in it."""

    standing: StandingState = field(default_factory=StandingState)
    subscriptions: SubscriptionState = field(default_factory=SubscriptionState)
    customers: CustomerState = field(default_factory=CustomerState)
    upgrades: UpgradeState = field(default_factory=UpgradeState)
    self_serve: SelfServeState = field(default_factory=SelfServeState)
    service_requests: ServiceRequestState = field(default_factory=ServiceRequestState)
    webhooks: WebhookState = field(default_factory=WebhookState)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a world that it stands on."""

    partner_id: str
    directory: Directory
    catalogue: Catalogue
    facts: Facts
    registrations: Registrations
    agreements: Agreements
    switches: Switches
    book: Book
    prices: PriceList
    audit: Audit
    ids: Ids


class Commerce:
    """The laws of Partner Center over one state."""

    def __init__(self, state: CommerceState, shop: ShopState, parts: Parts) -> None:
        self.webhooks = state.webhooks
        self.standing = Standing(state.standing)
        self.subscriptions = SubscriptionBook(state.subscriptions)
        self.customers = CustomerBook(state.customers, parts.switches)
        self.self_serve = SelfServe(state.self_serve, parts.partner_id, parts.audit, parts.ids)
        self.service_requests = ServiceRequests(state.service_requests)
        self.upgrades = Upgrades(
            state.upgrades,
            parts.directory,
            self.subscriptions,
            parts.agreements,
            parts.audit,
            parts.ids,
            parts.switches,
        )
        tools = Tools(
            parts.directory,
            parts.catalogue,
            parts.facts,
            parts.registrations,
            parts.switches,
            parts.book,
            parts.prices,
            self.standing,
            self.subscriptions,
        )
        orders = Orders(shop.orders, parts.book, parts.audit, parts.ids, parts.switches, parts.directory)
        self.shop = Shop(
            shop, Placing(tools, orders, parts.agreements, self.customers, self.upgrades, parts.ids)
        )

    def dues(self) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """What will fall due by itself."""
        yield from self.upgrades.dues()
