"""Sign-ins by a device code that wait for somebody to enter the code; in memory only, they live for minutes."""

from __future__ import annotations

from dataclasses import dataclass, field

from bespeak.sandbox.roles import Principal


@dataclass(slots=True)
class Device:
    """One sign-in that waits: until which real second, and who approved it or that somebody said no."""

    ends: float
    principal: Principal | None = None
    mfa: bool = True
    declined: bool = False


@dataclass(slots=True)
class Devices:
    """The sign-ins that wait, by the code that a person enters."""

    waiting: dict[str, Device] = field(default_factory=dict)

    def begin(self, user_code: str, ends: float, now: float) -> None:
        """Adds one and forgets those that ended."""
        self.waiting = {code: one for code, one in self.waiting.items() if one.ends > now}
        self.waiting[user_code] = Device(ends)

    def of(self, user_code: str, now: float) -> Device | None:
        """The one that waits under this code; None for a code that is none or has ended."""
        found = self.waiting.get(user_code.strip().upper())
        return found if found and found.ends > now else None
