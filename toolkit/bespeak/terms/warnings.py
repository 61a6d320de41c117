"""What a buyer should know about a size and a term on a date: closed and closing series, exchange, refund."""

from __future__ import annotations

from datetime import date, timedelta

from bespeak.money import Money
from bespeak.policy import utc_day
from bespeak.terms.closing import closed_series, closings, not_reservable
from bespeak.terms.exchange import exchange_sentence
from bespeak.terms.refunds import refund_sentence
from bespeak.terms.series import series_of
from bespeak.terms.spans import term_label

#: A closing within this time is worth a warning: plan six to twelve months ahead (D-520).
_AHEAD = timedelta(days=365)


def warnings(size: str, term: str, on: date, total: Money | None = None) -> tuple[str, ...]:
    """The sentences of the dated rules that concern this purchase on that day, the gravest first.

    What cannot be bought needs no further warning. With the ``total`` of the purchase the sentences also say whether
    it could be cancelled as a whole.
    """
    on = utc_day(on)
    refused = [not_reservable(size, on), closed_series(size, term, on)]
    advised = [_closing(size, term, on), exchange_sentence(on), refund_sentence(total, on) if total else None]
    return tuple(s for s in (refused if any(refused) else advised) if s is not None)


def _closing(size: str, term: str, on: date) -> str | None:
    series = series_of(size)
    for rule in closings(series, term):
        if rule.starts is not None and on < rule.starts <= on + _AHEAD:
            return (
                f"Reservations of the {series} series for {term_label(term)} close on {rule.starts}: after that no "
                f"purchase and no renewal. {rule.citation}"
            )
    return None
