"""All checks in turn, and their table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import astuple, fields

import pandas as pd

from bespeak.doctor import of_the_line, of_the_parts, of_the_person, of_the_world
from bespeak.doctor.check import Check
from bespeak.doctor.facts import Facts

#: Each check with its name, in the order in which a person would mend what is wrong; and whether a session is needed.
_CHECKS: tuple[tuple[str, Callable[[Facts], Check], bool], ...] = (
    ("World", of_the_world.world, False),
    ("Settings", of_the_world.settings, False),
    ("Folder", of_the_world.home, True),
    ("Person", of_the_person.person, True),
    ("Roles", of_the_person.roles, True),
    ("Second factor", of_the_person.second_factor, True),
    ("Clock", of_the_line.clock, True),
    ("Hosts", of_the_line.hosts, True),
    ("Proxy", of_the_line.proxies, False),
    ("Journal", of_the_world.journal, True),
    ("Limits", of_the_world.limits, True),
    ("Key store", of_the_person.key_store, False),
    ("Versions", of_the_parts.versions, False),
    ("Parts", of_the_parts.parts, False),
)


def examine(facts: Facts) -> tuple[Check, ...]:
    """All checks; what needs a session is "not asked" without one."""
    return tuple(
        Check(name, "not asked", "There is no session to ask it of.")
        if needs_session and facts.no_session
        else check(facts)
        for name, check, needs_session in _CHECKS
    )


def as_table(checks: Iterable[Check]) -> pd.DataFrame:
    """The checks as a table: name, state, finding, next_step."""
    return pd.DataFrame([astuple(check) for check in checks], columns=[one.name for one in fields(Check)])
