"""The lines of billing exports, with all attributes or the basic ones only (Microsoft Graph, *attributeSet*)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bespeak.sandbox.clock import bare, iso
from bespeak.sandbox.fleet import machine_path
from bespeak.sandbox.invoices import month_start, next_month
from bespeak.sandbox.one_time_lines import OneTimeLine
from bespeak.sandbox.partner_profile import MPN_ID, NAME, PUBLISHER_ID
from bespeak.sandbox.rated import RatedLine, floor_total

Value = str | float | int
#: Attributes of a rated line that only the full set has (*attributeSet*; they include all of the meter).
FULL_ONLY = frozenset(
    {
        "MpnId", "Tier2MpnId", "CustomerDomainName", "CustomerCountry", "AvailabilityId", "ProductName",
        "PublisherId", "SubscriptionDescription", "EntitlementDescription", "MeterType", "MeterCategory", "MeterId",
        "MeterSubCategory", "MeterName", "MeterRegion", "Unit", "ResourceLocation", "ConsumedService",
        "ResourceGroup", "Tags", "ServiceInfo1", "ServiceInfo2", "PartnerEarnedCreditPercentage", "BenefitId",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Header:
    """What all lines of an export share."""

    partner_id: str
    invoice_number: str
    currency: str
    rate: Decimal
    regions: Mapping[str, str]


def rated_line(line: RatedLine, head: Header, *, full: bool) -> dict[str, Value]:
    """A rated line. What a benefit covers costs nothing and names the benefit."""
    shown = _who(line, head) | _meter(line, head) | _money(line, head) | _benefit(line)
    return shown if full else {name: value for name, value in shown.items() if name not in FULL_ONLY}


def _who(line: RatedLine, head: Header) -> dict[str, Value]:
    customer, held = line.customer, line.subscription
    azure = {one.id: one.name for one in held.azure}
    month = month_start(line.day)
    return {
        "PartnerId": head.partner_id,
        "PartnerName": NAME,
        "CustomerId": customer.id,
        "CustomerName": customer.name,
        "CustomerDomainName": customer.domain,
        "CustomerCountry": customer.country,
        "InvoiceNumber": head.invoice_number,
        "MpnId": MPN_ID,
        "Tier2MpnId": "0",
        "ProductId": "DZH318Z0BPS6",
        "SkuId": "0001",
        "AvailabilityId": "",
        "SkuName": "Microsoft Azure plan",
        "ProductName": "Microsoft Azure plan",
        "PublisherName": "Microsoft",
        "PublisherId": PUBLISHER_ID,
        "SubscriptionId": held.id,
        "SubscriptionDescription": "Azure plan",
        "ChargeStartDate": bare(month),
        "ChargeEndDate": bare(next_month(month)),
        "UsageDate": bare(line.day),
        "EntitlementId": line.machine.azure_subscription_id,
        "EntitlementDescription": azure.get(line.machine.azure_subscription_id, ""),
    }


def _meter(line: RatedLine, head: Header) -> dict[str, Value]:
    machine, meter = line.machine, line.meter
    return {
        "MeterType": "1 Compute Hour",
        "MeterCategory": line.category,
        "MeterId": meter.id,
        "MeterSubCategory": meter.subcategory,
        "MeterName": meter.name,
        "MeterRegion": head.regions.get(machine.region, machine.region),
        "Unit": "1 Hour",
        "ResourceLocation": machine.region,
        "ConsumedService": "Microsoft.Compute",
        "ResourceGroup": machine.resource_group.upper(),
        "ResourceURI": machine_path(machine),
        "Tags": "",
        "AdditionalInfo": json.dumps(line.info, ensure_ascii=False),
        "ServiceInfo1": "",
        "ServiceInfo2": "",
    }


def _money(line: RatedLine, head: Header) -> dict[str, Value]:
    total = floor_total(line.effective_price, line.quantity, head.rate)
    return {
        "ChargeType": "new",
        "UnitPrice": float(line.unit_price),
        "Quantity": float(line.quantity),
        "UnitType": "1 Hour",
        "BillingPreTaxTotal": float(total),
        "BillingCurrency": head.currency,
        "PricingPreTaxTotal": float(line.total),
        "PricingCurrency": "USD",
        "EffectiveUnitPrice": float(line.effective_price),
        "PCToBCExchangeRate": float(head.rate),
        "PCToBCExchangeRateDate": iso(month_start(line.day)),
        "PartnerEarnedCreditPercentage": int(line.credit * 100),
        "CreditPercentage": 100,
        "CreditType": "Partner Earned Credit Applied" if line.credit else "Not Applicable",
    }


def _benefit(line: RatedLine) -> dict[str, Value]:
    benefit = line.benefit
    return {
        "BenefitId": benefit.id if benefit else "",
        "BenefitOrderId": benefit.order_id if benefit else "",
        "BenefitType": benefit.type if benefit else "",
    }


def purchase_line(line: OneTimeLine, head: Header, availability: str) -> dict[str, Value]:
    """A line of the reconciliation: the columns of the invoice file."""
    customer = line.customer
    return {
        "PartnerId": head.partner_id,
        "CustomerId": customer.id,
        "CustomerName": customer.name,
        "CustomerDomainName": customer.domain,
        "CustomerCountry": customer.country,
        "InvoiceNumber": line.invoice_number,
        "MpnId": MPN_ID,
        "Tier2MpnId": "0",
        "OrderId": line.order,
        "OrderDate": bare(line.ordered),
        "ProductId": line.product_id,
        "SkuId": line.sku_id,
        "AvailabilityId": availability,
        "SkuName": line.sku,
        "ProductName": line.product,
        "ChargeType": "Cancel" if line.canceled else "New",
        "UnitPrice": float(line.unit),
        "Quantity": line.quantity,
        "Subtotal": float(line.subtotal),
        "TaxTotal": 0.0,
        "Total": float(line.subtotal),
        "Currency": line.currency,
        "PriceAdjustmentDescription": "[]",
        "PublisherName": "Microsoft",
        "PublisherId": PUBLISHER_ID,
        "SubscriptionDescription": line.subscription,
        "SubscriptionId": line.subscription_id,
        "ChargeStartDate": bare(line.starts),
        "ChargeEndDate": bare(line.ends),
        "TermAndBillingCycle": line.term,
        "EffectiveUnitPrice": float(line.unit),
        "UnitType": "",
        "AlternateId": line.order,
        "BillableQuantity": line.quantity,
        "BillingFrequency": line.frequency,
        "PricingCurrency": line.currency,
        "PCToBCExchangeRate": 1.0,
        "PCToBCExchangeRateDate": bare(month_start(line.starts)),
        "MeterDescription": "",
        "ReservationOrderId": line.reservation_order,
        "CreditReasonCode": line.reason,
        "SubscriptionStartDate": bare(line.term_starts),
        "SubscriptionEndDate": bare(line.term_ends),
        "ReferenceId": line.reservation_order,
        "ProductQualifiers": "[]",
        "PromotionId": "",
    }
