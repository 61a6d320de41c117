"""The same study once more, after something was bought: the usage is not read again."""

from __future__ import annotations

from dataclasses import replace

from bespeak.advice import azure_rule, recommend
from bespeak.buying import read_prices
from bespeak.clients.session import Session
from bespeak.holdings import holdings
from bespeak.review.study import Study


def renew_study(session: Session, study: Study) -> Study:
    """The study with the prices and the reservations of now, so that what was bought is not advised again."""
    prices, owned_now = read_prices(session, study.details), holdings(session, study.details)
    as_of = session.now()
    return replace(
        study,
        as_of=as_of,
        prices=prices,
        holdings=owned_now,
        advice=recommend(study.demand, prices, owned_now, as_of.date()),
        azure=azure_rule(study.demand, prices, owned_now, as_of.date()),
    )
