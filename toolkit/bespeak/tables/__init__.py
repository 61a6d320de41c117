"""The tables that flow from step to step, each with a contract: column, kind, unit, nullability.

A step checks what it takes and what it gives with ``CONTRACT.check(frame)``; the error names the column.
Nothing here reads or computes a table.
"""

from bespeak.tables.contract import Column, Contract, Kind
from bespeak.tables.customers import AZURE_SUBSCRIPTIONS, CUSTOMERS, SIZES, SUBSCRIPTIONS
from bespeak.tables.measures import FITS, MEASURES
from bespeak.tables.portfolio import PORTFOLIO
from bespeak.tables.selling import ADVICE, HOLDINGS, PAYG_PRICES, RESERVATION_PRICES
from bespeak.tables.usage import (
    DEMAND,
    HOURLY_USAGE,
    RECORDS,
    SET_ASIDE,
    SIZE_DEMAND,
    STORED_USAGE,
    USAGE,
)

__all__ = [
    "ADVICE",
    "AZURE_SUBSCRIPTIONS",
    "CUSTOMERS",
    "DEMAND",
    "FITS",
    "HOLDINGS",
    "HOURLY_USAGE",
    "MEASURES",
    "PAYG_PRICES",
    "PORTFOLIO",
    "RECORDS",
    "RESERVATION_PRICES",
    "SET_ASIDE",
    "SIZES",
    "SIZE_DEMAND",
    "STORED_USAGE",
    "SUBSCRIPTIONS",
    "USAGE",
    "Column",
    "Contract",
    "Kind",
]
