"""What is at stake in a purchase, said in sentences: world, total, scope, payments. It decides nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bespeak.buying.purchases import Purchase
from bespeak.buying.quote import Quote
from bespeak.catalogue import PriceBook, canonical_size, group_of, sizes
from bespeak.customers import CustomerDetails
from bespeak.errors import MissingError
from bespeak.money import Money
from bespeak.terms import (
    break_even,
    quota_sentence,
    scope_refusal,
    scopes_at_purchase,
    term_hours,
    term_label,
)
from bespeak.worlds import world as known_world

#: A new order may be missing from the list for so long (Purchase Azure reservations, Partner Center, 2021).
DOCUMENTED_LIST_LAG = timedelta(minutes=15)


def world_sentence(world: str) -> str:
    """What an order means in this world."""
    return known_world(world).orders


def total_sentence(quote: Quote, prices: PriceBook, world: str) -> str:
    """What the quote costs: in all, each, a month, and against pay-as-you-go when all machines run every hour."""
    what = f"{quote.quantity:,} x {quote.size} in {quote.region} for {term_label(quote.term)}"
    parts = f"{quote.unit} each, {quote.monthly} a month"
    cost = f"{what} cost {quote.total} in all ({parts}), {_against_payg(quote, prices)}"
    return f"{cost} (world: {world}, prices of {prices.as_of})."


def payments_sentence(quote: Quote) -> str:
    """When how much is charged; the total is the same either way (D-505)."""
    payments = quote.payments
    if len(payments) == 1:
        return f"One payment of {payments[0]}."
    least, most = min(payments), max(payments)
    if least.amount == most.amount:
        return f"{len(payments)} monthly payments of {most}, {quote.total} in all."
    return f"{len(payments)} monthly payments of {least} to {most}, {quote.total} in all."


def size_sentence(size: str) -> str:
    """What machine a size is, and what else a reservation of it covers; "" for a size that is not known."""
    name = canonical_size(size)
    if name is None:
        return ""
    row = sizes().set_index("size").loc[name]
    group, ratio = group_of(name)
    alone = group.startswith("size:")
    flexible = "no ratio is known: count on this size only" if alone else f"{group}, ratio {ratio:g}"
    return f"{row['vcpus']} vCPUs, {row['memory_gib']:g} GiB; {flexible}."


def scope_sentence(details: CustomerDetails, scope: str, on: date) -> str:
    """Which machines it covers and what the scope needs, or why there is no choice (D-446, D-512)."""
    if len(scopes_at_purchase(details.kind, on)) == 1:
        return scope_refusal(details.kind, "single", on)
    if scope == "single":
        covers = "Covers machines of the chosen Azure subscription only."
        return f"{covers} {quota_sentence(scope, on)}".strip()
    return "Covers machines of any Azure subscription of the customer."


def listed_from(bought_at: datetime) -> str:
    """From when on an order stands in Partner Center's list, in words; before that it is found by its id only."""
    return f"{bought_at + DOCUMENTED_LIST_LAG:%Y-%m-%d %H:%M} UTC"


def outcome_facts(purchase: Purchase) -> dict[str, str]:
    """What is known of a purchase: its state; of an order also its id, when it is listed, its reservation."""
    outcome = purchase.outcome
    facts: dict[str, str] = {"State": outcome.word}
    if outcome.order_id:
        listed = f"from {listed_from(purchase.at)} on"
        facts |= {"Order": outcome.order_id, "In Partner Center's order list": listed}
        facts["Reservation"] = outcome.reservation or "being made"
    if outcome.head:
        facts["Head of the journal"] = outcome.head
    return facts


def _against_payg(quote: Quote, prices: PriceBook) -> str:
    try:
        hourly = prices.payg_per_hour(quote.region, quote.size)
    except MissingError:
        return "and there is no pay-as-you-go price to compare it with"
    full = (hourly * (term_hours(quote.term) * quote.quantity)).rounded()
    return f"against {full} at pay-as-you-go when all run every hour; {_pays_from(quote, hourly)}"


def _pays_from(quote: Quote, hourly: Money) -> str:
    share = break_even(hourly, quote.unit, quote.term).utilisation
    return f"it pays from {share:.1%} use on" if share <= 1 else "it never pays"
