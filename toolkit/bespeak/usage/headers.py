"""Where a column of a billing table is found, whatever the source calls it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd

from bespeak.errors import InputError
from bespeak.usage.codes import Coded, filled, picked
from bespeak.usage.info import FACTS, facts_of
from bespeak.usage.records import micros, numbers, records_frame

View = Literal["actual", "amortised"]

#: Our name -> what rated lines, EA, MCA and FOCUS tables call it (letters and digits); the first that is there wins.
#: FOCUS has no machine size of its own; Microsoft's extension columns (x_...) carry it.
_NAMES: dict[str, tuple[str, ...]] = {
    "start": ("usagedate", "date", "usagedatetime", "chargeperiodstart"),
    "end": ("chargeperiodend",),
    "quantity": ("quantity", "usagequantity", "consumedquantity"),
    "unit": ("unitofmeasure", "unit", "consumedunit"),
    "category": ("metercategory", "xskumetercategory", "servicename"),
    "subcategory": ("metersubcategory", "xskumetersubcategory"),
    "meter": ("metername", "xskumetername", "skumeter"),
    "meter_id": ("meterid", "xskumeterid"),
    "region": ("resourcelocation", "regionid", "location"),
    "resource": ("resourceuri", "resourceid", "instanceid"),
    "subscription": ("entitlementid", "subscriptionid", "subscriptionguid", "subaccountid"),
    "service": ("consumedservice",),
    "charge": ("chargetype", "chargecategory"),
    "pricing": ("pricingmodel", "pricingcategory"),
    "reservation_id": ("reservationid",),
    "info": ("additionalinfo", "xskudetails", "skupricedetails"),
    "benefit": ("benefitid", "commitmentdiscountid"),
    "benefit_status": ("commitmentdiscountstatus",),
    "customer_id": ("customerid", "customertenantid"),
    "cost": ("billingpretaxtotal", "costinbillingcurrency", "pretaxcost", "cost", "billedcost"),
    "effective": ("effectivecost",),
    "currency": ("billingcurrencycode", "billingcurrency", "currency", "currencycode"),
}

#: The short names of all columns that usage needs, whatever the source.
WANTED = frozenset(name for names in _NAMES.values() for name in names)

_NEEDED = ("start", "quantity", "category", "region", "resource", "info")

#: A FOCUS table without Microsoft's own columns does not tell sizes: its rows are read, and set aside with that reason.
_FOCUS = "chargeperiodstart"

#: What the attribute set 'basic' of a billing export lacks of these (*attributeSet*, Microsoft Graph).
_NOT_BASIC, _RATED = ["category", "region"], "The rated usage"

#: What FOCUS exports write for "nothing".
_EMPTY = frozenset({"null", "NULL", "Null"})

_RESERVATION = re.compile(r"/reservationorders/[^/]+/reservations/([^/]+)", re.IGNORECASE)


@cache
def header(name: str) -> str:
    """A column name without case, blanks and signs, so that ``x_SkuMeterName`` and ``Meter Name`` can be found."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def bind(columns: Mapping[str, Coded], what: str, view: View = "actual") -> pd.DataFrame:
    """RECORDS from columns keyed by ``header``; no column at all gives no record.

    ``view`` chooses the cost where a table has both (FOCUS): as billed, or as amortised. Raises ``InputError`` that
    names the columns which are missing, and those that look like them.
    """
    check(columns, columns, what)
    size = len(next(iter(columns.values())).codes) if columns else 0
    nothing = Coded(np.zeros(size, dtype=np.int8), ("",))
    found = {field: _column(columns, names, nothing) for field, names in _NAMES.items()}
    return _Binding(found, view).records()


