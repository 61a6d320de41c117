"""Lines of invoices for legacy Azure."""

from __future__ import annotations

from typing import TypedDict

from bespeak.sandbox.http.shapes.partner import Attributes


class LegacyLineBase(TypedDict):
    """What both kinds of lines share."""

    partnerId: str
    partnerName: str
    customerId: str
    customerCompanyName: str
    mpnId: int
    tier2MpnId: int
    invoiceNumber: str
    subscriptionId: str
    subscriptionName: str
    subscriptionDescription: str
    orderId: str
    serviceName: str
    serviceType: str
    resourceGuid: str
    resourceName: str
    region: str
    consumedQuantity: float
    unit: str
    chargeStartDate: str
    chargeEndDate: str
    invoiceLineItemType: str
    billingProvider: str
    attributes: Attributes


class LegacyLine(LegacyLineBase):
    """A meter of a subscription in a month, with its money."""

    sku: str
    includedQuantity: float
    overageQuantity: float
    listPrice: float
    pretaxCharges: float
    taxAmount: float
    postTaxTotal: float
    currency: str
    pretaxEffectiveRate: float
    posttaxEffectiveRate: float
    chargeType: str


class LegacyUsageLine(LegacyLineBase):
    """A meter of a resource on a day, without money."""

    usageDate: str
    meteredService: str
    meteredServiceType: str
    meteredRegion: str
    projectName: str
    serviceInfo1: str
    serviceInfo2: str
