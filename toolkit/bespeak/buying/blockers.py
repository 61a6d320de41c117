"""Why not? Everything that speaks against buying what is in the form, as sentences; an empty list says "ready".

Pure: it looks at what has been read already and asks no service. The catalogue has the last word (``find_offer``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from bespeak.buying.choice import Choice, read_margin, read_quantity
from bespeak.buying.offer import DOCUMENTED_MAXIMUM, Sku
from bespeak.buying.plan import checked_name
from bespeak.buying.words import BILLING_WORDS, BILLINGS, SCOPES, TERMS
from bespeak.catalogue import PriceBook, canonical_region, canonical_size
from bespeak.customers import CustomerDetails, Light
from bespeak.errors import BespeakError
from bespeak.terms import closed_series, market_state, scope_refusal, term_label
from bespeak.terms.closing import not_reservable


def blockers(
    choice: Choice,
    details: CustomerDetails,
    lights: Sequence[Light],
    prices: PriceBook,
    as_of: date,
    *,
    sku: Sku | None = None,
) -> list[str]:
    """One sentence for each thing that must change before this can be bought, in the order of the form.

    ``sku`` is what the catalogue said about the size, where it has been asked; without it the documented limits hold.
    """
    by_field = blockers_by_field(choice, details, lights, prices, as_of, sku=sku)
    return list(dict.fromkeys(sentence for sentences in by_field.values() for sentence in sentences))


def blockers_by_field(
    choice: Choice,
    details: CustomerDetails,
    lights: Sequence[Light],
    prices: PriceBook,
    as_of: date,
    *,
    sku: Sku | None = None,
) -> dict[str, list[str]]:
    """The same sentences by what they are about: customer, price, or a field of ``Choice``; without those that fit."""
    found = {
        "customer": _customer(details, lights, as_of),
        "azure_subscription_id": _subscription(choice, details),
        "size": _size(choice, as_of),
        "region": _region(choice),
        "term": _term(choice, as_of),
        "quantity": _quantity(choice, sku),
        "scope": _scope(choice, details, as_of),
        "billing": _billing(choice, sku),
        "friendly_name": _name(choice),
        "margin_percent": _margin(choice),
        "price": _price(choice, details, prices),
    }
    listed = {name: list(sentences) for name, sentences in found.items()}
    return {name: sentences for name, sentences in listed.items() if sentences}


def _customer(details: CustomerDetails, lights: Sequence[Light], as_of: date) -> Iterator[str]:
    """What the customer itself lacks; a light says it where it has looked, the details otherwise."""
    blocked = {
        light.name: f"{light.finding} {light.next_step}".strip()
        for light in lights
        if light.state == "blocked"
    }
    if details.kind == "none":
        blocked.setdefault(
            "Subscription",
            f"{details.name} has neither an Azure plan nor an Azure subscription. Sell it an Azure plan first.",
        )
    if details.agreement_signed is False:
        blocked.setdefault(
            "Agreement",
            f"{details.name} has not accepted the Microsoft Customer Agreement. Confirm its acceptance first.",
        )
    market = _market(details, as_of)
    if market:
        blocked.setdefault("Market", market)
    # Registration belongs to one subscription, so the chosen one decides (see _subscription).
    yield from (sentence for name, sentence in blocked.items() if name != "Registration")


def _market(details: CustomerDetails, as_of: date) -> str:
    """Why reservations are not sold there, "" when they may be (D-640, D-641)."""
    if not details.country:
        return f"The country of {details.name} could not be read. Look at its address in Partner Center."
    told = market_state(details.country, as_of)
    return told.sentence if told.state == "closed" else ""


def _subscription(choice: Choice, details: CustomerDetails) -> Iterator[str]:
    if details.kind == "none":
        return
    wanted = choice.azure_subscription_id.strip().lower()
    if not wanted:
        yield "Choose the Azure subscription that the reservation is bought for."
        return
    table = details.azure_subscriptions
    chosen = table.loc[table["azure_subscription_id"].str.lower() == wanted]
    if chosen.empty:
        yield f"{details.name} has no Azure subscription {wanted}. Choose one of its Azure subscriptions."
        return
    yield from _inactive(chosen.iloc[0]["name"], chosen.iloc[0]["status"])
    yield from _registration(str(chosen.iloc[0]["subscription_id"]), details)


def _inactive(name: str, status: str) -> Iterator[str]:
    """A subscription that is not active cannot be billed (D-601; codes 800011 and 800012)."""
    if status != "active":
        yield f"The Azure subscription {name} is not active; its status is '{status}'. Choose an active one."


def _registration(subscription_id: str, details: CustomerDetails) -> Iterator[str]:
    table = details.subscriptions
    row = table.loc[table["subscription_id"].str.lower() == subscription_id.lower()]
    status = "" if row.empty else row.iloc[0]["registration"]
    if status == "registering":
        yield "The subscription is being registered for reservations. Wait a few minutes, then look again."
    elif status == "notregistered":
        yield "The subscription is not registered for reservations. Register it, then wait a few minutes."


def _size(choice: Choice, as_of: date) -> Iterator[str]:
    if not choice.size.strip():
        yield "Choose a VM size."
        return
    size = canonical_size(choice.size)
    if size is None:
        yield f"'{choice.size}' is not a known VM size. Write it like Standard_D2s_v5."
        return
    yield from filter(None, [not_reservable(size, as_of)])


def _region(choice: Choice) -> Iterator[str]:
    if not choice.region.strip():
        yield "Choose a region."
    elif canonical_region(choice.region) is None:
        yield f"'{choice.region}' is not a known Azure region. Write it like polandcentral."


def _term(choice: Choice, as_of: date) -> Iterator[str]:
    if choice.term not in TERMS:
        yield f"Choose a term: {' or '.join(term_label(term) for term in TERMS)}."
        return
    size = canonical_size(choice.size)
    if size is not None:
        yield from filter(None, [closed_series(size, choice.term, as_of)])


def _quantity(choice: Choice, sku: Sku | None) -> Iterator[str]:
    lowest, highest = (sku.minimum, sku.maximum) if sku else (1, DOCUMENTED_MAXIMUM)
    try:
        quantity = read_quantity(choice.quantity)
    except BespeakError as error:
        yield str(error)
        return
    if quantity > highest:
        yield f"The quantity {quantity:,} is above the limit of {highest:,} in one purchase. Lower it."
    if quantity < lowest:
        yield f"The quantity {quantity:,} is below the least of {lowest:,} in one purchase. Raise it."


def _scope(choice: Choice, details: CustomerDetails, as_of: date) -> Iterator[str]:
    if choice.scope not in SCOPES:
        yield "Choose a scope: shared or single."
        return
    refusal = scope_refusal(details.kind, choice.scope, as_of)
    if refusal:
        yield f"{refusal} Choose another scope."


def _billing(choice: Choice, sku: Sku | None) -> Iterator[str]:
    if choice.billing not in BILLINGS:
        yield f"Choose how it is paid: {' or '.join(BILLING_WORDS.values())}."
    elif sku is not None and choice.billing not in sku.billing_cycles:
        offered = " or ".join(BILLING_WORDS.get(cycle, cycle) for cycle in sku.billing_cycles)
        yield f"This size cannot be paid {BILLING_WORDS[choice.billing]}. The catalogue offers: {offered}."


def _name(choice: Choice) -> Iterator[str]:
    try:
        checked_name(choice.friendly_name)
    except BespeakError as error:
        yield str(error)


def _margin(choice: Choice) -> Iterator[str]:
    try:
        read_margin(choice.margin_percent)
    except BespeakError as error:
        yield str(error)


def _price(choice: Choice, details: CustomerDetails, prices: PriceBook) -> Iterator[str]:
    if details.currency and prices.currency != details.currency:
        yield (
            f"{details.name} is billed in {details.currency}, and these prices are in {prices.currency}. "
            "Read the prices for the customer's market."
        )
    size, region = canonical_size(choice.size), canonical_region(choice.region)
    if size is None or region is None or choice.term not in TERMS:
        return
    try:
        prices.reservation_total(region, size, choice.term)
    except BespeakError as error:
        yield str(error)
