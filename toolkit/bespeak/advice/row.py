"""A row of the advice table."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from bespeak.advice.need import Need
from bespeak.advice.purchase import Purchase


def purchase_row(
    rule: str, purchase: Purchase, currency: str, reasons: Iterable[str], warnings: Iterable[str]
) -> dict[str, Any]:
    """What to buy, or 0 of it, with its figures."""
    return _base(rule, purchase.need, purchase.offer.term, currency) | {
        "size": purchase.offer.size,
        "quantity": purchase.quantity,
        "units": purchase.units,
        "total": purchase.offer.total * purchase.quantity,
        "cost": purchase.cost,
        "saving": purchase.saving,
        "saving_low": purchase.saving,
        "saving_high": purchase.best.saving,
        "utilisation": purchase.utilisation,
        "utilisation_low": purchase.utilisation,
        "utilisation_high": purchase.best.utilisation,
        "coverage": purchase.coverage,
        "break_even": purchase.break_even,
        "vms": purchase.machines,
        "reasons": tuple(reasons),
        "warnings": tuple(warnings),
    }


def empty_row(
    rule: str,
    need: Need,
    size: str,
    term: str,
    currency: str,
    reasons: Iterable[str],
    warnings: Iterable[str],
) -> dict[str, Any]:
    """Nothing to buy, because nothing can be bought."""
    return _base(rule, need, term, currency) | {
        "size": size,
        "quantity": 0,
        "units": 0.0,
        "total": Decimal(0),
        "cost": need.load.payg,
        "saving": 0.0,
        "saving_low": 0.0,
        "saving_high": 0.0,
        "utilisation": None,
        "utilisation_low": None,
        "utilisation_high": None,
        "coverage": 0.0,
        "break_even": None,
        "vms": (),
        "reasons": tuple(reasons),
        "warnings": tuple(warnings),
    }


def _base(rule: str, need: Need, term: str, currency: str) -> dict[str, Any]:
    return {
        "rule": rule,
        "scope": need.key.scope,
        "region": need.key.region,
        "group": need.key.group,
        "term": term,
        "currency": currency,
        "payg_cost": need.load.payg,
        "hours": need.hours,
    }
