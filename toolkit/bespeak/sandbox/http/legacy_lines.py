"""Lines of invoices for legacy Azure, read by size and offset (Microsoft, *Get invoice line items*, provider azure)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bespeak.sandbox.clock import bare, iso
from bespeak.sandbox.http.exchange import Answer, Ask, item
from bespeak.sandbox.http.invoices import whole_query
from bespeak.sandbox.http.partner import is_a, number, to
from bespeak.sandbox.http.shapes import legacy as shapes
from bespeak.sandbox.invoices import USD, Invoice, next_month
from bespeak.sandbox.partner_profile import MPN_ID, NAME
from bespeak.sandbox.rated import RatedLine
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

PAGE = 2000
_BILLING = "billinglineitems"


def legacy_page(ask: Ask, world: World, invoice: Invoice | None, kind: str) -> Answer:
    """Some lines of a legacy invoice; a document of another kind has none."""
    if invoice is None:
        raise RefusalError(400, 2001, "What legacy Azure has not billed yet is not offered as lines.")
    size, offset = min(whole_query(ask, "size", PAGE), PAGE) or PAGE, whole_query(ask, "offset", 0)
    lines = world.legacy_invoices.lines(invoice) if invoice.type == "Recurring" else []
    name = "BillingLineItems" if kind == _BILLING else "UsageLineItems"
    groups = _by_meter(lines) if kind == _BILLING else [[line] for line in lines]
    shown: list[shapes.LegacyLine | shapes.LegacyUsageLine] = [
        _month(part, invoice, world) if kind == _BILLING else _day(part[0], invoice, world)
        for part in groups[offset : offset + size]
    ]
    where = f"/invoices/{invoice.type}-{invoice.id}/lineitems/Azure/{name}"
    links = {"self": to(f"{where}?size={size}&offset={offset}")}
    if offset + size < len(groups):
        links["next"] = to(f"{where}?size={size}&offset={offset + size}")
    envelope = {"totalCount": len(shown), "items": shown, "links": links}
    return item({**envelope, "attributes": {"objectType": "Collection"}})


def _by_meter(lines: Sequence[RatedLine]) -> list[list[RatedLine]]:
    found: dict[tuple[str, str, bool], list[RatedLine]] = {}
    for line in lines:
        found.setdefault((line.subscription.id, line.meter.id, line.benefit is not None), []).append(line)
    return list(found.values())


def _month(part: Sequence[RatedLine], invoice: Invoice, world: World) -> shapes.LegacyLine:
    line, quantity = part[0], sum((one.quantity for one in part), Decimal(0))
    money = sum((world.legacy_invoices.cost(one) for one in part), Decimal(0))
    price = Decimal(0) if line.benefit else line.unit_price
    return {
        **_shared(line, quantity, invoice, world),
        "sku": line.meter.id,
        "includedQuantity": 0.0,
        "overageQuantity": number(quantity),
        "listPrice": number(price),
        "pretaxCharges": number(money),
        "taxAmount": 0.0,
        "postTaxTotal": number(money),
        "currency": USD,
        "pretaxEffectiveRate": number(price),
        "posttaxEffectiveRate": number(price),
        "chargeType": "ASSESS USAGE FEE FOR CURRENT CYCLE",
        "invoiceLineItemType": "billing_line_items",
        "attributes": is_a("UsageBasedLineItem"),
    }


def _day(line: RatedLine, invoice: Invoice, world: World) -> shapes.LegacyUsageLine:
    return {
        **_shared(line, line.quantity, invoice, world),
        "usageDate": bare(line.day),
        "meteredService": "Compute",
        "meteredServiceType": line.category,
        "meteredRegion": line.machine.region,
        "projectName": line.machine.resource_group,
        "serviceInfo1": line.machine.name,
        "serviceInfo2": "",
        "invoiceLineItemType": "usage_line_items",
        "attributes": is_a("DailyUsageLineItem"),
    }


def _shared(line: RatedLine, quantity: Decimal, invoice: Invoice, world: World) -> shapes.LegacyLineBase:
    held = line.subscription
    meter = world.facts.meter(line.machine.region, line.machine.size)
    return {
        "partnerId": world.partner_id,
        "partnerName": NAME,
        "customerId": line.customer.id,
        "customerCompanyName": line.customer.name,
        "mpnId": int(MPN_ID),
        "tier2MpnId": 0,
        "invoiceNumber": invoice.id,
        "subscriptionId": held.shown_id,
        "subscriptionName": next((one.name for one in held.azure), ""),
        "subscriptionDescription": "Microsoft Azure",
        "orderId": held.shown_id,
        "serviceName": line.category,
        "serviceType": line.meter.subcategory if line.benefit is None else "Reservation-Base VM",
        "resourceGuid": line.meter.id if line.benefit is None else meter.reservation_id,
        "resourceName": line.meter.name,
        "region": world.facts.billing_regions.get(line.machine.region, ""),
        "consumedQuantity": number(quantity),
        "unit": "1 Hour",
        "chargeStartDate": iso(invoice.month),
        "chargeEndDate": iso(next_month(invoice.month)),
        "invoiceLineItemType": "",
        "billingProvider": "azure",
        "attributes": is_a("InvoiceLineItem"),
    }
