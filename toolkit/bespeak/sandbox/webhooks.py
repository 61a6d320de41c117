"""The one registration for events of a partner (Microsoft, *Partner Center webhooks*); no event is ever sent.

The world reaches nobody: it listens on loopback and calls no address.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

#: The events that exist (partner-center-api 12.3); none is about reservations.
EVENTS = (
    "test-created",
    "subscription-updated",
    "invoice-ready",
    "usagerecords-thresholdExceeded",
    "referral-created",
    "referral-updated",
)


@dataclass(slots=True)
class WebhookState:
    """Where events shall go and which; nothing is registered while the address is empty."""

    url: str = ""
    events: list[str] = field(default_factory=list)
    #: Test events that were asked for: id -> when.
    tests: dict[str, datetime] = field(default_factory=dict)
