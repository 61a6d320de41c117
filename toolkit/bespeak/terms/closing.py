"""Which reservations can no longer be bought or renewed (D-520), and for which machines there are none (D-511)."""

from __future__ import annotations

from datetime import date

from bespeak.policy import ClosedSeries, NotReservable, load
from bespeak.terms.series import series_of
from bespeak.terms.spans import term_label


def closed_series(size: str, term: str, on: date) -> str | None:
    """Why this size cannot be bought for this term on that day, as a sentence; None when its series is open.

    >>> from datetime import date
    >>> closed_series("Standard_D2s_v5", "P1Y", date(2026, 11, 16)) is None
    True
    """
    series, label = series_of(size), term_label(term)
    for rule in closings(series, term):
        if rule.holds(on):
            return (
                f"Reservations of the {series} series for {label} are closed since {rule.starts}: no purchase and no "
                f"renewal. Choose a newer series{_other_term(series, term, on)} or a savings plan. {rule.citation}"
            )
    return None


def closings(series: str, term: str) -> tuple[ClosedSeries, ...]:
    """The rules that close this series for this term, whatever the date."""
    return tuple(rule for rule in load(ClosedSeries) if series in rule.series and term in rule.terms)


def not_reservable(size: str, on: date) -> str | None:
    """Why no reservation is offered for machines of this size at all, as a sentence; None when there is one."""
    rule = _no_reservation(series_of(size), on)
    return f"{rule.what} get no reservation. {rule.citation}" if rule else None


def _no_reservation(series: str, on: date) -> NotReservable | None:
    for rule in load(NotReservable, on):
        if series in rule.series or (rule.word and rule.word in series):
            return rule
    return None


def _other_term(series: str, term: str, on: date) -> str:
    """The three-year term as a way out, where only the one-year term is closed."""
    if (
        term == "P3Y"
        or _no_reservation(series, on)
        or any(rule.holds(on) for rule in closings(series, "P3Y"))
    ):
        return ""
    return ", 3 years"
