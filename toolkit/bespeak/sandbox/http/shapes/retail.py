"""Bodies of the list prices."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class SavingsPlanPrice(TypedDict):
    """An hour under a savings plan."""

    unitPrice: float
    retailPrice: float
    term: str


class RetailPrice(TypedDict):
    """One row. With ``reservationTerm`` the price is that of the whole term, whatever the unit says."""

    currencyCode: str
    tierMinimumUnits: float
    reservationTerm: NotRequired[str]
    retailPrice: float
    unitPrice: float
    armRegionName: str
    location: str
    effectiveStartDate: str
    effectiveEndDate: NotRequired[str]
    meterId: str
    meterName: str
    productId: str
    skuId: str
    productName: str
    skuName: str
    serviceName: str
    serviceId: str
    serviceFamily: str
    unitOfMeasure: str
    type: str
    isPrimaryMeterRegion: bool
    armSkuName: str
    savingsPlan: NotRequired[list[SavingsPlanPrice]]


class RetailPage(TypedDict):
    """One page of rows; ``Count`` is the number of rows in it."""

    BillingCurrency: str
    CustomerEntityId: str
    CustomerEntityType: str
    Items: list[RetailPrice]
    NextPageLink: str | None
    Count: int


class RetailErrorBody(TypedDict):
    """What is wrong."""

    Code: str
    Message: str


class RetailError(TypedDict):
    """An error of the list prices; its members begin with capitals."""

    Error: RetailErrorBody
