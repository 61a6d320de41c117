"""Price rows on their way into a price book: read with care, set aside with a reason, one left for each key."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from bespeak.catalogue.price_book import PriceBook
from bespeak.errors import InputError
from bespeak.tables import PAYG_PRICES, RESERVATION_PRICES

K = TypeVar("K", bound=Hashable)

HourlyKey = tuple[str, str]
TermKey = tuple[str, str, str]


class Unusable(Exception):  # noqa: N818 - it never leaves the room: it carries the reason why a row is set aside
    """A row cannot be used; the text is the reason, the same for all rows like it."""


@dataclass(frozen=True, slots=True)
class Price(Generic[K]):
    """One price for a key; of several the named one wins over an inherited one, then the one that starts latest."""

    key: K
    amount: Decimal
    currency: str
    starts: date = date.min
    named: bool = True
    product_id: str = ""
    sku_id: str = ""


def read_amount(value: object) -> Decimal:
    """An exact positive amount from a text or a Decimal; a float has lost its exactness and is refused."""
    if not isinstance(value, str | Decimal | int):
        raise Unusable("the price is not an exact number")
    try:
        amount = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        raise Unusable("the price is not an exact number") from None
    if not amount.is_finite() or amount <= 0:
        raise Unusable("the price is not positive")
    return amount


def read_currency(value: str) -> str:
    """A currency code in capitals."""
    code = value.strip().upper()
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise Unusable("the currency is not a code of three letters")
    return code


def hours_of_unit(unit: str) -> int:
    """How many hours a unit of measure holds: 1 for "1 Hour", 100 for "100 Hours"."""
    match = re.fullmatch(r"(\d*)\s*(?:hours?|hrs?)", unit.strip().lower())
    hours = int(match[1] or 1) if match else 0
    if not hours:
        raise Unusable("the unit is not hours")
    return hours


def read_day(value: str) -> date | None:
    """The day that a price sheet's time stamp names, or None for an empty one."""
    text = value.strip()
    if not text:
        return None
    for pattern in ("%m/%d/%Y", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day without a time zone is meant
        except ValueError:
            continue
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise Unusable("a date cannot be read") from None


def valid_from(starts: str, ends: str, as_of: date) -> date:
    """The first day of a price that holds on ``as_of``."""
    first, last = read_day(starts), read_day(ends)
    if (first is not None and first > as_of) or (last is not None and last < as_of):
        raise Unusable("the price does not hold on the date")
    return first or date.min


def one_for_each(prices: Iterable[Price[K]], set_aside: Counter[str]) -> list[Price[K]]:
    """The prices with one left for each key; a key with two different equal claims has no price."""
    best: dict[K, list[Price[K]]] = {}
    for price in prices:
        held = best.setdefault(price.key, [price])
        if _claim(price) > _claim(held[0]):
            best[price.key] = [price]
        elif _claim(price) == _claim(held[0]) and price is not held[0]:
            held.append(price)
    kept = [held[0] for held in best.values() if _agree(held)]
    set_aside["two different prices for one thing"] += sum(
        len(held) for held in best.values() if not _agree(held)
    )
    return kept


def _claim(price: Price[Any]) -> tuple[bool, date]:
    return (price.named, price.starts)


def _agree(held: Sequence[Price[Any]]) -> bool:
    return len({(price.amount, price.currency) for price in held}) == 1


def make_book(
    hourly: Iterable[Price[HourlyKey]],
    totals: Iterable[Price[TermKey]],
    *,
    as_of: date,
    source: str,
    set_aside: Counter[str],
) -> PriceBook:
    """The price book of these prices; raises ``InputError`` when they are not in one currency."""
    kept, bought = one_for_each(hourly, set_aside), one_for_each(totals, set_aside)
    currencies = {price.currency for price in kept} | {price.currency for price in bought}
    if len(currencies) != 1:
        found = " and ".join(sorted(currencies)) or "no currency at all: no row could be used"
        raise InputError(f"A price book needs one currency; {source} has {found}.", _next_step(set_aside))
    return PriceBook(
        payg=PAYG_PRICES.frame(map(_hourly_row, sorted(kept, key=lambda price: price.key))),
        reservations=RESERVATION_PRICES.frame(map(_total_row, sorted(bought, key=lambda price: price.key))),
        currency=currencies.pop(),
        as_of=as_of,
        source=source,
        set_aside={reason: rows for reason, rows in sorted(set_aside.items()) if rows},
    )


def _next_step(set_aside: Counter[str]) -> str:
    reasons = ", ".join(f"{reason} ({rows} rows)" for reason, rows in set_aside.most_common(3) if rows)
    return f"Set aside: {reasons}." if reasons else "Read the sheets of one market."


def _hourly_row(price: Price[HourlyKey]) -> Mapping[str, Any]:
    region, size = price.key
    return {"region": region, "size": size, "currency": price.currency, "per_hour": price.amount}


def _total_row(price: Price[TermKey]) -> Mapping[str, Any]:
    region, size, term = price.key
    return {
        "region": region,
        "size": size,
        "term": term,
        "currency": price.currency,
        "total": price.amount,
        "product_id": price.product_id,
        "sku_id": price.sku_id,
    }
