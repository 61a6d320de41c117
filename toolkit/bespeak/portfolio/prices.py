"""Prices of each market and kind of customer, read once."""

from __future__ import annotations

import hashlib
import threading
from datetime import date

import pandas as pd

from bespeak.buying import read_prices
from bespeak.catalogue import PriceBook
from bespeak.clients.session import Session
from bespeak.customers import CustomerDetails
from bespeak.customers.details import Kind
from bespeak.errors import BespeakError, InputError, MissingError, RefusedError, UnreadableError
from bespeak.portfolio.kept import Kept
from bespeak.tables import AZURE_SUBSCRIPTIONS, SUBSCRIPTIONS

#: What stands between a market and its prices; everything else says nothing of the market.
NO_PRICES = (InputError, MissingError, RefusedError, UnreadableError)


class Prices:
    """Price books by country and kind of customer, each read once, by the first of all threads that asks.

    What tells a book from another is kept by day, so that on the same day nobody has to read it to know it again.
    """

    def __init__(self, session: Session, kept: Kept) -> None:
        self._session = session
        self._kept = kept
        self._lock = threading.Lock()
        self._books: dict[tuple[str, str], PriceBook | BespeakError] = {}
        self._marks = kept.price_marks()

    def book(self, country: str, kind: Kind, currency: str | None) -> PriceBook:
        """The prices of such customers; raises ``MissingError`` where reservations are not sold.

        A refusal is remembered too: it is raised again without asking, until ``forget``.
        """
        with self._lock:
            found = self._books.get((country, kind))
            if found is None:
                found = self._books[country, kind] = self._read(country, kind, currency)
        if isinstance(found, BespeakError):
            raise found
        return found

    def known_mark(self, country: str, kind: Kind, on: date) -> str:
        """A word that tells the prices of that day from all others; "" when they were not read on that day."""
        day, mark = self._marks.get(_key(country, kind), ("", ""))
        return mark if day == str(on) else ""

    def mark(self, country: str, kind: Kind, currency: str | None, on: date) -> str:
        """The same word; the prices are read when none is known for the day. What stands in the way is one too."""
        known = self.known_mark(country, kind, on)
        if known:
            return known
        try:
            mark = _digest(self.book(country, kind, currency))
        except NO_PRICES as error:
            return str(error)
        with self._lock:
            self._marks[_key(country, kind)] = [str(on), mark]
            self._kept.keep_price_marks(self._marks)
        return mark

    def forget(self) -> None:
        """Lets all prices be read again."""
        with self._lock:
            self._books.clear()
            self._marks.clear()

    def _read(self, country: str, kind: Kind, currency: str | None) -> PriceBook | BespeakError:
        try:
            return read_prices(self._session, _anybody(country, kind, currency))
        except NO_PRICES as error:
            return error


def _anybody(country: str, kind: Kind, currency: str | None) -> CustomerDetails:
    """Some customer of the market: prices depend on nothing else of it."""
    return CustomerDetails(
        customer_id="",
        name=f"a customer in {country}" if country else "a customer",
        domain="",
        country=country,
        currency=currency,
        relationship="",
        kind=kind,
        subscriptions=SUBSCRIPTIONS.frame([]),
        azure_subscriptions=AZURE_SUBSCRIPTIONS.frame([]),
        agreement_signed=None,
    )


def _key(country: str, kind: str) -> str:
    return f"{country} {kind}"


def _digest(book: PriceBook) -> str:
    hours, terms = _text(book.payg, "per_hour"), _text(book.reservations, "total", "term")
    return hashlib.blake2b(f"{book.currency}\n{hours}\n{terms}".encode(), digest_size=16).hexdigest()


def _text(table: pd.DataFrame, *more: str) -> str:
    columns = [table[name].astype(str) for name in ("region", "size", *more)]
    return "\n".join(sorted("\t".join(row) for row in zip(*columns, strict=True)))
