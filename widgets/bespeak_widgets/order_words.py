"""The words of an order form that stand alone: for whom it is, what it costs, what is at stake and charged."""

from __future__ import annotations

from bespeak import (
    Charge,
    CustomerDetails,
    Draft,
    PurchasePlan,
    charge_amounts,
    charge_sentence,
    markup,
    phrase_parts,
)
from bespeak_widgets.look import heading


def title(details: CustomerDetails | None) -> markup.Markup:
    """For whom the form is, and how that customer is billed."""
    if details is None:
        return heading("Reservation")
    kind = {
        "azure_plan": "Azure plan",
        "legacy": "legacy Azure subscription",
        "none": "no Azure subscription",
    }
    billed = f"{kind[details.kind]}, {details.country}, billed in {details.currency or 'an unknown currency'}"
    return markup.join(
        heading(f"Reservation for {details.name}"),
        markup.tag("p", f"{details.domain}; {billed}.", class_="faint"),
    )


def total(draft: Draft | None) -> markup.Markup:
    """The total of a draft in one figure and one sentence, with warnings; or when it will stand there."""
    if draft is None or draft.quote is None:
        return markup.tag(
            "p", "The total stands here once size, region, term and quantity are there.", class_="faint"
        )
    warned = markup.bullets(draft.warnings) if draft.warnings else markup.join()
    figure = markup.tag("p", str(draft.quote.total), class_="order-total")
    return markup.join(figure, markup.tag("p", draft.total), warned)


def stakes(plan: PurchasePlan) -> markup.Markup:
    """What will be bought: the parts of the phrase in its order, each with its name above it."""
    listed = markup.tag("div", markup.facts(phrase_parts(plan)), class_="order-phrase")
    return markup.join(markup.tag("h4", "What will be bought"), listed)


def charged(charge: Charge) -> markup.Markup:
    """What will be charged now, every month and in all; below it where the figures are from."""
    amounts = markup.tag("div", markup.facts(charge_amounts(charge)), class_="order-charge")
    told = markup.tag("p", charge_sentence(charge), class_="faint")
    return markup.join(markup.tag("h4", "Will be charged"), amounts, told)
