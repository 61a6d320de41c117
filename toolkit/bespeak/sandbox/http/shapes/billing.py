"""Bodies of invoices, of their lines and of what is not billed yet."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from bespeak.sandbox.http.shapes.partner import Attributes, Link

DocumentType = Literal["invoice", "void_note", "adjustment_note"]
InvoiceType = Literal["Recurring", "OneTime"]


class InvoiceDetail(TypedDict):
    """Which lines an invoice has, and where."""

    invoiceLineItemType: Literal["billing_line_items", "usage_line_items"]
    billingProvider: str
    links: dict[str, Link]
    attributes: Attributes


class TaxReceipt(TypedDict):
    """A receipt of tax."""

    id: str
    taxReceiptPdfDownloadLink: str


class Amendment(TypedDict):
    """A document that changes another one."""

    id: str
    documentType: DocumentType
    links: dict[str, Link]


class Invoice(TypedDict):
    """One document of a month; its lines are read apart."""

    id: str
    invoiceDate: str
    billingPeriodStartDate: str
    billingPeriodEndDate: str
    totalCharges: float
    paidAmount: float
    currencyCode: str
    currencySymbol: str
    pdfDownloadLink: str
    taxReceipts: NotRequired[list[TaxReceipt]]
    invoiceDetails: list[InvoiceDetail]
    amendments: NotRequired[list[Amendment]]
    documentType: DocumentType
    amendsOf: NotRequired[str]
    invoiceType: InvoiceType
    links: dict[str, Link]
    attributes: Attributes


class SummaryPart(TypedDict):
    """What is owed for one kind of invoices."""

    balanceAmount: float
    currencyCode: str
    currencySymbol: str
    accountingDate: str
    firstInvoiceCreationDate: str
    lastPaymentDate: str
    lastPaymentAmount: float
    latestInvoiceDate: str
    attributes: Attributes


class SummaryDetail(TypedDict):
    """The part of a summary that belongs to one kind of invoices."""

    invoiceType: InvoiceType
    summary: SummaryPart


class InvoiceSummary(SummaryPart):
    """What is owed in one currency."""

    details: list[SummaryDetail]
    links: dict[str, Link]


class EstimateLink(TypedDict):
    """Where lines that are not billed yet can be read."""

    type: Literal["daily_rated_usage", "non_consumption"]
    title: str
    description: str
    period: Literal["current", "previous"]
    link: Link


class OneTimeLine(TypedDict):
    """A purchase, an instalment or a refund; the sum of a plan's usage on an invoice."""

    partnerId: str
    customerId: str
    customerName: str
    customerDomainName: str
    customerCountry: str
    invoiceNumber: str
    mpnId: str
    resellerMpnId: int
    orderId: str
    orderDate: str
    productId: str
    skuId: str
    availabilityId: str
    productName: str
    skuName: str
    productQualifiers: list[str]
    chargeType: Literal["New", "Cancel"]
    unitPrice: float
    effectiveUnitPrice: float
    unitType: str
    quantity: int
    subtotal: float
    taxTotal: float
    totalForCustomer: float
    currency: str
    publisherName: str
    publisherId: str
    subscriptionDescription: str
    subscriptionId: str
    subscriptionStartDate: str
    subscriptionEndDate: str
    chargeStartDate: str
    chargeEndDate: str
    termAndBillingCycle: str
    alternateId: str
    referenceId: str
    priceAdjustmentDescription: str
    pricingCurrency: str
    pcToBCExchangeRate: float
    pcToBCExchangeRateDate: str
    billableQuantity: int
    meterDescription: str
    billingFrequency: str
    reservationOrderId: str
    creditReasonCode: str
    promotionId: str
    invoiceLineItemType: Literal["billing_line_items"]
    billingProvider: Literal["one_time"]
    attributes: Attributes


class RatedUsageLine(TypedDict):
    """One day of one resource on one meter."""

    chargeStartDate: str
    chargeEndDate: str
    usageDate: str
    partnerId: str
    partnerName: str
    customerId: str
    customerName: str
    customerDomainName: str
    customerCountry: str
    mpnId: str
    resellerMpnId: int
    invoiceNumber: str
    productId: str
    skuId: str
    availabilityId: str
    skuName: str
    productName: str
    publisherName: str
    publisherId: str
    subscriptionId: str
    subscriptionDescription: str
    meterType: str
    meterCategory: str
    meterId: str
    meterSubCategory: str
    meterName: str
    meterRegion: str
    unitOfMeasure: str
    resourceLocation: str
    consumedService: str
    resourceGroup: str
    resourceUri: str
    tags: str
    additionalInfo: str
    serviceInfo1: str
    serviceInfo2: str
    chargeType: str
    unitPrice: float
    quantity: float
    unitType: str
    billingPreTaxTotal: float
    billingCurrency: str
    pricingPreTaxTotal: float
    pricingCurrency: str
    entitlementId: str
    entitlementDescription: str
    pcToBCExchangeRate: float
    pcToBCExchangeRateDate: str
    effectiveUnitPrice: float
    rateOfPartnerEarnedCredit: float
    hasPartnerEarnedCredit: bool
    creditType: str
    rateOfCredit: float
    invoiceLineItemType: str
    billingProvider: str
    attributes: Attributes


class LinePage(TypedDict):
    """A page of lines, each a ``OneTimeLine`` or a ``RatedUsageLine`` as the query asks."""

    totalCount: int
    items: list[dict[str, Any]]
    continuationToken: NotRequired[str]
    links: dict[str, Link]
    attributes: Attributes
