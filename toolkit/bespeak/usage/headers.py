"""Where a column of a billing table is found, whatever the source calls it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from bespeak.errors import InputError
from bespeak.usage.records import Records

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
}

_NEEDED = ("start", "quantity", "category", "region", "resource", "info")

#: What FOCUS exports write for "nothing".
_EMPTY = frozenset({"null", "NULL", "Null"})

_RESERVATION = re.compile(r"/reservationorders/[^/]+/reservations/([^/]+)", re.IGNORECASE)


@cache
def header(name: str) -> str:
    """A column name without case, blanks and signs, so that ``x_SkuMeterName`` and ``Meter Name`` can be found."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def bind(columns: Mapping[str, list[Any]], what: str) -> Records:
    """Records from columns keyed by ``header``; no column at all gives no record.

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


def _records(found: dict[str, list[Any]]) -> Records:
    return Records(
        start=_texts(found["start"]),
        end=_texts(found["end"]),
        quantity=found["quantity"],
        unit=_texts(found["unit"]),
        category=_texts(found["category"]),
        subcategory=_texts(found["subcategory"]),
        meter=_texts(found["meter"]),
        meter_id=_texts(found["meter_id"]),
        region=_texts(found["region"]),
        resource=_texts(found["resource"]),
        subscription=[text.rsplit("/", 1)[-1] for text in _texts(found["subscription"])],
        service=_texts(found["service"]),
        charge=_charges(found),
        pricing=_texts(found["pricing"]),
        reservation_id=_reservations(found),
        info=found["info"],
    )


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
