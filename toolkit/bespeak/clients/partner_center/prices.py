"""Price sheets and the legacy rate card; both are read as they are, the price book makes sense of them."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Literal

from bespeak.clients.call import Answer, Call
from bespeak.clients.ids import code
from bespeak.clients.reading import Item, having
from bespeak.errors import UnreadableError

#: The views of the price sheet host that matter here (Get a price sheet, 2026).
View = Literal["azure_consumption", "azure_reservations"]
_SHEET_LIMIT = 256 * 1024 * 1024
_NEXT = "Ask for the price sheet again."


def price_sheet(market: str, view: View) -> Call[list[dict[str, str]]]:
    """The rows of a current price sheet, each a column name to its text; for a signed-in user only.

    ``Accept-Encoding: deflate`` makes the stream a zip archive with one CSV (Get a price sheet, 2026); a plain CSV is
    read as well.
    """
    country = code(market, "country").upper()
    return Call(
        "read a price sheet",
        "price_sheets",
        "GET",
        f"/v1.0/sales/pricesheets(Market='{country}',PricesheetView='{view}')/$value",
        _read_sheet,
        {"timeline": "current"},
        headers={"Accept": "*/*", "Accept-Encoding": "deflate"},
        timeout_seconds=120.0,
    )


def rate_card(*, currency: str = "USD", region: str = "US") -> Call[Item]:
    """The Azure rate card for legacy subscriptions, with ``meters`` (Get prices for Microsoft Azure, 2021-03)."""
    params = {"currency": code(currency, "currency").upper(), "region": code(region, "country").upper()}
    return Call(
        "read the rate card",
        "partner_center",
        "GET",
        "/v1/ratecards/azure",
        lambda answer: having(answer, "meters", "currency"),
        params,
        timeout_seconds=120.0,
    )


def _read_sheet(answer: Answer) -> list[dict[str, str]]:
    """The rows; raises ``UnreadableError`` for an archive or a table that is broken."""
    text = _unzipped(answer.body) if answer.body[:2] == b"PK" else answer.body
    try:
        rows = csv.reader(io.StringIO(text.decode("utf-8-sig"), newline=""), strict=True)
        header = next(rows, [])
        listed = [row for row in rows if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableError("the price sheet is not a CSV table", _NEXT) from error
    if len(header) < 2 or len(set(header)) != len(header):  # noqa: PLR2004  # a table has columns
        raise UnreadableError("the price sheet has no row of column names", _NEXT)
    short = next((number for number, row in enumerate(listed, 2) if len(row) != len(header)), None)
    if short is not None:
        raise UnreadableError(
            f"row {short} of the price sheet has not as many fields as there are columns", _NEXT
        )
    return [dict(zip(header, row, strict=True)) for row in listed]


def _unzipped(body: bytes) -> bytes:
    """The only file of the archive, bounded in size."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            (name,) = archive.namelist()
            with archive.open(name) as member:
                text = member.read(_SHEET_LIMIT + 1)
    except (zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError, EOFError) as error:
        raise UnreadableError("the price sheet is not an archive with one file", _NEXT) from error
    if len(text) > _SHEET_LIMIT:
        raise UnreadableError(f"the price sheet is larger than {_SHEET_LIMIT >> 20} MiB", _NEXT)
    return text
