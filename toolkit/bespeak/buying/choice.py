"""What a person has put into the form, as raw text; reading a number out of it says what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from bespeak.buying.quote import Quote, quote
from bespeak.catalogue import PriceBook
from bespeak.customers import CustomerDetails
from bespeak.errors import InputError

#: More digits than any limit of Microsoft's has.
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """The fields of the form; nothing is checked here (see ``blockers``)."""

    azure_subscription_id: str = ""
    size: str = ""
    region: str = ""
    term: str = ""
    quantity: str | int = ""
    scope: str = "shared"
    billing: str = "one_time"
    friendly_name: str = ""
    margin_percent: str | Decimal = "0"


def read_quantity(raw: str | int) -> int:
    """The whole number from 1 on that the text is; raises ``InputError`` that says what it is instead.

    >>> read_quantity(" 4 ")
    4
    """
    text = str(raw).strip()
    if not isinstance(raw, bool) and re.fullmatch(rf"[0-9]{{1,{_DIGITS}}}", text) and int(text) > 0:
        return int(text)
    raise InputError(_not_a_quantity(text), "Type a whole number from 1 on, without separators.")


def read_margin(raw: str | Decimal) -> Decimal:
    """The margin in per cent of the sell price, from 0 to below 100; raises ``InputError`` for anything else.

    >>> read_margin("12.5")
    Decimal('12.5')
    """
    text = str(raw).strip()
    if re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,4})?", text):
        return Decimal(text)
    raise InputError(
        f"'{text[:20]}' is not a margin.", "Type a number from 0 to below 100, with a point before decimals."
    )


def quote_choice(choice: Choice, details: CustomerDetails, prices: PriceBook) -> Quote:
    """The quote for a filled form; raises ``InputError`` or ``MissingError`` for the first thing that is wrong."""
    return quote(
        details,
        prices,
        azure_subscription_id=choice.azure_subscription_id,
        size=choice.size,
        region=choice.region,
        term=choice.term,
        quantity=read_quantity(choice.quantity),
        scope=choice.scope,
        billing=choice.billing,
        margin_percent=read_margin(choice.margin_percent),
    )


def _not_a_quantity(text: str) -> str:
    if not text:
        return "There is no quantity yet."
    if re.fullmatch(r"-[0-9.,]+", text):
        return f"The quantity {text[:20]} is negative."
    if re.fullmatch(r"0+", text):
        return "The quantity is 0: that buys nothing."
    if re.fullmatch(r"[0-9]+[.,][0-9]+", text):
        return f"The quantity {text[:20]} is not a whole number."
    if re.fullmatch(r"[0-9]+", text):
        return f"The quantity {text[:20]}... is too large."
    return f"The quantity '{text[:20]}' is not a number."
