"""The move of a legacy subscription to an Azure plan (Microsoft, *Transition to Azure plan from CSP Azure*)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from bespeak.sandbox.agreements import Agreements
from bespeak.sandbox.audit import Audit
from bespeak.sandbox.directory import Directory
from bespeak.sandbox.estate import Customer, Subscription
from bespeak.sandbox.ids import Ids
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.subscription_book import SubscriptionBook, SubscriptionRecord
from bespeak.sandbox.switches import Switches

Step = Literal["NotStarted", "InProgress", "Completed", "Failed"]
_BLOCKS: dict[Step, tuple[int, str]] = {
    "NotStarted": (900112, "waits to begin"),
    "InProgress": (900113, "is running"),
    "Failed": (900114, "has failed"),
}


@dataclass(slots=True)
class Upgrade:
    """One move of all legacy subscriptions of a customer. ``done`` once its end was dealt with."""

    id: str
    customer_id: str
    asked: datetime
    begins: datetime
    ends: datetime
    fails: bool
    done: bool = False


@dataclass(slots=True)
class UpgradeState:
    """All moves by id."""

    upgrades: dict[str, Upgrade] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Upgrades:
    """Begins moves and carries them out when their time has come."""

    state: UpgradeState
    directory: Directory
    subscriptions: SubscriptionBook
    agreements: Agreements
    audit: Audit
    ids: Ids
    switches: Switches

    def eligible(self, customer: Customer) -> str:
        """Why the customer cannot move; empty when it can."""
        kinds = {held.kind for held in self.directory.subscriptions_of(customer.id)}
        if "azure_plan" in kinds:
            return "The customer has an Azure plan already."
        if "legacy" not in kinds:
            return "The customer has no legacy Azure subscription."
        return "" if self.agreements.confirmed(customer) else "The customer agreement is not accepted."

    def current(self, customer_id: str) -> Upgrade | None:
        """The newest move of a customer."""
        found = [one for one in self.state.upgrades.values() if one.customer_id == customer_id]
        return found[-1] if found else None

    def start(self, customer: Customer, now: datetime) -> Upgrade:
        """Begins a move; one that is under way is given back as it is."""
        running = self.current(customer.id)
        if running is not None and not running.done:
            return running
        why = self.eligible(customer)
        if why:
            raise RefusalError(400, 3000, f"Member 'customerId': {why}")
        begins = now + timedelta(minutes=self.switches.upgrade_wait_minutes)
        ends = begins + timedelta(minutes=self.switches.upgrade_run_minutes)
        fails = self.switches.upgrade_fails
        made = Upgrade(self.ids.guid("upgrade"), customer.id, now, begins, ends, fails)
        self.state.upgrades[made.id] = made
        return made

    def find(self, upgrade_id: str) -> Upgrade:
        """A move by its id, or 404 / 1000."""
        found = self.state.upgrades.get(upgrade_id.lower())
        if found is None:
            raise RefusalError(404, 1000, f"Upgrade {upgrade_id} was not found.")
        return found

    def step(self, upgrade: Upgrade, now: datetime) -> Step:
        """How far a move is."""
        if now < upgrade.begins:
            return "NotStarted"
        if now < upgrade.ends:
            return "InProgress"
        return "Failed" if upgrade.fails else "Completed"

    def check(self, customer_id: str, now: datetime) -> None:
        """Refuses a purchase while a move waits, runs or has failed (900112 to 900114)."""
        upgrade = self.current(customer_id)
        step = self.step(upgrade, now) if upgrade else "Completed"
        if step in _BLOCKS:
            code, what = _BLOCKS[step]
            raise RefusalError(409, code, f"The move of the customer to an Azure plan {what}.")

    def dues(self) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """The ends that are still to come."""
        for upgrade in self.state.upgrades.values():
            if not upgrade.done:
                yield upgrade.ends, lambda upgrade=upgrade: self._finish(upgrade)  # type: ignore[misc]

    def _finish(self, upgrade: Upgrade) -> None:
        upgrade.done = True
        if upgrade.fails:
            return
        customer = self.directory.customers[upgrade.customer_id]
        moved = [held for held in self.directory.subscriptions_of(customer.id) if held.kind == "legacy"]
        azure = tuple(azure for held in moved for azure in held.azure)
        registered = all(held.registered for held in moved)
        plan = Subscription(self.ids.guid("subscription"), customer.id, "azure_plan", registered, azure)
        for held in moved:
            self.directory.put_subscription(replace(held, azure=()))
            self.subscriptions.change(held).status = "deleted"
        self.directory.put_subscription(plan)
        self.directory.put_customer(replace(customer, kind="azure_plan"))
        record = SubscriptionRecord(
            name="Azure plan", created=upgrade.ends, order_id=self.ids.hexadecimal("order")
        )
        record.migrated_from = moved[0].id if moved else ""
        self.subscriptions.begin(plan, record)
        text = f'{{"Id":"{plan.id}","MigratedFromSubscriptionId":"{record.migrated_from}"}}'
        self.audit.add(upgrade.ends, "subscription", "upgrade_subscription", customer.id, text)
