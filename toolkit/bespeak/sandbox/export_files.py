"""The files of an export: compressed lines of JSON, cut into files of so many lines, behind an address that ends."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import quote

from bespeak.sandbox.catalogue import PLAN, Catalogue
from bespeak.sandbox.clock import instant_of, iso
from bespeak.sandbox.estate import Customer
from bespeak.sandbox.export_lines import Header, Value, purchase_line, rated_line
from bespeak.sandbox.exports import Export
from bespeak.sandbox.facts import Facts
from bespeak.sandbox.ids import guid
from bespeak.sandbox.invoices import Invoice, Invoices, month_start
from bespeak.sandbox.one_time_lines import OneTimeLine, of_charge, of_invoice
from bespeak.sandbox.rated import month_of
from bespeak.sandbox.rated_month import RatedMonth
from bespeak.sandbox.usage_lines import UsageBook

#: What a file may be asked with: read it, from a container, by this version of the storage service.
_SAS = "sv=2021-08-06&sr=c&sp=r"
_VERSION = "2021-08-06"


class ExportFiles:
    """Makes the lines of exports from what the world knows at the instant of the question."""

    def __init__(
        self,
        partner_id: str,
        invoices: Invoices,
        usage: UsageBook,
        facts: Facts,
        catalogue: Catalogue,
        customers: Mapping[str, Customer],
    ) -> None:
        self._partner_id = partner_id
        self._invoices = invoices
        self._usage = usage
        self._facts = facts
        self._catalogue = catalogue
        self._customers = customers

    def count(self, export: Export) -> int:
        """How many lines it holds."""
        if export.kind == "usage":
            rated = self._rated(export)
            return len(rated) if rated else 0
        return sum(1 for _ in self._purchases(export))

    def names(self, export: Export, lines: int, most: int) -> list[str]:
        """The names of its files."""
        files = range(-(-lines // most))
        return [f"part-{n:05d}-{guid('file', export.id, n)}.c000.json.gz" for n in files]

    def file(self, export: Export, number: int, most: int) -> bytes:
        """One file: lines of JSON, compressed; the same export gives the same bytes."""
        chosen = self._lines(export, number * most, most)
        text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in chosen)
        return gzip.compress(text.encode(), mtime=0)

    def _lines(self, export: Export, skip: int, size: int) -> Iterator[Mapping[str, Value]]:
        if export.kind == "usage":
            rated = self._rated(export)
            head, full = self._header(export), export.attributes == "full"
            for line in rated.lines(skip, size) if rated else ():
                yield rated_line(line, head, full=full)
            return
        for bought in list(self._purchases(export))[skip : skip + size]:
            yield purchase_line(bought, self._header(export), self._availability(bought))

    def _header(self, export: Export) -> Header:
        usage = export.kind == "usage"
        rate = self._invoices.rate if usage else Decimal(1)
        return Header(
            self._partner_id, export.invoice_id, self._invoices.currency, rate, self._facts.billing_regions
        )

    def _invoice(self, export: Export) -> Invoice | None:
        return self._invoices.find(export.invoice_id, export.created)

    def _rated(self, export: Export) -> RatedMonth | None:
        if export.invoice_id:
            invoice = self._invoice(export)
            return self._invoices.usage_of(invoice) if invoice else None
        if export.currency != self._invoices.currency:
            return None
        start, end = month_of(export.created, "current" if export.period == "current" else "previous")
        return self._usage.between(instant_of(start), instant_of(end))

    def _purchases(self, export: Export) -> Iterator[OneTimeLine]:
        if export.invoice_id:
            invoice = self._invoice(export)
            yield from of_invoice(invoice, self._customers) if invoice else ()
            return
        month = month_start(export.created)
        month = month if export.period == "current" else month_start(month - timedelta(days=1))
        for charge in self._invoices.of_month(month, export.currency, export.created):
            yield of_charge(charge, self._customers[charge.bought.customer_id], "")

    def _availability(self, line: OneTimeLine) -> str:
        sku = self._catalogue.find(line.product_id, line.sku_id)
        return self._catalogue.availability_id(sku, PLAN, line.ordered) if sku else ""


def token(world: str, folder: str, ends: datetime) -> str:
    """The part of an address that lets its holder read the files of a container until an instant."""
    return f"{_SAS}&se={quote(iso(ends), safe='')}&sig={quote(_signature(world, folder, iso(ends)), safe='')}"


def may_read(world: str, folder: str, query: Mapping[str, str]) -> bool:
    """Whether such a part is genuine."""
    wanted = _signature(world, folder, query.get("se", ""))
    fixed = (query.get("sv"), query.get("sr"), query.get("sp")) == (_VERSION, "c", "r")
    return fixed and hmac.compare_digest(wanted.encode(), query.get("sig", "").encode())


def _signature(world: str, folder: str, ends: str) -> str:
    return hashlib.blake2b(f"{world}|{folder}|{ends}".encode(), key=b"files", digest_size=24).hexdigest()
