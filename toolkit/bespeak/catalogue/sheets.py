"""A price book from Partner Center's price sheets: ``azure_consumption`` and ``azure_reservations``.

Columns are bound by their headers, whatever their order; columns that are not known are ignored.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, TypeVar

from bespeak.catalogue.meters import check_compute, meter_prices
from bespeak.catalogue.price_book import PriceBook
from bespeak.catalogue.price_rows import (
    HourlyKey,
    Price,
    TermKey,
    Unusable,
    make_book,
    read_amount,
    read_currency,
    valid_from,
)
from bespeak.catalogue.regions import canonical_region
from bespeak.catalogue.sizes import canonical_size
from bespeak.errors import TableError

SheetRow = Mapping[str, Any]
T = TypeVar("T")

_CONSUMPTION = ("skutitle", "producttitle", "meterregion", "unitofmeasure", "currency", "unitprice")
_RESERVATIONS = ("skutitle", "productid", "skuid", "currency", "unitprice")
_TITLE = re.compile(
    r"Reserved VM Instance, *(?P<size>[^,]+), *(?P<region>[^,]+), *(?P<years>\d+) Years?", re.IGNORECASE
)
_TERMS = {"1": "P1Y", "3": "P3Y"}


def price_book_from_sheets(
    consumption_rows: Iterable[SheetRow],
    reservation_rows: Iterable[SheetRow],
    *,
    as_of: date,
    source: str = "the price sheets",
) -> PriceBook:
    """The price book that holds on ``as_of``; rows that are no VM compute, or cannot be read, are counted by reason."""
    set_aside: Counter[str] = Counter()
    hourly = read_rows(consumption_rows, "consumption price sheet", _CONSUMPTION, _hourly(as_of), set_aside)
    totals = reservation_prices(reservation_rows, as_of, set_aside)
    return make_book(list(hourly), list(totals), as_of=as_of, source=source, set_aside=set_aside)


def reservation_prices(
    rows: Iterable[SheetRow], as_of: date, set_aside: Counter[str]
) -> Iterator[Price[TermKey]]:
    """The prices of VM reservations in the rows of an ``azure_reservations`` sheet, for the whole term."""
    return read_rows(rows, "reservation price sheet", _RESERVATIONS, _total(as_of), set_aside)


def read_rows(
    rows: Iterable[SheetRow],
    table: str,
    needed: tuple[str, ...],
    read: Callable[[dict[str, Any]], Iterable[T]],
    set_aside: Counter[str],
) -> Iterator[T]:
    """What ``read`` makes of each row under its folded headers; a row it cannot use is counted by reason."""
    for row in rows:
        bound = {_fold(header): "" if value is None else value for header, value in row.items()}
        for header in needed:
            if header not in bound:
                raise TableError(table, header, f"is missing; there are {', '.join(map(str, row))}.")
        try:
            yield from read(bound)
        except Unusable as reason:
            set_aside[str(reason)] += 1


def _fold(header: str) -> str:
    return re.sub(r"[^a-z]", "", str(header).lower())


def _hourly(as_of: date) -> Callable[[dict[str, Any]], Iterable[Price[HourlyKey]]]:
    def read(row: dict[str, Any]) -> Iterable[Price[HourlyKey]]:
        check_compute(row["producttitle"], row["skutitle"])
        if str(row.get("pricingtierrangemin", "")).strip() not in {"", "0", "0.0", "1"}:
            raise Unusable("the price is of a higher tier")
        return list(
            meter_prices(
                name=row["skutitle"],
                region=row["meterregion"],
                unit=row["unitofmeasure"],
                amount=read_amount(row["unitprice"]),
                currency=read_currency(row["currency"]),
                starts=_valid_from(row, as_of),
            )
        )

    return read


def _total(as_of: date) -> Callable[[dict[str, Any]], Iterable[Price[TermKey]]]:
    def read(row: dict[str, Any]) -> Iterable[Price[TermKey]]:
        return [
            Price(
                _term_key(row),
                read_amount(row["unitprice"]),
                read_currency(row["currency"]),
                _valid_from(row, as_of),
                product_id=row["productid"].strip(),
                sku_id=row["skuid"].strip(),
            )
        ]

    return read


def _term_key(row: dict[str, Any]) -> TermKey:
    match = _TITLE.fullmatch(row["skutitle"].strip())
    if match is None:
        raise Unusable("the reservation is not of a virtual machine")
    term = _TERMS.get(match["years"])
    if term is None or (row.get("termduration") or term).strip().upper() != term:
        raise Unusable("the term is neither one nor three years, or the row contradicts itself")
    size, region = canonical_size(match["size"]), canonical_region(match["region"])
    if size is None:
        raise Unusable("the size is in no table")
    if region is None:
        raise Unusable("the region is in no table")
    return region, size, term


def _valid_from(row: dict[str, Any], as_of: date) -> date:
    return valid_from(row.get("effectivestartdate") or "", row.get("effectiveenddate") or "", as_of)
