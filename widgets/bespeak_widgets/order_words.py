"""The words of an order form that stand alone: for whom it is, and what it costs."""

from __future__ import annotations

from bespeak import CustomerDetails, Draft, markup
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