def check(columns: Mapping[str, object], seen: Sequence[str] | Mapping[str, object], what: str) -> None:
    """Raises ``InputError`` when a column is missing that usage cannot do without; ``seen`` are all names there are."""
    needed = [field for field in _NEEDED if not (field == "info" and _FOCUS in columns)]
    missing = [field for field in needed if not any(name in columns for name in _NAMES[field])]
    if not columns or not missing:
        return
    if missing == _NOT_BASIC and what == _RATED:
        raise InputError(
            f"{what} has the attribute set 'basic': it names each machine and its size, but neither its meter nor its "
            "region, so no demand can be told from it.",
            "Ask for the export again with the attribute set 'full'.",
        )
    wanted = ", ".join(" or ".join(_NAMES[field]) for field in missing)
    close = {
        name
        for field in missing
        for known in _NAMES[field]
        for name in seen
        if header(name) not in WANTED and difflib.SequenceMatcher(None, known, header(name)).ratio() > _ALIKE
    }
    alike = (
        f" There is {', '.join(repr(name[:40]) for name in sorted(close))}: was it renamed?" if close else ""
    )
    raise InputError(
        f"{what} lacks these columns: {wanted}.{alike}",
        "Use a cost and usage export of Azure (actual or amortised, or the attribute set 'full') with all its columns.",
    )


_ALIKE = 0.72


class _Binding:
    """The columns of one table under our names."""

    def __init__(self, found: Mapping[str, Coded], view: View) -> None:
        self.found = found
        self.cost = (
            found["effective"] if view == "amortised" and any(found["effective"].texts) else found["cost"]
        )

    def records(self) -> pd.DataFrame:
        found, info = self.found, _info(self.found["info"])
        own_meter = found["meter_id"].mapped(str.lower)
        reservation = filled(found["reservation_id"], found["benefit"].mapped(_from_benefit))
        amounts, currency = self._money()
        texts = {
            "customer_id": found["customer_id"].mapped(lambda text: text.removeprefix("org:").lower()),
            "start": found["start"],
            "end": found["end"],
            "unit": found["unit"],
            "category": found["category"],
            "subcategory": found["subcategory"],
            "meter": found["meter"],
            "own_meter_id": own_meter,
            "meter_id": filled(info["meter"].mapped(str.lower), own_meter),
            "region": found["region"],
            "resource": found["resource"],
            "subscription": found["subscription"].mapped(lambda text: text.rsplit("/", 1)[-1]),
            "service": found["service"],
            "charge": self._charges(),
            "pricing": found["pricing"],
            "reservation_id": filled(reservation, info["reservation"]).mapped(str.lower),
            "size": info["size"],
            "usage_type": info["usage_type"],
            "vm": info["vm"],
            "currency": currency,
        }
        columns = {name: column.column() for name, column in texts.items()}
        quantity = found["quantity"]
        return records_frame(
            {**columns, "quantity": numbers(quantity.texts)[quantity.codes], "cost_e6": amounts}
        )

    def _money(self) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], Coded]:
        """Cost and currency: a cost without a currency is no amount of money, and a currency without a cost none."""
        currency = self.found["currency"].mapped(str.upper)
        known = currency.flags(bool) & self.cost.flags(lambda text: bool(text.strip()))
        amounts = np.where(known, micros(self.cost.texts)[self.cost.codes], 0)
        named = np.where(known, currency.codes.astype(np.int32), len(currency.texts))
        return amounts, picked((*currency.texts, ""), named)

    def _charges(self) -> Coded:
        """Charge types; FOCUS says in another column that a commitment went unused."""
        unused = self.found["benefit_status"].flags(lambda text: text == "Unused")
        charge = self.found["charge"]
        if not unused.any():
            return charge
        codes = np.where(unused, len(charge.texts), charge.codes.astype(np.int32))
        return picked((*charge.texts, "UnusedCommitment"), codes)


def _info(bags: Coded) -> dict[str, Coded]:
    """What the bags of extra facts say, each read once."""
    told = facts_of(bags.texts)
    return {name: picked([one[name] for one in told], bags.codes) for name in FACTS}


def _column(columns: Mapping[str, Coded], names: tuple[str, ...], nothing: Coded) -> Coded:
    found = next((columns[name] for name in names if name in columns), nothing)
    return found.mapped(lambda text: "" if text in _EMPTY else text) if _EMPTY & set(found.texts) else found


def _from_benefit(benefit: str) -> str:
    """The reservation that a benefit id names; it may be a savings plan's, which is none."""
    match = _RESERVATION.search(benefit) if benefit else None
    return match[1] if match else ""
