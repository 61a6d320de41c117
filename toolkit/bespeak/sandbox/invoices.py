"""The invoices of the partner: one a month and currency for what is new commerce, and a note for what comes back later.

An invoice covers a calendar month and is there by the 8th of the next one (D-1236). Purchases of reservations are in
``OneTime`` invoices, together with the rated usage of Azure plans (Microsoft, *Invoice resources*, *Get invoice line
items*). A refund that is known before the invoice of its month is in that invoice; one that comes later makes an
adjustment note which amends it, the difference between the cancelled and the new invoice of D-812.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

from bespeak.sandbox.charges import Charge, charges
from bespeak.sandbox.holdings_book import Book
from bespeak.sandbox.rated_month import RatedMonth
from bespeak.sandbox.rules import invoice_day
from bespeak.sandbox.savings_plans import SavingsPlans
from bespeak.sandbox.switches import Switches
from bespeak.sandbox.usage_lines import Sums, UsageBook
from bespeak.sandbox.utilization import RECORDS_FROM

DocumentType = Literal["invoice", "adjustment_note"]
InvoiceType = Literal["OneTime", "Recurring"]
USD = "USD"


def month_start(instant: datetime) -> datetime:
    """The beginning of its month."""
    return datetime(instant.year, instant.month, 1, tzinfo=UTC)


def next_month(instant: datetime) -> datetime:
    """The beginning of the month after it."""
    return datetime(instant.year + instant.month // 12, instant.month % 12 + 1, 1, tzinfo=UTC)


def issued(month: datetime) -> datetime:
    """When the invoice of a month is there."""
    return next_month(month).replace(day=invoice_day())


def billed_months(now: datetime) -> Iterator[datetime]:
    """The months with records whose invoices are there."""
    month = month_start(RECORDS_FROM)
    while issued(month) <= now:
        yield month
        month = next_month(month)


@dataclass(frozen=True, slots=True)
class Invoice:
    """One document. ``usage`` holds the money of the rated lines by customer and subscription, ``charges`` the rest."""

    id: str
    date: datetime
    month: datetime
    currency: str
    kind: DocumentType
    charges: tuple[Charge, ...]
    usage: Sums = field(default_factory=dict)
    amends: str = ""
    amended_by: tuple[str, ...] = ()
    type: InvoiceType = "OneTime"

    @property
    def total(self) -> Decimal:
        """The sum of all its lines."""
        bought = sum((one.amount for one in self.charges), Decimal(0))
        return bought + sum(self.usage.values(), Decimal(0))


#: Month, currency, and the month in which it became known: the same month, or a later one for a note.
Place = tuple[datetime, str, datetime]


class Invoices:
    """All documents of one world that are there at an instant, newest first."""

    def __init__(
        self,
        book: Book,
        plans: SavingsPlans,
        usage: UsageBook,
        rates: Mapping[str, Decimal],
        switches: Switches,
    ) -> None:
        self._book = book
        self._plans = plans
        self._usage = usage
        self._rates = rates
        self._currencies = sorted(rates, key=lambda code: (code != USD, code))
        self._switches = switches

    @property
    def currency(self) -> str:
        """The currency in which the partner pays for usage; its prices are in US dollars."""
        asked = self._switches.billing_currency.upper()
        return asked if asked in self._rates else USD

    @property
    def rate(self) -> Decimal:
        """Units of that currency for one US dollar."""
        return self._rates[self.currency]

    def all(self, now: datetime) -> list[Invoice]:
        """Every document that is there."""
        places = self._places(now)
        made = [self._document(place, places) for place in places]
        return sorted(made, key=lambda one: (one.date, one.id), reverse=True)

    def find(self, invoice_id: str, now: datetime) -> Invoice | None:
        """A document by its id in any case, with or without the prefix of its type."""
        wanted = invoice_id.upper().removeprefix("ONETIME-")
        places = self._places(now)
        found = next((place for place in places if self._id(place) == wanted), None)
        return self._document(found, places) if found else None

    def usage_of(self, invoice: Invoice) -> RatedMonth | None:
        """The rated lines that it bills; None for a note and for another currency than that of the usage."""
        if not self._has_usage(invoice.kind, invoice.currency, invoice.month):
            return None
        return self._usage.between(invoice.month, next_month(invoice.month))

    def of_month(self, month: datetime, currency: str, now: datetime) -> list[Charge]:
        """The charges that belong to a month, billed or not, as far as they are known."""
        known = charges(self._book, now, self._plans)
        return [one for one in known if month_start(one.posted) == month and one.currency == currency]

    def _places(self, now: datetime) -> dict[Place, list[Charge]]:
        found: dict[Place, list[Charge]] = defaultdict(list)
        for month in billed_months(now):
            found[(month, self.currency, month)] = []
        for charge in charges(self._book, now, self._plans):
            posted = month_start(charge.posted)
            reported = posted if charge.at < issued(posted) else month_start(charge.at)
            if issued(reported) <= now:
                found[(posted, charge.currency, reported)].append(charge)
        return found

    def _document(self, place: Place, places: Mapping[Place, list[Charge]]) -> Invoice:
        month, currency, reported = place
        original, note = (month, currency, month), reported != month
        kind: DocumentType = "adjustment_note" if note else "invoice"
        billed = self._has_usage(kind, currency, month)
        return Invoice(
            id=self._id(place),
            date=issued(reported),
            month=month,
            currency=currency,
            kind=kind,
            charges=tuple(places[place]),
            usage=self._usage.sums(month, next_month(month), self.rate) if billed else {},
            amends=self._id(original) if note else "",
            amended_by=()
            if note
            else tuple(self._id(one) for one in sorted(places) if one[:2] == original[:2] and one != place),
        )

    def _has_usage(self, kind: DocumentType, currency: str, month: datetime) -> bool:
        recorded = month >= month_start(RECORDS_FROM)
        return recorded and kind == "invoice" and currency == self.currency

    def _id(self, place: Place) -> str:
        """``G`` and nine digits: the month, the currency, and by how many months a note is later."""
        month, currency, reported = place
        which = self._currencies.index(currency) if currency in self._currencies else len(self._currencies)
        return f"G{_number(month):04d}{which:02d}{_number(reported) - _number(month):03d}"


def _number(month: datetime) -> int:
    return (month.year - 2000) * 12 + month.month
