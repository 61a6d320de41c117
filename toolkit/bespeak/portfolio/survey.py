"""All customers looked at together: what is known at once, what has grown old, and reading the rest bit by bit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pandas as pd

from bespeak.advice.offers import Market
from bespeak.clients.session import Session
from bespeak.customers import CustomerDetails
from bespeak.customers import customers as list_customers
from bespeak.customers.details import Kind
from bespeak.errors import BespeakError
from bespeak.portfolio.facts import Facts
from bespeak.portfolio.kept import Kept
from bespeak.portfolio.prices import Prices
from bespeak.portfolio.reading import read_each
from bespeak.portfolio.rows import row
from bespeak.portfolio.usages import Store, usage_of
from bespeak.portfolio.view import PortfolioView
from bespeak.portfolio.worked import Span, Worked, mark_of, work_out
from bespeak.tables import CUSTOMERS, PORTFOLIO
from bespeak.usage import usage_window
from bespeak.usage.store import UsageStore
from bespeak.usage.sync import Refreshed, refresh_usage
from bespeak.worlds import stamp

#: Is told how many are done, and of how many; what it raises ends the work, and what is done is kept.
Progress = Callable[[int, int], object]
#: What was read longer ago is read again.
YOUNG = timedelta(days=1)


class Survey:
    """What is known of all customers, on this machine and from the service.

    ``customers`` is a table CUSTOMERS; without one the list is read, or taken as it was kept when it is young. All that
    is read is kept in the private folder of the world, so that the next survey begins where this one ends.
    """

    def __init__(
        self, session: Session, store: Store, customers: pd.DataFrame | None = None, *, days: int = 30
    ) -> None:
        self.session = session
        self.days = days
        self._store = store
        self._kept = Kept(session.home / "portfolio")
        self._prices = Prices(session, self._kept)
        self.listed = self._listed() if customers is None else CUSTOMERS.check(customers)
        ids = list(self.listed["customer_id"])
        self._markets: dict[tuple[str, str], Market] = {}
        self._facts: dict[str, Facts] = {
            one: facts for one in ids if (facts := self._kept.facts(one)) is not None
        }
        self._worked = self._kept.worked()
        self._stored: dict[str, dict[str, Any]] = {}
        self.look_into_store()

    def old(self, young: timedelta = YOUNG) -> list[str]:
        """The customers to read: those never read, read longer ago than ``young``, or not readable the last time."""
        before = self.session.now() - young
        return [
            one
            for one in self.listed["customer_id"]
            if (facts := self._facts.get(one)) is None or facts.why_not or facts.read < before
        ]

    def read(self, customer_ids: Iterable[str], progress: Progress | None = None) -> None:
        """Reads these customers, a few at once, and keeps each at once; one that cannot be read says why in its row."""
        ids = list(customer_ids)
        done = 0

        def take(facts: Facts) -> None:
            nonlocal done
            self._facts[facts.customer_id] = facts
            self._kept.keep(facts)
            done += 1
            if progress is not None:
                progress(done, len(ids))

        read_each(self.session, self._prices, ids, self.session.now().astimezone(UTC).date(), take)

    def open_figures(self, as_of: datetime | None = None) -> list[str]:
        """The customers whose usage is here and whose money at stake is not worked out as it is now."""
        return [one for one, mark in self._marks(self._day(as_of)).items() if self._is_open(one, mark)]

    def work_out(
        self,
        customer_ids: Iterable[str],
        progress: Progress | None = None,
        *,
        as_of: datetime | None = None,
    ) -> None:
        """Works the money at stake of these customers out, and keeps it."""
        now = self._day(as_of)
        ids = list(customer_ids)
        marks = self._marks(now, ids)
        try:
            for done, one in enumerate(ids, start=1):
                if one in marks:
                    self._worked[one] = self._work_out(one, marks[one], now)
                if progress is not None:
                    progress(done, len(ids))
        finally:
            self._kept.keep_worked(self._worked)

    def read_usage(self, progress: Callable[[int, int | None], None] | None = None) -> Refreshed:
        """Reads the usage of all customers that can have any into the store, as ``refresh_usage`` does."""
        store = cast(
            "UsageStore", self._store
        )  # what else a survey takes holds usage that cannot be read anew
        found = refresh_usage(self.session, store, self._with_azure(), days=self.days, progress=progress)
        self.look_into_store()
        return found

    def _with_azure(self) -> list[CustomerDetails]:
        known = (self._facts.get(one) for one in self.listed["customer_id"])
        return [one.customer for one in known if one is not None and one.kind in {"azure_plan", "legacy"}]

    def look_into_store(self) -> None:
        """Takes what the store knows by now, after usage was read."""
        self._stored = {str(told["customer_id"]): told for told in _records(self._store.customers())}

    def view(self, as_of: datetime | None = None) -> PortfolioView:
        """The portfolio as far as it is known; nothing is read for it. Figures that are out of date are left out."""
        now = self._day(as_of)
        marks = self._marks(now, ask=False)
        rows = [
            row(
                listed,
                self._facts.get(listed["customer_id"]),
                self._current(listed["customer_id"], marks),
                now.date(),
            )
            for listed in _records(self.listed)
        ]
        table = stamp(self.session.world, PORTFOLIO.frame(rows))
        return PortfolioView(self.session.world, now, self.days, table)

    def list_again(self) -> None:
        """Reads the list of customers, and all prices with the next customer."""
        self.listed = list_customers(self.session)
        self._kept.keep_customers(self.listed, self.session.now())
        self._prices.forget()

    def _listed(self) -> pd.DataFrame:
        now = self.session.now()
        kept = self._kept.customers(now - YOUNG)
        if kept is not None:
            return kept
        table = list_customers(self.session)
        self._kept.keep_customers(table, now)
        return table

    def _day(self, as_of: datetime | None) -> datetime:
        return (as_of or self.session.now()).astimezone(UTC)

    def _marks(self, now: datetime, ids: Iterable[str] | None = None, *, ask: bool = True) -> dict[str, str]:
        """Of each customer with usage what its figures depend on now; without asking, where prices are known."""
        found = {}
        for one in self._stored if ids is None else ids:
            facts = self._facts.get(one)
            if one in self._stored and facts is not None and not facts.why_not and facts.kind != "none":
                prices = self._price_mark(facts, now, ask=ask)
                span, day = self._span(facts, now), str(now.date())
                found[one] = mark_of(self._stored[one], facts, prices, span, day) if prices else ""
        return found

    def _price_mark(self, facts: Facts, now: datetime, *, ask: bool) -> str:
        if facts.no_prices:
            return facts.no_prices
        country, kind, currency = _market(facts)
        if ask:
            return self._prices.mark(country, kind, currency, now.date())
        return self._prices.known_mark(country, kind, now.date())

    def _span(self, facts: Facts, now: datetime) -> Span:
        return Span(*usage_window(facts.kind, now, self.days))

    def _is_open(self, customer_id: str, mark: str) -> bool:
        known = self._worked.get(customer_id)
        return known is None or known.mark != mark or known.has_gap  # more may have been asked since

    def _current(self, customer_id: str, marks: dict[str, str]) -> Worked | None:
        known = self._worked.get(customer_id)
        return known if known is not None and known.mark == marks.get(customer_id) else None

    def _work_out(self, customer_id: str, mark: str, now: datetime) -> Worked:
        facts = self._facts[customer_id]
        span = self._span(facts, now)
        usage = usage_of(self._store, self._stored[customer_id], facts.legacy, (span.start, span.end))
        return work_out(usage, facts, self._market(facts, now.date()), span, mark)

    def _market(self, facts: Facts, on: date) -> Market | str:
        """The prices for a customer on a day, or the sentence why there are none."""
        try:
            book = self._prices.book(*_market(facts))
        except BespeakError as error:
            return str(error)
        known = self._markets.get((facts.country, facts.kind))
        if known is None or known.book is not book or known.on != on:
            known = self._markets[facts.country, facts.kind] = Market(book, on)
        return known


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in told.items()} for told in table.to_dict("records")]


def _market(facts: Facts) -> tuple[str, Kind, str | None]:
    return facts.country, cast("Kind", facts.kind), facts.currency or None


def portfolio(
    session: Session,
    store: Store,
    customers: pd.DataFrame | None = None,
    *,
    as_of: datetime | None = None,
    days: int = 30,
    young: timedelta = YOUNG,
    progress: Progress | None = None,
) -> PortfolioView:
    """All customers in one table: what is at stake, what ends, what is not used, which exchange right ends.

    Customers that were read longer ago than ``young`` are read again, all others are taken as they were kept; usage is
    taken as the ``store`` has it. ``as_of`` is the world's date unless another one is given. What ``progress`` raises
    ends the work, and what was read is kept. One customer that cannot be read says why in its row.
    """
    survey = Survey(session, store, customers, days=days)
    survey.read(survey.old(young), progress)
    survey.work_out(survey.open_figures(as_of), progress, as_of=as_of)
    return survey.view(as_of)
