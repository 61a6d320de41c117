"""Why a row of advice says what it says: full sentences with the figures behind them."""

from __future__ import annotations

from collections.abc import Iterable

from bespeak.advice.need import Need
from bespeak.advice.offers import Market
from bespeak.advice.purchase import Purchase
from bespeak.terms import software_sentence, term_label

#: So many machines are named in a sentence; the row has them all.
_NAMED = 5


def bought(purchase: Purchase, currency: str) -> list[str]:
    """Why this quantity: use and coverage, break-even, what one more would do, saving, what is left, machines."""
    return [
        _use(purchase),
        *_flexible(purchase),
        _pays(purchase, currency),
        _one_more(purchase, currency),
        _saves(purchase, currency),
        _stays(purchase, currency),
        _covers(purchase.machines),
    ]


def not_bought(purchase: Purchase, currency: str) -> list[str]:
    """Why buying nothing costs least."""
    if not purchase.load.demand:
        return ["Buy nothing: nothing is left that a reservation could cover in these hours."]
    first = (
        f"Buy nothing: one {purchase.offer.size} would be used {purchase.next_use:.1%} of the "
        f"{purchase.load.hours:,} hours {_window(purchase.need)} and cost more than it saves."
    )
    return [first, _pays(purchase, currency)]


def no_offer(need: Need, term: str, market: Market) -> str:
    """Why nothing can be bought: the price book has no reservation for any size of the group."""
    return (
        f"Buy nothing: there is no reservation price for {group_name(need)} in {need.key.region} for "
        f"{term_label(term)} in {market.book.source} of {market.book.as_of}."
    )


def all_closed(need: Need, term: str) -> str:
    """Why nothing can be bought: every size that has a price is closed on the day."""
    return (
        f"Buy nothing: no reservation of {group_name(need)} can be bought for {term_label(term)} on this day."
    )


def compute_only(need: Need, market: Market) -> list[str]:
    """That the figures hold no software, where machines run any that is paid for (D-407, D-1024)."""
    licensed = need.licensed_machines
    if not licensed:
        return []
    sentence = (
        f"{licensed:,} of the {len(need.machines):,} machines run Windows or other licensed software, whose price is "
        f"in none of these figures. {software_sentence(market.on)}"
    )
    return [sentence]


def circumstances(need: Need, market: Market) -> list[str]:
    """What the figures leave out: a ratio, owned units, sizes without a price, hours that nobody knows."""
    covered, unknown = float(need.covered.mean()), float(need.unknown.mean())
    found = _alone(need)
    if covered:
        found.append(
            f"On average {covered:,.1f} units are covered by what is owned; they were taken out of each hour first."
        )
    found += [
        f"{size} has no pay-as-you-go price in {market.book.source}: its {ran.sum():,.0f} machine hours are set aside, "
        "not counted as free."
        for size, ran in need.unpriced.items()
    ]
    if unknown:
        found.append(
            f"On average {unknown:,.1f} units ran at hours that daily records do not tell. "
            + (
                "They are counted as if they ran at the same time, which a reservation covers least of."
                if need.even
                else "They are left out, so more may have run than is counted here."
            )
        )
    return found


def bounds(purchase: Purchase, currency: str) -> list[str]:
    """Between what the saving lies where hours of the day are not known (D-353)."""
    best = purchase.best
    if best is purchase or not purchase.quantity:
        return []
    sentence = (
        f"Daily records do not tell the hours of the day: it saves at least {currency} {purchase.saving:,.2f} and at "
        f"most {currency} {best.saving:,.2f}, at a utilisation of {purchase.utilisation or 0:.1%} to "
        f"{best.utilisation or 0:.1%}. The quantity is the one whose least saving is highest."
    )
    return [sentence]


def _alone(need: Need) -> list[str]:
    """That a size has no ratio, and what follows from it."""
    if not is_alone(need):
        return []
    sentence = (
        f"No ratio is known for {group_name(need)}, so it is sized by itself: it is counted in no group, and no other "
        "size is covered with it. Look its group up at Microsoft before you count on flexibility."
    )
    return [sentence]


