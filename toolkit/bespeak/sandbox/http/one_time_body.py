"""A one-time line as Partner Center prints it."""

from __future__ import annotations

from bespeak.sandbox.catalogue import PLAN
from bespeak.sandbox.clock import iso, iso7
from bespeak.sandbox.http.partner import is_a, number
from bespeak.sandbox.http.shapes.billing import OneTimeLine as Body
from bespeak.sandbox.one_time_lines import OneTimeLine
from bespeak.sandbox.partner_profile import MPN_ID, PUBLISHER_ID
from bespeak.sandbox.world import World


def one_time_body(line: OneTimeLine, world: World) -> Body:
    """The line; of one that is not billed yet many members that say who it is are empty."""
    billed = bool(line.invoice_number)
    customer, prefix = line.customer, "org:" if world.switches.org_prefix else ""
    sku = world.catalogue.find(line.product_id, line.sku_id)
    return {
        "partnerId": world.partner_id if billed else "",
        "customerId": prefix + customer.id,
        "customerName": customer.name,
        "customerDomainName": customer.domain if billed else "",
        "customerCountry": customer.country if billed else "",
        "invoiceNumber": line.invoice_number,
        "mpnId": MPN_ID if billed else "",
        "resellerMpnId": 0,
        "orderId": line.order,
        "orderDate": iso7(line.ordered),
        "productId": line.product_id,
        "skuId": line.sku_id,
        "availabilityId": world.catalogue.availability_id(sku, PLAN, line.ordered) if sku and billed else "",
        "productName": line.product,
        "skuName": line.sku,
        "productQualifiers": [],
        "chargeType": "Cancel" if line.canceled else "New",
        "unitPrice": number(line.unit),
        "effectiveUnitPrice": number(line.unit),
        "unitType": "",
        "quantity": line.quantity,
        "subtotal": number(line.subtotal),
        "taxTotal": 0.0,
        "totalForCustomer": number(line.subtotal),
        "currency": line.currency,
        "publisherName": "Microsoft",
        "publisherId": PUBLISHER_ID if billed else "",
        "subscriptionDescription": line.subscription,
        "subscriptionId": line.subscription_id,
        "subscriptionStartDate": iso(line.term_starts),
        "subscriptionEndDate": iso(line.term_ends),
        "chargeStartDate": iso(line.starts),
        "chargeEndDate": iso(line.ends),
        "termAndBillingCycle": line.term,
        "alternateId": line.order,
        "referenceId": line.reservation_order,
        "priceAdjustmentDescription": "[]",
        "pricingCurrency": line.currency,
        "pcToBCExchangeRate": 1.0,
        "pcToBCExchangeRateDate": "2019-08-01T00:00:00Z",
        "billableQuantity": line.quantity,
        "meterDescription": "",
        "billingFrequency": line.frequency,
        "reservationOrderId": line.reservation_order,
        "creditReasonCode": line.reason,
        "promotionId": "",
        "invoiceLineItemType": "billing_line_items",
        "billingProvider": "one_time",
        "attributes": is_a("OneTimeInvoiceLineItem"),
    }
