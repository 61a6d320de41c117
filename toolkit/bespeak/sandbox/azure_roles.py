"""The roles of Azure: which actions each one allows (Microsoft, *Azure built-in roles*)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from bespeak.sandbox.rules import azure_access, azure_roles


@dataclass(frozen=True, slots=True)
class AzureRole:
    """A role: patterns of actions that it allows and that it leaves out, and the scopes where it can be assigned.

    ``custom``: made by a customer, not by Microsoft.
    """

    id: str
    name: str
    description: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ("/",)
    custom: bool = False

    def allows(self, action: str) -> bool:
        """Whether the action is among its own."""
        return _matches(self.actions, action) and not _matches(self.not_actions, action)

    @property
    def buys(self) -> bool:
        """Whether it buys reservations (D-220, D-221); a custom role never does (D-225)."""
        return not self.custom and self.name in azure_access()["buyers"]

    @property
    def returns(self) -> bool:
        """Whether it returns and exchanges reservations (D-226)."""
        return not self.custom and self.name in azure_access()["returners"]


def _matches(patterns: Iterable[str], action: str) -> bool:
    return any(_pattern(pattern).fullmatch(action) for pattern in patterns)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text).replace(r"\*", ".*"), re.IGNORECASE)


@cache
def built_in() -> dict[str, AzureRole]:
    """Microsoft's roles by their id."""
    return {
        rule["id"]: AzureRole(
            rule["id"],
            rule["name"],
            rule["description"],
            tuple(rule["actions"]),
            tuple(rule["not_actions"]),
            tuple(rule["scopes"]),
        )
        for rule in azure_roles()
    }


def role_named(name: str) -> AzureRole:
    """The built-in role of this name."""
    return next(role for role in built_in().values() if role.name == name)
