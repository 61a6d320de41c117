"""Checks of what is installed: versions and parts. Pure."""

from __future__ import annotations

from bespeak.doctor.check import Check
from bespeak.doctor.facts import Facts, Version


def versions(facts: Facts) -> Check:
    """The versions, and those that are below the lowest good one."""
    told = ", ".join(f"{one.name} {one.found or 'missing'}" for one in facts.versions)
    low = [one for one in facts.versions if is_below(one)]
    if not low:
        return Check("Versions", "ok", f"{told}.")
    wanted = ", ".join(f"{one.name} {one.floor}" for one in low)
    return Check(
        "Versions", "fail", f"{told}.", f"Holes that are known were closed in {wanted}: install it or newer."
    )


def parts(facts: Facts) -> Check:
    """Whether widgets and the data that come with the toolkit are there."""
    if facts.missing_parts:
        return Check("Parts", "fail", f"Missing: {', '.join(facts.missing_parts)}.", "Install bespeak again.")
    return Check("Parts", "ok", "Widgets and sample data are there.")


def is_below(version: Version) -> bool:
    """Whether the version is lower than its floor; a part that is missing is.

    >>> is_below(Version("jupyterlab", "4.6.1", "4.6.2")), is_below(Version("jupyterlab", "4.10", "4.6.2"))
    (True, False)
    """
    return bool(version.floor) and _numbers(version.found) < _numbers(version.floor)


def _numbers(version: str) -> tuple[int, ...]:
    heads = (part.partition("+")[0] for part in version.split("."))
    return tuple(int("".join(filter(str.isdecimal, head)) or 0) for head in heads if head)
