"""The state of one sandbox world behind a lock: who there is, what was bought, what time it is. No HTTP."""

from __future__ import annotations

import copy
import threading
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol, Self, cast

from bespeak.sandbox.agreements import Agreements
from bespeak.sandbox.audit import Audit
from bespeak.sandbox.catalogue import Catalogue
from bespeak.sandbox.clock import START, later
from bespeak.sandbox.commerce import Commerce, Parts
from bespeak.sandbox.compute_skus import ComputeSkus
from bespeak.sandbox.coverage_book import Coverage, CoverageBook
from bespeak.sandbox.demand import Demand
from bespeak.sandbox.directory import Directory
from bespeak.sandbox.estate import Customer, Estate, Subscription, load_estate
from bespeak.sandbox.estimates import Estimates
from bespeak.sandbox.export_files import ExportFiles
from bespeak.sandbox.exports import Exports
from bespeak.sandbox.facts import Facts
from bespeak.sandbox.faults import Faults
from bespeak.sandbox.grants import Grants
from bespeak.sandbox.holdings_book import Book
from bespeak.sandbox.ids import Ids
from bespeak.sandbox.invoices import Invoices
from bespeak.sandbox.legacy_invoices import LegacyInvoices
from bespeak.sandbox.metrics import Meters
from bespeak.sandbox.oddities import Oddities
from bespeak.sandbox.portfolio import with_portfolio
from bespeak.sandbox.price_list import PriceList
from bespeak.sandbox.providers import Providers
from bespeak.sandbox.rated import month_of
from bespeak.sandbox.rated_month import RatedMonth
from bespeak.sandbox.rating import Rating
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.registration import Registrations
from bespeak.sandbox.renewals import Renewals
from bespeak.sandbox.reports import Reports
from bespeak.sandbox.request_log import RequestLog
from bespeak.sandbox.reservation_records import ReservationOrder
from bespeak.sandbox.retail_prices import RetailPrices
from bespeak.sandbox.sample import sample_folder
from bespeak.sandbox.savings_plans import SavingsPlans
from bespeak.sandbox.scenes import Scene
from bespeak.sandbox.state import State, dump, load
from bespeak.sandbox.usage_lines import UsageBook, legacy_cost, plan_cost
from bespeak.sandbox.utilization import RECORDS_FROM, Utilization


class Base:
    """What never changes and what many worlds share: the tables, the estate, the demand, the catalogue."""

    def __init__(self, folder: Path, *, seed: int = 1, extra_customers: int = 0) -> None:
        self.seed = seed
        self.stage: Stage | None = None
        #: What a snapshot must agree with, besides the seed.
        self.mark = f"{extra_customers} more customers" if extra_customers else ""
        self.facts = Facts(folder)
        self.demand = Demand(folder / "demo" / "demand.csv.gz")
        sample = load_estate(folder)
        self.estate = with_portfolio(sample, extra_customers, seed, self.facts) if extra_customers else sample
        self.catalogue = Catalogue(self.facts, seed)
        self.skus = ComputeSkus(self.facts)
        self.meters = Meters(seed, self.demand, self.facts)

    def with_stage(self, estate: Estate, stage: Stage, mark: str) -> Base:
        """The base of a scenario, which shares tables, trace and catalogue with this one."""
        made = copy.copy(self)
        made.estate, made.stage, made.mark = estate, stage, mark
        return made


class Stage(Protocol):
    """What a scenario does to its world when it begins and as time passes."""

    def open(self, world: World) -> None:
        """Lets customers own what they own at the start."""
        ...

    def dues(self, world: World) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """The events that have not happened yet."""
        ...

    def told(self, world: World) -> list[tuple[datetime, str, str | None]]:
        """All events: when, what, and what became of each (None: it has not happened yet)."""
        ...


