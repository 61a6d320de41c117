"""Where a column of a billing table is found, whatever the source calls it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd

from bespeak.errors import InputError
from bespeak.usage.records import micros, records_frame, with_info

#: Our name -> what rated lines, EA, MCA and FOCUS tables call it (letters and digits); the first that is there wins.
#: FOCUS has no machine size of its own; Microsoft's extension columns (x_...) carry it.
_NAMES: dict[str, tuple[str, ...]] = {
    "start": ("usagedate", "date", "usagedatetime", "chargeperiodstart"),
    "end": ("chargeperiodend",),
    "quantity": ("quantity", "usagequantity", "consumedquantity"),
    "unit": ("unitofmeasure", "unit", "consumedunit"),
    "category": ("metercategory", "xskumetercategory", "servicename"),
    "subcategory": ("metersubcategory", "xskumetersubcategory"),
    "meter": ("metername", "xskumetername"),
    "meter_id": ("meterid", "xskumeterid"),
    "region": ("resourcelocation", "regionid", "location"),
    "resource": ("resourceuri", "resourceid", "instanceid"),
    "subscription": ("entitlementid", "subscriptionid", "subscriptionguid", "subaccountid"),
    "service": ("consumedservice",),
    "charge": ("chargetype", "chargecategory"),
    "pricing": ("pricingmodel", "pricingcategory"),
    "reservation_id": ("reservationid",),
    "info": ("additionalinfo", "xskudetails"),
    "benefit": ("benefitid", "commitmentdiscountid"),
    "benefit_status": ("commitmentdiscountstatus",),
    "customer_id": ("customerid", "customertenantid"),
    "cost": ("billingpretaxtotal", "costinbillingcurrency", "pretaxcost", "cost", "billedcost"),
    "currency": ("billingcurrencycode", "billingcurrency", "currency", "currencycode"),
}

_NEEDED = ("start", "quantity", "category", "region", "resource", "info")

#: What FOCUS exports write for "nothing".
_EMPTY = frozenset({"null", "NULL", "Null"})

_NO_COST = (None, "")

_RESERVATION = re.compile(r"/reservationorders/[^/]+/reservations/([^/]+)", re.IGNORECASE)


@cache
def header(name: str) -> str:
    """A column name without case, blanks and signs, so that ``x_SkuMeterName`` and ``Meter Name`` can be found."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def bind(columns: Mapping[str, list[Any]], what: str) -> pd.DataFrame:
    """RECORDS from columns keyed by ``header``; no column at all gives no record.

    Raises ``InputError`` that names the columns which are missing.
    """
    missing = [field for field in _NEEDED if not any(name in columns for name in _NAMES[field])]
    if columns and missing:
        wanted = ", ".join(" or ".join(_NAMES[field]) for field in missing)
        raise InputError(
            f"{what} lacks these columns: {wanted}.",
            "Use a cost and usage export of Azure (actual or amortised) with all its columns.",
        )
    size = len(next(iter(columns.values()), []))
    found = {field: _column(columns, names, size) for field, names in _NAMES.items()}
    return _records(found)


def _records(found: dict[str, list[Any]]) -> pd.DataFrame:
    # A cost without a currency is no amount of money, and a currency without a cost none either.
    pairs = zip(found["cost"], _texts(found["currency"]), strict=True)
    known = [(cost, name.upper()) if name and cost not in _NO_COST else (0, "") for cost, name in pairs]
    columns = {
        "customer_id": [text.removeprefix("org:").lower() for text in _texts(found["customer_id"])],
        "start": _texts(found["start"]),
        "end": _texts(found["end"]),
        "quantity": found["quantity"],
        "unit": _texts(found["unit"]),
        "category": _texts(found["category"]),
        "subcategory": _texts(found["subcategory"]),
        "meter": _texts(found["meter"]),
        "meter_id": _texts(found["meter_id"]),
        "region": _texts(found["region"]),
        "resource": _texts(found["resource"]),
        "subscription": [text.rsplit("/", 1)[-1] for text in _texts(found["subscription"])],
        "service": _texts(found["service"]),
        "charge": _charges(found),
        "pricing": _texts(found["pricing"]),
        "reservation_id": _reservations(found),
        "cost_e6": micros([cost for cost, _ in known]),
        "currency": [name for _, name in known],
    }
    return records_frame(with_info(columns, found["info"]))


def quantities(columns: Mapping[str, list[Any]]) -> list[Any]:
    """The quantities as they came, for control totals."""
    return _column(columns, _NAMES["quantity"], 0)


def _column(columns: Mapping[str, list[Any]], names: tuple[str, ...], size: int) -> list[Any]:
    return next((columns[name] for name in names if name in columns), [""] * size)


def _texts(values: list[Any]) -> list[str]:
    """Texts, "" for nothing."""
    return [
        "" if value is None or value in _EMPTY else value if isinstance(value, str) else str(value)
        for value in values
    ]


def _charges(found: dict[str, list[Any]]) -> list[str]:
    """Charge types; FOCUS says in another column that a commitment went unused."""
    return [
        "UnusedCommitment" if status == "Unused" else charge
        for charge, status in zip(_texts(found["charge"]), _texts(found["benefit_status"]), strict=True)
    ]


def _reservations(found: dict[str, list[Any]]) -> list[str]:
    """Reservation ids; a benefit id counts when it is a reservation's, for it may be a savings plan's."""
    pairs = zip(_texts(found["reservation_id"]), _texts(found["benefit"]), strict=True)
    return [own or _from_benefit(benefit) for own, benefit in pairs]


def _from_benefit(benefit: str) -> str:
    match = _RESERVATION.search(benefit) if benefit else None
    return match[1] if match else ""
