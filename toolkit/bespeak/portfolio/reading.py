"""Reading what customers are and own, a few at once; what one refuses does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pandas as pd

from bespeak.advice.owned import still_owned
from bespeak.catalogue import PriceBook
from bespeak.clients.limiter import PARALLEL
from bespeak.clients.session import Session
from bespeak.customers import CustomerDetails, customer_details
from bespeak.errors import (
    BespeakError,
    LockedError,
    MissingError,
    ServiceError,
    SignInError,
    UnreachableError,
)
from bespeak.holdings import holdings, renewal, utilisation
from bespeak.portfolio.facts import Facts, Owned, Used, details_json
from bespeak.portfolio.prices import NO_PRICES, Prices
from bespeak.terms import Amortisation

#: Days of use that are read; Azure counts a day some hours after it, so today's is left out (D-1203).
USE_DAYS = 30
#: So many customers in a row without an answer, and nobody else is asked: the service is away.
_AWAY = 5


def read_each(
    session: Session, prices: Prices, customer_ids: Iterable[str], on: date, done: Callable[[Facts], None]
) -> None:
    """Reads customers, a few at once; ``done`` gets the facts of each in order, also of one that cannot be read.

    Nobody signed in ends the reading, and ``_AWAY`` customers in a row without a connection do. What ``done`` raises
    ends it too; what was read by then has been handed on.
    """
    away = 0
    with ThreadPoolExecutor(PARALLEL) as pool:
        asked = {one: pool.submit(read_facts, session, prices, one, on) for one in customer_ids}
        try:
            for customer_id, future in asked.items():
                try:
                    facts, away = future.result(), 0
                except UnreachableError as error:
                    away += 1
                    if away == _AWAY:
                        raise
                    facts = Facts(customer_id, session.now(), why_not=str(error))
                done(facts)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def read_facts(session: Session, prices: Prices, customer_id: str, on: date) -> Facts:
    """What a customer is and owns; an error of its own is a sentence in ``why_not``.

    Raises ``SignInError``, ``LockedError`` and ``UnreachableError``, which say nothing of the customer.
    """
    try:
        return _read(session, prices, customer_id, on)
    except (SignInError, LockedError, UnreachableError):
        raise
    except BespeakError as error:
        return Facts(customer_id, session.now(), why_not=str(error))
    except Exception as error:  # noqa: BLE001  one customer with strange data never sinks the page of all
        sentence = f"This should not happen: {type(error).__name__}: {error}. Please report it."
        return Facts(customer_id, session.now(), why_not=sentence)


def _read(session: Session, prices: Prices, customer_id: str, on: date) -> Facts:
    details = customer_details(session, customer_id)
    table = holdings(session, details)
    alive = set(still_owned(table, on).index)
    book, no_prices = _book(prices, details)
    return Facts(
        customer_id=details.customer_id,
        read=session.now(),
        kind=details.kind,
        country=details.country,
        currency=book.currency if book else details.currency or "",
        details=details_json(details),
        no_prices=no_prices,
        owned=tuple(
            _owned(session, table.loc[place], book, on, alive=place in alive) for place in table.index
        ),
    )


def _book(prices: Prices, details: CustomerDetails) -> tuple[PriceBook | None, str]:
    """The prices of a customer that can have any, else why there are none."""
    if details.kind == "none":
        return None, ""
    try:
        return prices.book(details.country, details.kind, details.currency), ""
    except NO_PRICES as error:
        return None, str(error)


def _owned(session: Session, row: pd.Series[Any], book: PriceBook | None, on: date, *, alive: bool) -> Owned:
    """A row of HOLDINGS with what else is known of it; one that has ended, or is too young, is asked for nothing."""
    holding = {str(name): _plain(value) for name, value in row.items()}
    if not alive or not holding["reservation_id"]:
        return Owned(holding)
    try:
        renews = renewal(session, row).on
        table = utilisation(session, row, start=on - timedelta(days=USE_DAYS), end=on - timedelta(days=1))
    except UnreachableError:
        raise
    except ServiceError as error:
        return Owned(holding, unread=str(error), hour_price=_hour_price(holding, book))
    use = zip(table["day"], table["used_hours"], table["reserved_hours"], strict=True)
    return Owned(
        holding,
        renews=renews,
        use=tuple(Used(day.date(), float(used), float(reserved)) for day, used, reserved in use),
        hour_price=_hour_price(holding, book),
    )


def _hour_price(holding: Mapping[str, Any], book: PriceBook | None) -> float | None:
    """What an hour of one instance costs, the total spread over the days of its own term (D-1211); at list price."""
    start, expiry = holding["start"], holding["expiry"]
    if book is None or start is None or expiry is None:
        return None
    try:
        total = book.reservation_total(holding["region"], holding["size"], holding["term"])
    except MissingError:
        return None
    return float(Amortisation(total, start.date(), expiry.date()).a_day.amount) / 24


def _plain(value: Any) -> Any:  # noqa: ANN401  whatever a cell holds
    """A cell as plain Python holds it: empty ones are ``None``."""
    if value is None or value is pd.NaT or value != value:  # noqa: PLR0124  not a number is not itself
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value