class World:
    """A partner with its customers. Whoever reads or changes it holds ``lock``.

    All that changes is in ``state``; everything else follows from it and from the shared base. ``instance`` names
    this life of the world; a reset begins another one.
    """

    partner_id = "0b0c3f4e-1a2d-5c6b-8f90-5b1d3c7e9a10"

    def __init__(self, base: Base, *, start: datetime = START, instance: str = "") -> None:
        if start < RECORDS_FROM:
            raise ValueError(f"This world has records from {RECORDS_FROM:%Y-%m-%d} on. Start it later.")
        self.lock = threading.RLock()
        self.base = base
        self.seed = base.seed
        #: Ids that answers carry for tracing; they are no part of the state.
        self.echoes = Ids("echo", {})
        #: How many calls of a kind came in which hour of the world; Azure tells what is left. No part of the state.
        self.calls: dict[str, tuple[int, int]] = {}
        self.facts = base.facts
        self.demand = base.demand
        self.catalogue = base.catalogue
        self._start = start
        self.first_instance = instance or f"sandbox-{base.seed}"
        #: Called after whatever may have changed the world; a server that keeps it on disk sets it.
        self.keep: Callable[[], None] = _nothing
        self._begin(State(start, self.first_instance))

    @classmethod
    def demo(
        cls,
        seed: int = 1,
        start: datetime = START,
        *,
        extra_customers: int = 0,
        folder: Path | None = None,
        instance: str = "",
    ) -> Self:
        """The demo world of the sample data (or of another folder laid out like it), the same for the same seed."""
        base = Base(folder or sample_folder(), seed=seed, extra_customers=extra_customers)
        return cls(base, start=start, instance=instance)

    def _begin(self, state: State) -> None:
        """Begins a life, with what the customers of a scenario own."""
        self._live(state)
        if self.base.stage:
            self.base.stage.open(self)

    def _live(self, state: State) -> None:
        """Takes over a state; whatever was derived from another one is forgotten."""
        self.state = state
        self.ids = Ids(state.instance, state.counts)
        self.directory = Directory(self.base.estate, state.directory)
        self.switches = state.switches
        self.faults = Faults(state.faults, str(self.seed))
        self.agreements = Agreements(state.agreements)
        self.registrations = Registrations(state.registrations)
        self.providers = Providers(state.providers, self.registrations)
        self.book = Book(state.book)
        self.savings_plans = SavingsPlans(state.savings_plans, self.ids)
        self.reports = Reports(state.reports, self.ids)
        self.audit = Audit(state.audit)
        self.grants = Grants(state.grants, self.directory, self.book, self._start)
        self.requests = RequestLog()
        self.prices = PriceList(state.prices, self.facts, self.catalogue)
        self.retail = RetailPrices(self.facts, self.prices, self.catalogue)
        self._sell(state)
        self._bill(state)

    def _sell(self, state: State) -> None:
        """Whatever sells, and renews what was sold."""
        self.commerce = Commerce(
            state.commerce,
            state.shop,
            Parts(
                self.partner_id,
                self.directory,
                self.catalogue,
                self.facts,
                self.registrations,
                self.agreements,
                self.switches,
                self.book,
                self.prices,
                self.audit,
                self.ids,
            ),
        )
        self.shop, self.self_serve = self.commerce.shop, self.commerce.self_serve
        self.renewals = Renewals(
            self.book,
            self.catalogue,
            self.prices,
            self.facts,
            self.directory,
            self.shop,
            self.grants,
            self.ids,
        )

    def _bill(self, state: State) -> None:
        """Whatever follows from usage and purchases: coverage, rated lines, invoices, exports."""
        self.coverage = CoverageBook(self.directory, self.facts, self.demand, self.prices)
        self.rating = Rating(self)
        self.usage = UsageBook(self.rating.between, self.rating.facts, plan_cost)
        self.legacy_invoices = LegacyInvoices(
            UsageBook(self.rating.legacy_between, self.rating.legacy_facts, legacy_cost)
        )
        self.invoices = Invoices(self.book, self.savings_plans, self.usage, self.facts.rates, self.switches)
        self.estimates = Estimates(
            self.directory, lambda: self.rated("current"), self.rating.legacy, lambda: self.invoices.rate
        )
        self.exports = Exports(state.exports, self.switches, self.ids)
        self.export_files = ExportFiles(
            self.partner_id, self.invoices, self.usage, self.facts, self.catalogue, self.all_customers
        )
        self._sheets: dict[tuple[object, ...], str] = {}
        self._utilization: dict[str, tuple[tuple[Coverage, object], Utilization]] = {}

    def beside(self, instance: str) -> Self:
        """Another world on the same base, at its first instant."""
        return type(self)(self.base, start=self._start, instance=instance)

    def reset(self) -> None:
        """Begins the world anew under another instance id."""
        with self.lock:
            resets = self.state.resets + 1
            name = self.first_instance + (f"-r{resets}" if resets else "")
            self._begin(State(self._start, name, resets))

    def snapshot(self) -> bytes:
        """All that changed, as JSON: two worlds on one base with the same snapshot answer alike."""
        with self.lock:
            return dump(self.state)

    def restore(self, snapshot: bytes) -> None:
        """Goes on from a snapshot of a world on the same base."""
        self.take_over(load(snapshot))

    def take_over(self, state: State) -> None:
        """Goes on from a state of a world on the same base."""
        with self.lock:
            self._live(state)

    @property
    def instance(self) -> str:
        """The name of this life of the world."""
        return self.state.instance

    def advance(self, minutes: int) -> datetime:
        """Moves the clock forward; what falls due on the way happens at its own instant, in order."""
        with self.lock:
            end = later(self.now, minutes)
            for due in iter(lambda: self._next_due(end), None):
                self.state.now = max(self.now, due[0])
                due[1]()
            self.state.now = end
            return end

    def _next_due(self, end: datetime) -> tuple[datetime, Callable[[], None]] | None:
        """The first thing that falls due up to an instant: when, and what to do then."""
        return min((one for one in self._dues() if one[0] <= end), key=lambda one: one[0], default=None)

    def _dues(self) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """What will fall due by itself. Each thing that was done must not be due any more."""
        for order_id in self.state.purchases.running:
            order = self.state.book.orders[order_id]
            yield order.starts, partial(self._end_purchase, order)
        if self.base.stage:
            yield from self.base.stage.dues(self)
        yield from self.commerce.dues()
        yield from self.renewals.dues(self.now)

    def _end_purchase(self, order: ReservationOrder) -> None:
        """A purchase in Azure came to its end; one that succeeded is an order of Partner Center from now on."""
        self.state.purchases.running.remove(order.id)
        if not order.failed:
            self.shop.adopt(order, self.now)

    @property
    def now(self) -> datetime:
        """The sandbox instant."""
        return self.state.now

    def customer(self, customer_id: str) -> Customer:
        """The customer, or the refusals of Partner Center for an id that is none or is unknown."""
        found = self.directory.customers.get(customer_id.lower())
        if found is None:
            if customer_id.lower() in self.state.commerce.customers.ended:
                raise RefusalError(403, 20002, f"The relationship with customer {customer_id} has ended.")
            raise RefusalError(
                404, 60003, f"Tenant {customer_id} was not found among the customers of this partner."
            )
        return found

    @property
    def all_customers(self) -> Mapping[str, Customer]:
        """Everybody that ever was a customer, by id: bills name those who left, too."""
        return ChainMap(
            self.state.directory.customers, cast("dict[str, Customer]", self.base.estate.customers)
        )

    def subscription(self, customer_id: str, subscription_id: str) -> Subscription:
        """A subscription of this customer, or 404 / 20003."""
        customer = self.customer(customer_id)
        found = self.directory.subscription(subscription_id)
        if found is None or found.customer_id != customer.id:
            raise RefusalError(404, 20003, f"Subscription {subscription_id} was not found for this customer.")
        return found

    @property
    def estate(self) -> Estate:
        """Who there was at the beginning."""
        return self.base.estate

    def scene(self, customer_id: str) -> Scene:
        """The benefits of a customer, as far as they decide what was covered."""
        held = self.book.started(customer_id, self.now)
        return self.coverage.scene(customer_id, held, self.savings_plans.started(customer_id, self.now))

    def covered(self, customer_id: str) -> Coverage:
        """How the reservations of a customer were applied in all hours that have passed."""
        held = self.book.started(customer_id, self.now)
        plans = self.savings_plans.started(customer_id, self.now)
        return self.coverage.of(customer_id, held, self.now, plans)

    def utilization(self, subscription: Subscription) -> Utilization:
        """The records of a legacy subscription as of now; one that moved to a plan has none any more."""
        if not subscription.azure:
            raise RefusalError(
                404, 20003, f"Subscription {subscription.shown_id} has moved to an Azure plan."
            )
        coverage, oddities = self.covered(subscription.customer_id), self._oddities()
        kept = self._utilization.get(subscription.id)
        if kept is None or kept[0][0] is not coverage or kept[0][1] != oddities:
            made = Utilization(subscription.azure[0], coverage, self.facts, self.demand, *oddities)
            kept = ((coverage, oddities), made)
            self._utilization[subscription.id] = kept
        return kept[1]

    def _oddities(self) -> tuple[Oddities, str]:
        one = self.switches
        salt = int.from_bytes(self.seed.to_bytes(8, "big", signed=True))
        odd = Oddities(one.usage_late, one.usage_doubled, one.usage_corrected, one.usage_credited, salt)
        return odd, one.info_case

    def rated(self, period: str) -> RatedMonth:
        """The rated lines of all plans in the current or the previous month, as of now."""
        return self.rated_between(*month_of(self.now, period))

    def rated_between(self, start: int, end: int) -> RatedMonth:
        """The rated lines of all plans from the midnight of hour number ``start`` up to that of ``end``."""
        return self.rating.between(start, end)

    def sheet(self, key: tuple[object, ...], make: Callable[[], str]) -> str:
        """A price sheet, made once for each key; the key must name all that it depends on."""
        if key not in self._sheets:
            self._sheets[key] = make()
        return self._sheets[key]


def _nothing() -> None:
    """Where no world is kept."""
