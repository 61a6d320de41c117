"""Microsoft's dated rules, as the sandbox enforces them; the figures are in ``rules.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).with_name("rules.toml")).read_text(encoding="utf-8"))


@cache
def _closed_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    closed = _rules()["closed"]
    one_year, both = (re.compile("|".join(closed[key]), re.IGNORECASE) for key in ("one_year", "both_terms"))
    return one_year, both


@cache
def is_closed(size: str, term: str, on: date) -> bool:
    """Whether a reservation of this size and term may not be bought any more on this day."""
    if on < date.fromisoformat(_rules()["closed"]["since"]):
        return False
    one_year, both = _closed_patterns()
    return bool(both.fullmatch(size)) or (term == "P1Y" and bool(one_year.fullmatch(size)))


@cache
def _not_sold() -> frozenset[str]:
    return frozenset(_rules()["not_sold"]["countries"].split())


def is_sold_in(country: str) -> bool:
    """Whether reservations are sold in the country (ISO code)."""
    return country.upper() not in _not_sold()


def quantity_bounds() -> tuple[int, int]:
    """Fewest and most instances of one line."""
    rule = _rules()["quantity"]
    return rule["minimum"], rule["maximum"]


def cart_expiry(created: datetime) -> datetime:
    """When a cart of this instant ends."""
    return created + timedelta(days=_rules()["cart"]["days"])


def is_restricted(vcpus: int) -> bool:
    """Whether there is no capacity for a size with so many cores."""
    return vcpus >= int(_rules()["inventory"]["restricted_from_vcpus"])


def earned_credit() -> Decimal:
    """Share of the pay-as-you-go price that comes back to the partner; reservations earn none."""
    return Decimal(_rules()["earned_credit"]["rate"])


def partner_discount(on: date) -> Decimal:
    """Share of a reservation's list price that a partner does not pay; Microsoft does not publish it."""
    rule = _rules()["partner_discount"]
    return Decimal(rule["rate"]) if on >= date.fromisoformat(rule["date"]) else Decimal(0)


def invoice_day() -> int:
    """The day of the next month on which the invoice of a month is there."""
    return int(_rules()["invoice"]["day"])


def azure_access() -> Mapping[str, Any]:
    """Which roles of Azure buy and return, and what customers of a partner may not do themselves."""
    rule: Mapping[str, Any] = _rules()["azure_access"]
    return rule


def azure_roles() -> Sequence[Mapping[str, Any]]:
    """The built-in roles of Azure that matter here: name, id, patterns of actions, where they can be assigned."""
    roles: Sequence[Mapping[str, Any]] = _rules()["azure_role"]
    return roles


def _newest(name: str, on: date) -> Mapping[str, Any]:
    """Of several texts on one matter the newest that was published by a day, or the oldest there is."""
    texts: Sequence[Mapping[str, Any]] = _rules()[name]
    known = [one for one in texts if date.fromisoformat(one["date"]) <= on]
    return max(known, key=lambda one: str(one["date"])) if known else texts[0]


def refund_fee(on: date) -> tuple[Decimal, int]:
    """The fee of a refund as a share of it, and the days after the purchase in which there is none (D-808)."""
    rule = _newest("refund", on)
    return Decimal(rule["fee"]), int(rule["free_days"])


def refund_pool() -> tuple[Decimal, int]:
    """How many US dollars of commitment a customer may cancel, and for how many days each amount counts."""
    rule = _rules()["refund_pool"]
    return Decimal(rule["limit_usd"]), int(rule["days"])


def exchange_closes(on: date) -> date | None:
    """From when on what is bought cannot be exchanged, by the text known on a day; None for no such day."""
    closes = _newest("exchange", on).get("closes")
    return date.fromisoformat(closes) if closes else None


def exchange_family(resource_type: str) -> str:
    """The family within which a reservation of this type is exchanged; empty for one that never is."""
    wanted = resource_type.lower()
    for name, types in _rules()["exchange_families"].items():
        if isinstance(types, list) and name != "never" and wanted in (one.lower() for one in types):
            return str(name)
    return ""


def most_traded_in() -> int:
    """How many reservations one trade-in takes."""
    return int(_rules()["trade_in"]["most_reservations"])


def renews_by_default(on: date) -> bool:
    """Whether a reservation bought in the portal on a day renews unless it is told not to (D-740)."""
    return bool(_newest("renewal", on)["by_default"])


def renewal_lock_days() -> int:
    """How many days before the end of a term the price of its renewal is fixed and shown (D-742)."""
    return int(_rules()["renewal"][-1]["lock_days"])


def moved_price(on: date) -> Literal["lower", "refuse"]:
    """What becomes of a renewal whose price moved after it was fixed (D-742)."""
    rule = _newest("renewal", on)["moved_price"]
    return "lower" if rule == "lower" else "refuse"


def rule(name: str) -> Mapping[str, Any]:
    """One table of the rules, with its title and date."""
    found = _rules()[name]
    assert isinstance(found, dict)
    return found


def needs_plan(on: date) -> bool:
    """Whether a customer that accepted the agreement must buy under an Azure plan on this day (D-231)."""
    return on >= date.fromisoformat(_rules()["needs_plan"]["date"])


def days_to_pay() -> int:
    """How many days after its date an invoice is due, net."""
    return int(_rules()["invoice"]["days_to_pay"])


def vcpu_quota(family: str) -> int:
    """Cores of a family that one subscription may have in a region (D-512)."""
    rule = _rules()["vcpu_quota"]
    return int(rule["families"].get(family, rule["cores"]))


def quote_lives() -> timedelta:
    """How long an Azure quote can be bought."""
    return timedelta(minutes=_rules()["azure_quote"]["minutes"])


def purchase_run(pace: str) -> tuple[timedelta, ...]:
    """When a purchase takes each of its nine revisions, counted from the request; ``pace`` is fast or slow."""
    seconds = map(Decimal, _rules()["purchase_run"]["slow" if pace == "slow" else "fast"])
    return tuple(timedelta(microseconds=int(one * 1_000_000)) for one in seconds)


def audit_days() -> int:
    """For how many days the activity of the partner is kept."""
    return int(_rules()["audit"]["days"])


def metric_bounds() -> tuple[int, int, int]:
    """Days that metrics are kept, most points of one metric and most metrics in one answer."""
    rule = _rules()["metrics"]
    return rule["retention_days"], rule["most_points"], rule["most_metrics"]


def activity_days() -> int:
    """Days that the activity log goes back."""
    return int(_rules()["activity_log"]["retention_days"])


def rates_known(month: datetime) -> datetime:
    """From when on the exchange rates of a month can be read: the evening before it, Pacific time (D-1234)."""
    return month + timedelta(hours=_rules()["exchange_rates"]["hours_after_midnight"])
