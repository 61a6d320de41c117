"""What stands before a purchase, as lights: what was found, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from bespeak.catalogue import market
from bespeak.customers.details import CustomerDetails
from bespeak.errors import InputError, MissingError
from bespeak.terms import MarketState, legacy_offer, market_state

State = Literal["ready", "attention", "blocked", "unknown"]


@dataclass(frozen=True, slots=True)
class Light:
    """One thing to look at before a purchase; ``next_step`` is "" when nothing is to be done."""

    name: str
    state: State
    finding: str
    next_step: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.state}. {self.finding} {self.next_step}".rstrip()


def preflight(details: CustomerDetails, as_of: date) -> tuple[Light, ...]:
    """The lights of a customer on a day: Relationship, Agreement, Subscription, Market, Registration."""
    return (
        _relationship(details),
        _agreement(details),
        _subscription(details, as_of),
        _market(details, as_of),
        _registration(details),
    )


def _relationship(details: CustomerDetails) -> Light:
    if details.relationship == "reseller":
        return Light("Relationship", "ready", f"You are a reseller of {details.name}.")
    return Light(
        "Relationship",
        "blocked",
        f"You are no reseller of {details.name}; the relationship is '{details.relationship}'.",
        "Send the customer a relationship request in Partner Center and wait until it is accepted.",
    )


def _agreement(details: CustomerDetails) -> Light:
    """An Azure plan or reservation is sold only under the customer agreement (code 13605, 2021-03)."""
    if details.agreement_signed:
        return Light("Agreement", "ready", "The Microsoft Customer Agreement is accepted.")
    if details.agreement_signed is None:
        return Light(
            "Agreement",
            "unknown",
            "Whether the Microsoft Customer Agreement is accepted could not be read.",
            "Look at the customer's account page in Partner Center.",
        )
    return Light(
        "Agreement",
        "blocked",
        "The Microsoft Customer Agreement is not accepted; Microsoft would refuse the purchase.",
        "Confirm the acceptance in Partner Center, or let the customer sign directly.",
    )


def _subscription(details: CustomerDetails, as_of: date) -> Light:
    name, found = "Subscription", details.azure_subscriptions
    active = int((found["status"] == "active").sum())
    kind = {"azure_plan": "Azure plan", "legacy": "legacy Azure (MS-AZR-0145P)", "none": "none"}[details.kind]
    if details.kind == "none":
        step = "Buy an Azure plan for the customer in Partner Center first."
        return Light(name, "blocked", "There is no Azure plan and no legacy Azure subscription.", step)
    if not active:
        step = "Create or reactivate an Azure subscription first."
        return Light(name, "blocked", f"There is an {kind}, but no active Azure subscription.", step)
    told = f"{kind[0].upper()}{kind[1:]} with {active} active Azure subscription{'' if active == 1 else 's'}."
    if active < len(found):
        return Light(
            name, "attention", f"{told} {len(found) - active} more are not active.", "Choose an active one."
        )
    if details.kind == "legacy" and details.agreement_signed:
        return Light(name, "attention", f"{told} {legacy_offer(as_of)}", "Plan the move to an Azure plan.")
    return Light(name, "ready", told)


def _market(details: CustomerDetails, as_of: date) -> Light:
    """Where reservations are sold (D-640, D-641)."""
    try:
        told = market_state(details.country, as_of)
    except InputError:
        step = "Ask for delegated access to the customer, or look at its address in Partner Center."
        return Light("Market", "unknown", "The customer's country could not be read.", step)
    return _market_light(told)


def _market_light(told: MarketState) -> Light:
    if told.state == "open":
        return Light("Market", "ready", f"{_name(told.country)}: reservations are sold there.")
    if told.state == "closed":
        return Light("Market", "blocked", told.sentence, "Offer pay-as-you-go or another benefit instead.")
    return Light("Market", "attention", told.sentence, "Look whether the catalogue lists reservations there.")


def _name(country: str) -> str:
    try:
        return market(country).name
    except MissingError:
        return country


def _registration(details: CustomerDetails) -> Light:
    """Each subscription is registered once before its first reservation (Register a subscription, 2024)."""
    name = "Registration"
    known = details.subscriptions
    azure = known[(known["kind"] != "other") & (known["status"] == "active")]
    if azure.empty:
        return Light(
            name, "unknown", "There is no active subscription to register.", "See the light 'Subscription'."
        )
    states = azure["registration"].fillna("").tolist()
    missing = [label for label, state in zip(azure["name"], states, strict=True) if state == "notregistered"]
    if set(states) == {"registered"}:
        return Light(name, "ready", "Registered for reservations.")
    if missing:
        state: State = "attention" if "registered" in states else "blocked"
        return Light(
            name,
            state,
            f"Not registered for reservations: {', '.join(missing)}.",
            "Register it, then look again.",
        )
    if "registering" in states:
        return Light(name, "attention", "The registration is under way.", "Look again in a few minutes.")
    return Light(
        name,
        "unknown",
        "The registration could not be read.",
        "Look again; the catalogue says whether it is needed.",
    )
