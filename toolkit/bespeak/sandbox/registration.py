"""Registration of a subscription for reservations: not registered, registering, registered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from bespeak.sandbox.estate import Estate, Subscription

State = Literal["NotRegistered", "Registering", "Registered"]

#: Registering ends after this many looks at the status, or after this long. Microsoft does not say how long it takes.
LOOKS = 2
LASTS = timedelta(minutes=5)


class Registrations:
    """Which subscriptions are registered, and which were asked to be."""

    def __init__(self, estate: Estate) -> None:
        self._registered = {held.id for held in estate.subscriptions.values() if held.registered}
        self._asked: dict[str, tuple[datetime, int]] = {}

    def ask(self, subscription: Subscription, now: datetime) -> None:
        """Starts a registration; asking again does no harm."""
        if subscription.id not in self._registered:
            self._asked.setdefault(subscription.id, (now, 0))

    def look(self, subscription: Subscription, now: datetime) -> State:
        """The state as a caller sees it; each look brings a running registration closer to its end."""
        if subscription.id in self._asked and not self.is_registered(subscription, now):
            since, looks = self._asked[subscription.id]
            self._asked[subscription.id] = (since, looks + 1)
            return "Registered" if self.is_registered(subscription, now) else "Registering"
        return "Registered" if self.is_registered(subscription, now) else "NotRegistered"

    def is_registered(self, subscription: Subscription, now: datetime) -> bool:
        """Whether reservations may be bought for it now."""
        since, looks = self._asked.get(subscription.id, (now, 0))
        if looks >= LOOKS or now - since >= LASTS:
            self._registered.add(subscription.id)
        return subscription.id in self._registered
