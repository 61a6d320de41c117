"""The page of all customers in words: the figures above the table, how many are shown, why one deserves a look."""

from __future__ import annotations

from bespeak import CustomerDetails, PortfolioView, Refreshed, Tile, markup, portfolio_tiles
from bespeak_widgets.look import heading


def tiles(view: PortfolioView) -> markup.Markup:
    """The figures above the table, money by currency."""
    return markup.tag("dl", *(_tile(tile) for tile in portfolio_tiles(view)), class_="tiles")


def _tile(tile: Tile) -> markup.Markup:
    """A figure; the commas between its amounts are for those who hear it, the page has a line for each."""
    comma = markup.tag("span", ", ", class_="unseen")
    lines = [
        markup.tag("span", value, comma if place else "", class_="value")
        for place, value in enumerate(reversed(tile.values))
    ]
    below = [markup.tag("span", " ", tile.below, class_="below")] if tile.below else []
    return markup.tag("div", markup.tag("dt", tile.name), markup.tag("dd", *reversed(lines), *below))


def counted(view: PortfolioView, shown: int, typed: str) -> str:
    """How many customers are shown of how many, and for which day."""
    everybody = len(view.table)
    if not everybody:
        return "There are no customers yet."
    if not shown:
        return f"0 of {everybody:,} customers have '{typed}' in their name, domain or tenant id. Type less of it."
    which = f"{everybody:,} customers" if shown == everybody else f"{shown:,} of {everybody:,} customers"
    if view.table["known_until"].isna().all():
        return (
            f"{which} on {view.as_of:%Y-%m-%d}; no usage is kept on this machine yet: 'Read usage' reads it"
        )
    return f"{which} on {view.as_of:%Y-%m-%d}; money and use of 30 days; Enter or a click opens one"


def opened(view: PortfolioView, details: CustomerDetails) -> markup.Markup:
    """The customer's name, and why it deserves a look."""
    rows = view.table[view.table["customer_id"] == details.customer_id]
    reasons = list(rows["reasons"].iloc[0]) if len(rows) else []
    why_not = [text for text in rows["why_not"] if text]
    return markup.join(heading(details.name), markup.bullets([*why_not, *reasons]))


def came(found: Refreshed) -> markup.Markup:
    """How much usage came, and whose could not be read."""
    told = markup.tag("p", f"{found.records:,} usage records of {found.customers:,} customers came.")
    missed = markup.bullets(f"{left.customer}: {left.why}" for left in found.skipped)
    remarks = markup.bullets(found.remarks)
    return markup.join(
        told,
        *([markup.tag("h4", "Not read"), missed] if found.skipped else []),
        *([remarks] if found.remarks else []),
    )
