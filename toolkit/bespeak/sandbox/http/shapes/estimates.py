"""Bodies of what customers used this month so far, and of their budgets."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from bespeak.sandbox.http.shapes.partner import Attributes


class Budget(TypedDict):
    """What a customer shall not spend more than in a month; without an amount there is none."""

    amount: NotRequired[float]
    usageSpendingBudget: bool
    attributes: Attributes


class BudgetWish(TypedDict):
    """A new budget; null removes it."""

    amount: float | None
    usageSpendingBudget: NotRequired[bool | None]
    attributes: NotRequired[dict[str, Any] | None]


class Money(TypedDict):
    """The money of a record: ``currencyCode`` of a plan, ``currencyLocale`` of legacy Azure."""

    totalCost: float
    currencyCode: NotRequired[str]
    currencyLocale: NotRequired[str]
    usdTotalCost: float
    lastModifiedDate: str
    attributes: Attributes


class CustomerRecord(Money):
    """A customer this month."""

    budget: Budget
    percentUsed: float
    isUpgraded: bool
    resourceId: str
    id: str
    resourceName: str
    name: str


class Period(TypedDict):
    """A month; it ends on the first day of the next one."""

    billingStartDate: str
    billingEndDate: str


class Summary(Money, Period):
    """A period of a subscription or of the partner."""

    resourceId: str
    resourceName: str


class CustomerSummary(Summary):
    """A period of a customer."""

    budget: Budget


class SubscriptionRecord(Money):
    """A subscription this month."""

    status: str
    partnerOnRecord: str
    offerId: str
    resourceId: str
    id: str
    resourceName: str
    name: str


class ResourceRecord(Money):
    """A resource below a plan this month."""

    subscriptionId: str
    resourceUri: str
    resourceType: str
    entitlementId: str
    entitlementName: str
    resourceGroupName: str
    name: str
    resourceName: str


class MeterRecord(Money):
    """A meter of a subscription this month."""

    subscriptionId: str
    meterId: str
    meterName: str
    category: str
    subcategory: str
    quantityUsed: float
    unit: str


class LegacyResourceRecord(Money):
    """A meter of legacy Azure this month, as an older operation prints it."""

    category: str
    subcategory: str
    quantityUsed: float
    unit: str
    resourceId: str
    id: str
    resourceName: str
    name: str
