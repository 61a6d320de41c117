"""Sales markets of the CSP programme: which sales region and billing currency a country has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from bespeak.catalogue.files import reference_rows
from bespeak.errors import MissingError


@dataclass(frozen=True, slots=True)
class SalesMarket:
    """A country (ISO 3166 code) with its CSP sales region; ``currency`` is None where no page names it.

    A partner sells only inside its own sales region. (Partner Center documentation, 2021-04-15.)
    """

    country: str
    name: str
    csp_region: str
    currency: str | None


def market(country: str) -> SalesMarket:
    """The sales market of a country code in any case; raises ``MissingError`` for one that is not listed.

    >>> market("pl").currency
    'EUR'
    """
    try:
        return _markets()[country.strip().upper()]
    except KeyError:
        raise MissingError(
            f"There is no CSP market with the country code '{country}'.",
            "Use a code of two letters such as US.",
        ) from None


@cache
def _markets() -> dict[str, SalesMarket]:
    return {
        row["country"]: SalesMarket(row["country"], row["name"], row["csp_region"], row["currency"] or None)
        for row in reference_rows("markets.csv")
    }
