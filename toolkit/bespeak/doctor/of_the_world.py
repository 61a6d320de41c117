"""Checks of the world itself: which it is, its folder, its journal, its limits. Pure; nothing is asked here."""

from __future__ import annotations

from bespeak.doctor.check import Check, State
from bespeak.doctor.facts import Facts

_ROOM_WARN, _ROOM_FAIL = 500_000_000, 20_000_000

_MEGA = 1_000_000


def world(facts: Facts) -> Check:
    """Which world it is, and whether it can be worked in."""
    if facts.no_session:
        return Check("World", "fail", f"There is no session with {facts.world}: {facts.no_session}")
    told = f"{facts.world}, {facts.where} (instance {facts.instance})."
    if facts.locked:
        return Check("World", "ok", f"{told} Locked: {facts.locked}")
    return Check("World", "ok", f"{told} What changes something may be sent.")


def settings(facts: Facts) -> Check:
    """The settings file: which one, and what is wrong in which line."""
    if facts.settings is None:
        return Check("Settings", "not asked", f"The world {facts.world} has no settings file.")
    if facts.settings_wrong:
        return Check("Settings", "fail", facts.settings_wrong, "Mend the file; nothing was sent.")
    return Check("Settings", "ok", f"{facts.settings} is read to the last word.")


def home(facts: Facts) -> Check:
    """The folder of the journal: private, writable, with room on the disk."""
    found = facts.home
    if found is None:
        return Check("Folder", "not asked", "The folder of this world could not be looked at.")
    if not found.writable:
        step = "Make it writable for you alone; without it nothing can be bought."
        return Check("Folder", "fail", f"{found.path} cannot be written to.", step)
    if found.private is False:
        step = f"Close it: chmod 700 '{found.path}'."
        return Check("Folder", "fail", f"Others on this machine can open {found.path}.", step)
    room = f"{found.free_bytes / _MEGA:,.0f} MB are free."
    if found.free_bytes < _ROOM_WARN:
        state: State = "fail" if found.free_bytes < _ROOM_FAIL else "warn"
        return Check("Folder", state, f"{found.path}: only {room}", "Make room before you buy.")
    told = "yours alone, can be written to" if found.private else "can be written to"
    return Check("Folder", "ok", f"{found.path}: {told}; {room}")


def journal(facts: Facts) -> Check:
    """The purchase journal: does it open, is its chain whole, is a purchase open?"""
    found = facts.journal
    if found is None:
        return Check("Journal", "not asked", "The journal could not be looked for.")
    if found.wrong:
        return Check(
            "Journal", "fail", found.wrong, "Buying is locked here: 'bespeak journal verify' tells more."
        )
    if found.purchases is None:
        return Check("Journal", "ok", "There is none yet; the first purchase makes it.")
    told = f"{found.purchases} purchases, unchanged since they were written; head {found.head[:12]}."
    if found.open:
        step = "Do not buy them again: 'bespeak journal recover' looks at them."
        return Check("Journal", "warn", f"{told} {found.open} of them are open.", step)
    return Check("Journal", "ok", told)


def limits(facts: Facts) -> Check:
    """The limits file: none is a choice, an unreadable one locks buying."""
    if facts.limits_wrong:
        return Check("Limits", "fail", facts.limits_wrong, "Mend limits.toml; until then nothing is bought.")
    if facts.limits is None:
        return Check("Limits", "not asked", "The limits could not be looked for.")
    if facts.limits:
        return Check("Limits", "ok", f"limits.toml says: {facts.limits}.")
    if facts.world == "sandbox":
        return Check("Limits", "ok", "No limits are set; in the sandbox none are needed.")
    return Check(
        "Limits",
        "warn",
        "No limits are set: any amount may be bought.",
        "Write limits.toml into the folder above.",
    )
