"""Checks of the line to the services: clock, hosts, proxies. Pure."""

from __future__ import annotations

from bespeak.doctor.check import Check
from bespeak.doctor.facts import Facts

#: A clock that is off by so many seconds is worth a word; by so many, sign-in and limits go wrong (tokens are taken
#: five minutes early and late: Microsoft identity platform, claims validation, 2024).
_CLOCK_WARN, _CLOCK_FAIL = 60.0, 300.0


def clock(facts: Facts) -> Check:
    """How far this machine's clock is off against the server's."""
    if facts.in_kernel:
        return Check(
            "Clock", "not asked", "The world is in this process; there is no other clock to compare with."
        )
    off = facts.ahead_seconds
    if off is None:
        return Check("Clock", "not asked", "No server said what time it is.")
    if abs(off) <= _CLOCK_WARN:
        return Check("Clock", "ok", f"This machine's clock agrees with the server's to {abs(off):.0f} s.")
    which = "ahead of" if off > 0 else "behind"
    told = f"This machine's clock is {_span(abs(off))} {which} the server's."
    step = "Set the clock, or turn on its synchronisation; tokens seem too old or too new otherwise."
    return Check("Clock", "fail" if abs(off) > _CLOCK_FAIL else "warn", told, step)


def hosts(facts: Facts) -> Check:
    """Whether each service is there: name, line, answer."""
    if facts.hosts is None:
        return Check("Hosts", "not asked", "There was nothing to ask.")
    if facts.in_kernel:
        return Check(
            "Hosts", "ok", f"All {len(facts.hosts)} services answer in this process; nothing leaves it."
        )
    away = {service: one for service, one in facts.hosts.items() if one.how_far != "answered"}
    if not away:
        names = ", ".join(sorted({one.host for one in facts.hosts.values()}))
        return Check("Hosts", "ok", f"All {len(facts.hosts)} services answer: {names}.")
    told = "; ".join(f"{service} at {one.host}: {one.how_far} ({one.said})" for service, one in away.items())
    return Check("Hosts", "fail", f"{told}.", _step_for({one.how_far for one in away.values()}))


def _step_for(ends: set[str]) -> str:
    if "not secure" in ends:
        return "Add your company's root certificate to the system's store; there is no switch that turns the check off."
    if "unknown name" in ends:
        return "Check the network and its name service, or the address in the settings."
    return "Check network, proxy and firewall."


def proxies(facts: Facts) -> Check:
    """Which proxy variables are set, and whether calls to this world use them."""
    found = facts.proxies
    if found is None:
        return Check("Proxy", "not asked", "The environment was not looked at.")
    if not found.names:
        return Check("Proxy", "ok", "No proxy is set in the environment.")
    names = ", ".join(found.names)
    if facts.world == "sandbox":
        return Check("Proxy", "ok", f"{names}: set, and never used for the sandbox on this machine.")
    if found.used:
        return Check("Proxy", "ok", f"{names}: set, and used for {facts.world}, as its settings say.")
    step = f"If {facts.world} can be reached by a proxy only, say so in its settings."
    return Check("Proxy", "warn", f"{names}: set, and not used for {facts.world}.", step)


def _span(seconds: float) -> str:
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.0f} h"  # noqa: PLR2004  # two hours
