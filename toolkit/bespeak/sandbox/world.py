"""The state of one sandbox world behind a lock: who there is, what was bought, what time it is. No HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from bespeak.sandbox.agreements import Agreements
from bespeak.sandbox.catalogue import Catalogue
from bespeak.sandbox.clock import START, Clock, instant_of
from bespeak.sandbox.demand import Demand
from bespeak.sandbox.estate import Customer, Subscription, load_estate
from bespeak.sandbox.facts import Facts
from bespeak.sandbox.faults import Faults
from bespeak.sandbox.ids import Ids
from bespeak.sandbox.rated import Plan, RatedMonth, month_of, plans_of
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.registration import Registrations
from bespeak.sandbox.reservations import Coverage, CoverageBook
from bespeak.sandbox.sample import sample_folder
from bespeak.sandbox.shop import Shop
from bespeak.sandbox.switches import Switches
from bespeak.sandbox.utilization import RECORDS_FROM, Utilization


class World:
    """A partner with its customers. Whoever reads or changes it holds ``lock``.

    ``instance`` names this life of the world; a reset begins another one.
    """

    def __init__(
        self,
        folder: Path,
        *,
        seed: int = 1,
        start: datetime = START,
        extra_customers: int = 0,
        instance: str = "",
    ) -> None:
        if start < RECORDS_FROM:
            raise ValueError(f"This world has records from {RECORDS_FROM:%Y-%m-%d} on. Start it later.")
        self.lock = threading.RLock()
        self.seed = seed
        self.partner_id = "0b0c3f4e-1a2d-5c6b-8f90-5b1d3c7e9a10"
        self.facts = Facts(folder)
        self.demand = Demand(folder / "demo" / "demand.csv.gz")
        self.estate = load_estate(folder, extra_customers)
        self._start = start
        self._first_instance = instance or f"sandbox-{seed}"
        self._resets = 0
        self._begin()

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
        chosen = folder or sample_folder()
        return cls(chosen, seed=seed, start=start, extra_customers=extra_customers, instance=instance)

    def _begin(self) -> None:
        self.instance = self._first_instance + (f"-r{self._resets}" if self._resets else "")
        self.clock = Clock(self._start, lambda: instant_of(self.demand.end_hour))
        self.ids = Ids(self.instance)
        self.switches = Switches()
        self.agreements = Agreements()
        self.faults = Faults()
        self.registrations = Registrations(self.estate)
        self.catalogue = Catalogue(self.facts, self.seed)
        self.shop = Shop(
            self.estate, self.catalogue, self.registrations, self.agreements, self.switches, self.ids
        )
        self.coverage = CoverageBook(self.estate, self.facts, self.demand)
        self.first_answers: dict[tuple[str, ...], Any] = {}
        self._rated: dict[str, tuple[object, RatedMonth, list[Plan]]] = {}
        self._sheets: dict[tuple[str, str, str], str] = {}
        self._utilization: dict[str, tuple[object, Utilization]] = {}

    def reset(self) -> None:
        """Begins the world anew under another instance id."""
        with self.lock:
            self._resets += 1
            self._begin()

    @property
    def now(self) -> datetime:
        """The sandbox instant."""
        return self.clock.now

    def customer(self, customer_id: str) -> Customer:
        """The customer, or the refusals of Partner Center for an id that is none or is unknown."""
        found = self.estate.customers.get(customer_id.lower())
        if found is None:
            raise RefusalError(
                404, 60003, f"Tenant {customer_id} was not found among the customers of this partner."
            )
        return found

    def subscription(self, customer_id: str, subscription_id: str) -> Subscription:
        """A subscription of this customer, or 404 / 20003."""
        customer = self.customer(customer_id)
        found = self.estate.subscriptions.get(subscription_id.lower())
        if found is None or found.customer_id != customer.id:
            raise RefusalError(404, 20003, f"Subscription {subscription_id} was not found for this customer.")
        return found

    def covered(self, customer_id: str) -> Coverage:
        """How the reservations of a customer were applied in all hours that have passed."""
        return self.coverage.of(customer_id, self.shop.reservations(customer_id, self.now), self.now)

    def utilization(self, subscription: Subscription) -> Utilization:
        """The records of a legacy subscription as of now."""
        coverage = self.covered(subscription.customer_id)
        kept = self._utilization.get(subscription.id)
        if kept is None or kept[0] is not coverage:
            kept = (coverage, Utilization(subscription.azure[0], coverage, self.facts, self.demand))
            self._utilization[subscription.id] = kept
        return kept[1]

    def rated(self, period: str) -> RatedMonth:
        """The rated lines of all plans in the current or the previous month, as of now."""
        start, end = month_of(self.now, period)
        plans = [Plan(customer, held, self.covered(customer.id)) for customer, held in self._plans]
        key = (start, end, tuple(id(plan.coverage) for plan in plans))
        kept = self._rated.get(period)
        if kept is None or kept[0] != key:
            kept = (key, RatedMonth(plans, self.facts, self.demand, start, end), plans)
            self._rated[period] = kept
        return kept[1]

    @cached_property
    def _plans(self) -> list[tuple[Customer, Subscription]]:
        return plans_of(self.estate)

    def sheet(self, view: str, market: str, make: Callable[[], str]) -> str:
        """A price sheet, made once a month."""
        key = (view, market, f"{self.now:%Y%m}")
        if key not in self._sheets:
            self._sheets[key] = make()
        return self._sheets[key]
