"""Registration of a subscription for reservations: not registered, registering, registered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bespeak.sandbox.estate import Subscription

State = Literal["NotRegistered", "Registering", "Registered"]

#: Registering ends after this many looks at the status, or after this long. Microsoft does not say how long it takes.
LOOKS = 2
LASTS = timedelta(minutes=5)


@dataclass(slots=True)
class RegistrationState:
    """What was registered since the world began, and what was asked for: when, and how often it was looked at."""

    registered: list[str] = field(default_factory=list)
    asked: dict[str, tuple[datetime, int]] = field(default_factory=dict)


class Registrations:
    """Which subscriptions are registered, and which were asked to be."""

    def __init__(self, state: RegistrationState) -> None:
        self._state = state

    def ask(self, subscription: Subscription, now: datetime) -> None:
        """Starts a registration; asking again does no harm."""
        if not self.is_registered(subscription, now):
            self._state.asked.setdefault(subscription.id, (now, 0))

    def look(self, subscription: Subscription, now: datetime) -> State:
        """The state as a caller sees it; each look brings a running registration closer to its end."""
        if subscription.id in self._state.asked and not self.is_registered(subscription, now):
            since, looks = self._state.asked[subscription.id]
            self._state.asked[subscription.id] = (since, looks + 1)
            return "Registered" if self.is_registered(subscription, now) else "Registering"
        return "Registered" if self.is_registered(subscription, now) else "NotRegistered"

    def is_registered(self, subscription: Subscription, now: datetime) -> bool:
        """Whether reservations may be bought for it now."""
        if subscription.registered or subscription.id in self._state.registered:
            return True
        since, looks = self._state.asked.get(subscription.id, (now, 0))
        return looks >= LOOKS or now - since >= LASTS
