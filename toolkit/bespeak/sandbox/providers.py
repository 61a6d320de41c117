"""Resource providers of an Azure subscription: which are registered (Microsoft, *Resource providers and types*).

Microsoft.Capacity is the same registration that Partner Center asks for before a purchase. The others matter little
here: those of VMs are registered from the start, the rest becomes so some minutes after it is asked for (INF).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bespeak.sandbox.estate import AzureSubscription, Subscription
from bespeak.sandbox.registration import LASTS, Registrations, State

CAPACITY = "Microsoft.Capacity"
#: Every namespace that this sandbox knows: its resource types, and whether a subscription begins with it.
NAMESPACES: Mapping[str, tuple[tuple[str, ...], bool]] = {
    "Microsoft.Authorization": (("roleAssignments", "roleDefinitions"), True),
    "Microsoft.BillingBenefits": (("savingsPlanOrders", "reservationOrderAliases"), False),
    CAPACITY: (("reservationOrders", "catalogs", "appliedReservations"), False),
    "Microsoft.Compute": (("virtualMachines", "skus"), True),
    "Microsoft.Consumption": (("reservationSummaries", "reservationRecommendations"), False),
    "Microsoft.CostManagement": (("benefitRecommendations", "query"), False),
    "Microsoft.Insights": (("metrics", "eventtypes"), True),
    "Microsoft.Network": (("networkInterfaces",), True),
    "Microsoft.Resources": (("resourceGroups", "subscriptions"), True),
    "Microsoft.SQL": (("servers",), False),
    "Microsoft.Storage": (("storageAccounts",), True),
}


@dataclass(slots=True)
class ProviderState:
    """When a registration was asked for: subscription/namespace in lower case -> instant."""

    asked: dict[str, datetime] = field(default_factory=dict)


def namespace_of(text: str) -> str | None:
    """The namespace as Azure spells it, or None for one that does not exist."""
    return next((name for name in NAMESPACES if name.lower() == text.lower()), None)


class Providers:
    """Which providers the Azure subscriptions of a world have."""

    def __init__(self, state: ProviderState, registrations: Registrations) -> None:
        self._state = state
        self._registrations = registrations

    def state(self, held: Subscription, azure: AzureSubscription, namespace: str, now: datetime) -> State:
        """The state as a caller sees it; a look at a running registration brings it closer to its end."""
        if namespace == CAPACITY:
            return self._registrations.look(held, now)
        if NAMESPACES[namespace][1]:
            return "Registered"
        since = self._state.asked.get(_key(azure, namespace))
        if since is None:
            return "NotRegistered"
        return "Registered" if now - since >= LASTS else "Registering"

    def is_registered(
        self, held: Subscription, azure: AzureSubscription, namespace: str, now: datetime
    ) -> bool:
        """Whether it is registered now; unlike a look, this changes nothing."""
        if namespace == CAPACITY:
            return self._registrations.is_registered(held, now)
        return self.state(held, azure, namespace, now) == "Registered"

    def register(self, held: Subscription, azure: AzureSubscription, namespace: str, now: datetime) -> None:
        """Asks for a registration; asking again does no harm."""
        if namespace == CAPACITY:
            self._registrations.ask(held, now)
        elif not NAMESPACES[namespace][1]:
            self._state.asked.setdefault(_key(azure, namespace), now)


def _key(azure: AzureSubscription, namespace: str) -> str:
    return f"{azure.id}/{namespace.lower()}"
