"""The invoices for legacy Azure (MS-AZR-0145P): ``Recurring``, one a month, usage at list price."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from bespeak.sandbox.ids import counted36
from bespeak.sandbox.invoices import USD, Invoice, billed_months, issued, next_month
from bespeak.sandbox.rated import RatedLine
from bespeak.sandbox.usage_lines import UsageBook


class LegacyInvoices:
    """All documents for legacy Azure; there are none for months in which nobody used any."""

    def __init__(self, usage: UsageBook) -> None:
        self._usage = usage

    def all(self, now: datetime) -> list[Invoice]:
        """Every document that is there, newest first."""
        made = [self._document(month) for month in billed_months(now)]
        return [one for one in reversed(made) if one.usage]

    def find(self, invoice_id: str, now: datetime) -> Invoice | None:
        """A document by its id in any case, with or without the prefix of its type."""
        wanted = invoice_id.upper().removeprefix("RECURRING-")
        month = next((one for one in billed_months(now) if _id(one) == wanted), None)
        found = self._document(month) if month else None
        return found if found and found.usage else None

    def lines(self, invoice: Invoice) -> list[RatedLine]:
        """The usage of its month, day by day."""
        return list(self._usage.between(invoice.month, next_month(invoice.month)).lines())

    def cost(self, line: RatedLine) -> Decimal:
        """What a line costs."""
        return self._usage.cost(line)

    def _document(self, month: datetime) -> Invoice:
        usage = self._usage.sums(month, next_month(month))
        return Invoice(
            _id(month), issued(month), month, USD, "invoice", charges=(), usage=usage, type="Recurring"
        )


def _id(month: datetime) -> str:
    """Ten characters, as ids of legacy invoices have."""
    return "D03000" + counted36((month.year - 2000) * 12 + month.month)
