"""The reads around an order form: what must be known before it can be filled, and the check before it is confirmed.

Nothing here buys anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from bespeak.buying.allowance import Allowance, allowance
from bespeak.buying.charge import Charge
from bespeak.buying.offer import find_offer
from bespeak.buying.plan import PurchasePlan, plan
from bespeak.buying.prices import read_prices
from bespeak.buying.purchases import Purchase, bought_before, open_purchases
from bespeak.buying.quote import Quote
from bespeak.buying.repeats import repeats
from bespeak.catalogue import PriceBook
from bespeak.clients.session import Session
from bespeak.customers import CustomerDetails, Light, preflight
from bespeak.errors import BespeakError, InputError, MissingError
from bespeak.terms import undo_facts


@dataclass(frozen=True, slots=True)
class Preparation:
    """What an order form reckons with: prices, the customer's lights and UNKNOWN purchases, and what limits allow."""

    prices: PriceBook = field(repr=False)
    lights: tuple[Light, ...]
    unknown: tuple[Purchase, ...]
    allowance: Allowance | None = field(default=None, repr=False)

    def with_prices(self, prices: PriceBook) -> Preparation:
        """The same with other prices."""
        return replace(self, prices=prices)

    def with_purchases(self, purchases: Iterable[Purchase]) -> Preparation:
        """The same with what is known now of these purchases."""
        kept = {one.plan.intent_id: one for one in (*self.unknown, *purchases)}
        return replace(self, unknown=tuple(one for one in kept.values() if one.outcome.state == "UNKNOWN"))


@dataclass(frozen=True, slots=True)
class Checked:
    """A plan, what it charges, what cannot be undone about it; or why there is none, with the prices as they are now.

    ``undo`` begins with what was bought for the same machines just before, where that is so. ``repeats`` are the orders
    of the last 24 hours that are the same purchase; then the phrase ends with "again". ``second_person`` says that
    somebody else must approve it, "" when nobody must.
    """

    plan: PurchasePlan | None
    undo: tuple[str, ...] = ()
    charge: Charge | None = None
    why_not: BespeakError | None = None
    prices: PriceBook | None = field(default=None, repr=False)
    repeats: tuple[str, ...] = ()
    second_person: str = ""


def prepare_order(session: Session, details: CustomerDetails, prices: PriceBook | None = None) -> Preparation:
    """What is needed to fill an order form for a customer; prices that are given are not read again."""
    known = read_prices(session, details) if prices is None else prices
    lights = preflight(details, session.now().date())
    return Preparation(known, lights, open_purchases(session, details.customer_id), allowance(session))


def check_offer(
    session: Session,
    details: CustomerDetails,
    quote: Quote,
    *,
    friendly_name: str,
    new_id: Callable[[], str],
) -> Checked:
    """Finds the offer for a quote in the catalogue as it is now, and plans the purchase.

    When something has changed or is refused, the answer says why and brings new prices; raises ``ServiceError`` when
    a service could not be asked.
    """
    try:
        offer = find_offer(session, details, quote)
        planned = plan(quote, offer, intent_id=new_id(), friendly_name=friendly_name)
    except (InputError, MissingError) as why_not:
        return Checked(None, why_not=why_not, prices=_prices_now(session, details))
    allowed = allowance(session)
    over = allowed.against(planned.customer_id, planned.total)
    if over:
        return Checked(None, why_not=InputError(" ".join(over), f"World: {session.world}. Nothing was sent."))
    repeated = repeats(session, planned)
    planned = replace(planned, again=bool(repeated))
    second = allowed.second_person(planned.total)
    undo = undo_facts(planned.total, offer.found_at.date(), session.world)
    return Checked(
        planned,
        (*filter(None, [second]), *bought_before(session, planned), *repeated, *undo),
        Charge(planned, offer.unit, offer.found_at, session.person, session.where),
        repeats=repeated,
        second_person=second,
    )


def _prices_now(session: Session, details: CustomerDetails) -> PriceBook | None:
    """New prices, or none when they cannot be read now: why there is no plan is said in any case."""
    try:
        return read_prices(session, details)
    except BespeakError:
        return None
