"""One-time lines of an invoice: purchases, instalments, refunds of reservations, and the sum of each plan's usage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bespeak.sandbox.charges import Charge
from bespeak.sandbox.estate import Customer
from bespeak.sandbox.invoices import Invoice, next_month


@dataclass(frozen=True, slots=True)
class OneTimeLine:
    """What a line says, whatever it is printed as. ``subtotal`` is quantity times unit price.

    ``order`` is the order of Partner Center, or that of Azure for what was bought there.
    """

    customer: Customer
    invoice_number: str
    order: str
    ordered: datetime
    product_id: str
    sku_id: str
    product: str
    sku: str
    canceled: bool
    unit: Decimal
    quantity: int
    subtotal: Decimal
    currency: str
    subscription_id: str
    subscription: str
    term_starts: datetime
    term_ends: datetime
    starts: datetime
    ends: datetime
    term: str
    frequency: str
    reservation_order: str
    reason: str


_TERMS = {"P1Y": "1 Year", "P3Y": "3 Years"}


def of_charge(charge: Charge, customer: Customer, invoice_number: str) -> OneTimeLine:
    """The line of a charge for a reservation order."""
    bought = charge.bought
    return OneTimeLine(
        customer=customer,
        invoice_number=invoice_number,
        order=bought.order,
        ordered=bought.requested,
        product_id=bought.product_id,
        sku_id=bought.sku_id,
        product=bought.title,
        sku=bought.title,
        canceled=charge.kind == "Cancel",
        unit=charge.unit,
        quantity=charge.quantity,
        subtotal=charge.amount,
        currency=charge.currency,
        subscription_id=bought.billing_subscription_id,
        subscription=bought.name,
        term_starts=bought.starts,
        term_ends=bought.ends,
        starts=charge.starts,
        ends=charge.ends,
        term=_TERMS[bought.term],
        frequency="OneTime" if bought.billing_plan == "Upfront" else "Monthly",
        reservation_order=bought.reservation_order,
        reason="" if charge.kind == "New" else "Refund",
    )


def of_usage(invoice: Invoice, customer: Customer, plan: str, amount: Decimal) -> OneTimeLine:
    """The line that sums the usage of an Azure plan in the month of an invoice."""
    end = next_month(invoice.month)
    return OneTimeLine(
        customer=customer,
        invoice_number=invoice.id,
        order=plan.replace("-", "")[:12],
        ordered=invoice.month,
        product_id="DZH318Z0BPS6",
        sku_id="0001",
        product="Azure plan",
        sku="Azure plan",
        canceled=False,
        unit=amount,
        quantity=1,
        subtotal=amount,
        currency=invoice.currency,
        subscription_id=plan,
        subscription="Azure plan",
        term_starts=invoice.month,
        term_ends=end,
        starts=invoice.month,
        ends=end,
        term="",
        frequency="Monthly",
        reservation_order="",
        reason="",
    )


def of_invoice(invoice: Invoice, customers: Mapping[str, Customer]) -> Iterator[OneTimeLine]:
    """All lines of a document, which add up to its total."""
    for (owner, plan), amount in invoice.usage.items():
        if amount:
            yield of_usage(invoice, customers[owner], plan, amount)
    for charge in invoice.charges:
        yield of_charge(charge, customers[charge.bought.customer_id], invoice.id)