def _use(purchase: Purchase) -> str:
    units = "" if purchase.ratio == 1 else f" ({purchase.units:,g} units)"
    is_open = purchase.need.even is not None  # then nobody can tell in how many hours it is full
    least = "at least " if is_open else ""
    full = "" if is_open else f", fully in {purchase.full_hours:,} of them,"
    return (
        f"{purchase.quantity:,} x {purchase.offer.size}{units} would be used {least}{purchase.utilisation or 0:.1%} "
        f"over the {purchase.load.hours:,} hours {_window(purchase.need)}{full} and cover "
        f"{least}{purchase.coverage:.1%} of what ran."
    )


def _flexible(purchase: Purchase) -> list[str]:
    """Why a size is bought that did not run, where the group makes no difference between its sizes."""
    if purchase.offer.size in purchase.need.instances:
        return []
    sentence = (
        f"No {purchase.offer.size} ran: a reservation covers all sizes of {group_name(purchase.need)}, and "
        f"{purchase.units:,g} units cost least in this one."
    )
    return [sentence]


def _pays(purchase: Purchase, currency: str) -> str:
    if purchase.break_even is None or purchase.payg_per_hour is None:
        return f"An hour of {purchase.offer.size} has no pay-as-you-go price, so there is no break-even."
    prices = (
        f"an hour of {purchase.offer.size} costs {currency} {purchase.offer.per_hour:,.4f} reserved and "
        f"{currency} {purchase.payg_per_hour:,.4f} at pay-as-you-go"
    )
    if purchase.break_even > 1:
        return f"It never pays: {prices}."
    return f"It pays from a use of {purchase.break_even:.1%} (break-even): {prices}."


def _one_more(purchase: Purchase, currency: str) -> str:
    more = Purchase(purchase.need, purchase.offer, purchase.quantity + 1)
    return (
        f"One more would be used {purchase.next_use:.1%} of the hours and leave "
        f"{_amount(purchase.saving - more.saving, currency)} less of the saving."
    )


def _saves(purchase: Purchase, currency: str) -> str:
    payg = purchase.load.payg
    return (
        f"These hours cost {_amount(payg, currency)} at pay-as-you-go and would have cost "
        f"{_amount(purchase.cost, currency)}{' at most' if purchase.need.even else ''}: "
        f"{_amount(purchase.saving, currency)} ({purchase.saving / payg:.1%}) less over this window, not over the term."
    )


def _stays(purchase: Purchase, currency: str) -> str:
    if not purchase.open_hours:
        return "Nothing of it stays on pay-as-you-go."
    if purchase.need.even:
        return (
            f"At most {purchase.open_units:,.0f} unit-hours stay on pay-as-you-go "
            f"({_amount(purchase.open_payg, currency)})."
        )
    return (
        f"{purchase.open_units:,.0f} unit-hours in {purchase.open_hours:,} hours stay on pay-as-you-go "
        f"({_amount(purchase.open_payg, currency)})."
    )


def _covers(machines: Iterable[str]) -> str:
    names = list(machines)
    others = len(names) - _NAMED
    shown = ", ".join(names[:_NAMED])
    more = f" and {others:,} more" if others > 0 else ""
    return f"It would cover the machines that ran longest: {shown}{more}."


def _window(need: Need) -> str:
    return f"from {need.start:%Y-%m-%d} to {need.end:%Y-%m-%d}"


def group_name(need: Need) -> str:
    """A flexibility group, or the size that is alone in its group, as it is named in a sentence."""
    group = need.key.group
    return group.removeprefix("size:") if is_alone(need) else f"the {group}"


def is_alone(need: Need) -> bool:
    """Whether it is a single size whose group and ratio are not known."""
    return need.key.group.startswith("size:")


def _amount(value: float, currency: str) -> str:
    return f"{currency} {value:,.2f}"
