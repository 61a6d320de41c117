"""How well a reservation was used since it began, in words."""

from __future__ import annotations

from bespeak.clients.session import Session
from bespeak.errors import BespeakError
from bespeak.holdings.utilisation import mean_utilisation, utilisation


def use_so_far(session: Session, reservation_order_id: str) -> str:
    """The used share of the reserved hours of all days that are counted, such as '99.9% of its hours, ...'.

    What stands in the way of reading it is said in its place: it must not hide what is known of the order itself.
    """
    try:
        table = utilisation(session, reservation_order_id)
    except BespeakError as error:
        return f"not known: {error}"
    share = mean_utilisation(table)
    if share is None:
        return "no day is counted yet; Azure needs up to 8 hours after a day"
    first, last = (f"{day:%Y-%m-%d}" for day in (table["day"].min(), table["day"].max()))
    return f"{share:.1%} of its hours, {first} to {last}"
