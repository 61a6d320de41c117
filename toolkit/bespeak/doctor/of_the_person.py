"""Checks of who is signed in: name, roles, second factor, where the sign-in is kept. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bespeak.doctor.check import Check
from bespeak.doctor.facts import Facts, Held

#: No read needs the right to buy; prices take the same two roles (partner security roles, 2021; prices, 2026).
_BUYING = "Prices take the roles that buying takes (Admin or Sales agent); no read asks whether you may buy."

_NEEDED = ("look customers up", "read prices")

_SIGN_IN = "Turn multifactor authentication on for your account, then sign out and in again."


def person(facts: Facts) -> Check:
    """Who is signed in, and in which tenant."""
    who = facts.person
    if who is None:
        return Check("Person", "fail", facts.nobody or "Nobody is signed in.")
    kind = "the application " if who.is_app else ""
    return Check("Person", "ok", f"You are {kind}{who.name}, in the tenant {who.tenant_id}.")


def roles(facts: Facts) -> Check:
    """What the signed-in person may do, as far as harmless reads can tell."""
    if not facts.held:
        return Check("Roles", "not asked", "Nobody is signed in whose roles could be asked for.")
    may = [held for held in facts.held if held.answer == "allowed"]
    not_for = [held for held in facts.held if held.answer == "refused"]
    unknown = [held for held in facts.held if held.answer == "unknown"]
    told = f"You may {_and(may)}." if may else "You may do nothing of what was asked."
    if not_for:
        told += f" You may not {_and(not_for)}."
    if unknown:
        told += f" Not told: {_and(unknown)} ({unknown[0].said})."
    lacking = next((held for held in not_for if held.what in _NEEDED), None)
    if lacking is not None:
        step = f"To {lacking.what} takes {lacking.roles}; buying takes Admin or Sales agent."
        return Check("Roles", "fail", told, step)
    if unknown:
        return Check("Roles", "warn", told, "Run it again later.")
    return Check("Roles", "ok", f"{told} {_BUYING}")


def second_factor(facts: Facts) -> Check:
    """Whether the sign-in had a second factor, by the token and by Partner Center's own word."""
    name, who = "Second factor", facts.person
    if who is None:
        return Check(name, "not asked", "Nobody is signed in.")
    if who.is_app:
        return Check(name, "ok", "An application has no second factor and needs none.")
    told = facts.second_factor if facts.second_factor is not None else who.second_factor
    if told:
        return Check(
            name, "ok", "It was there; Partner Center asks for it on every call of a person since 2026-04-01."
        )
    if told is None:
        return Check(
            name, "warn", "Neither the token nor Partner Center says whether it was there.", _SIGN_IN
        )
    return Check(
        name,
        "fail",
        "The sign-in had none, and Partner Center refuses such calls since 2026-04-01.",
        _SIGN_IN,
    )


def key_store(facts: Facts) -> Check:
    """Whether the system can keep a sign-in encrypted, and what it means if it cannot."""
    if facts.key_store is None:
        told = facts.key_store_said or f"The world {facts.world} keeps no sign-in."
        return Check("Key store", "not asked", told)
    if facts.key_store:
        return Check("Key store", "ok", "The system keeps your sign-in encrypted.")
    step = "Nothing is lost; to be asked less often, set up the system's key store (libsecret on Linux)."
    told = "The system has no key store that can be used, so nothing is kept and you sign in again in each kernel."
    return Check("Key store", "warn", told, step)


def _and(held: Iterable[Held]) -> str:
    *first, last = [one.what for one in held]
    return f"{', '.join(first)} and {last}" if first else last
