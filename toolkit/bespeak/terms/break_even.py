"""From what use a reservation pays, for the customer and for the partner (D-1020 to D-1025).

Amounts are exact; shares are Decimals that the reader rounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bespeak.errors import InputError
from bespeak.money import Money
from bespeak.terms.spans import term_hours, term_months


@dataclass(frozen=True, slots=True)
class BreakEven:
    """When one instance pays for itself: share of the term's hours, hours, and months at full use."""

    utilisation: Decimal
    hours: Decimal
    months: Decimal


@dataclass(frozen=True, slots=True)
class PartnerView:
    """What a reservation means for the partner, in the customer's currency where not said otherwise.

    ``saving`` (list currency) is what the partner's own cost falls by; it loses its earned credit on the load that
    moves to the reservation. ``restoring_markup`` is the share of the cost that makes up for that.
    """

    cost: Money
    price: Money
    margin: Money
    margin_share: Decimal
    saving: Money
    break_even_utilisation: Decimal
    restoring_markup: Decimal


def break_even(payg_per_hour: Money, total: Money, term: str) -> BreakEven:
    """The use from which the total of a term is less than pay-as-you-go; above 1 it never pays (D-1020)."""
    hours = total.amount / _rate(payg_per_hour, total)
    utilisation = hours / term_hours(term)
    return BreakEven(utilisation, hours, utilisation * term_months(term))


def saving(payg_per_hour: Money, total: Money, term: str, utilisation: Decimal) -> Money:
    """What one instance saves over its term at a utilisation of 0 to 1; negative when it does not pay (D-1021)."""
    if not 0 <= utilisation <= 1:
        raise InputError(f"A utilisation of {utilisation} is not a share.", "Use a number between 0 and 1.")
    return payg_per_hour * (utilisation * term_hours(term)) - total


def software_share(
    payg_per_hour: Money, software_per_hour: Money, total: Money, term: str, *, hybrid_benefit: bool = False
) -> Decimal:
    """The saving at full use as a share of the whole bill when software is billed beside compute (D-1024).

    With ``hybrid_benefit`` the customer brings licences of its own, and the software is not billed any more (D-407).
    """
    bill = (payg_per_hour + software_per_hour) * term_hours(term)
    base = payg_per_hour + software_per_hour if hybrid_benefit else payg_per_hour
    return saving(base, total, term, Decimal(1)).amount / bill.amount


def partner_view(
    payg_per_hour: Money,
    total: Money,
    term: str,
    *,
    earned_credit: Decimal,
    currency: str,
    rate: Decimal,
    markup: Decimal,
) -> PartnerView:
    """The partner's figures for one instance at full use (D-1025, D-1231, D-1233).

    ``earned_credit`` is the share of pay-as-you-go that Microsoft pays back, and never pays on reservations;
    ``rate`` is customer currency per list currency; ``markup`` is a share of the cost.
    """
    net = payg_per_hour * (1 - earned_credit)
    cost = Money(total.amount * rate, currency)
    price = cost * (1 + markup)
    full = payg_per_hour * term_hours(term)
    return PartnerView(
        cost=cost,
        price=price,
        margin=price - cost,
        margin_share=(price - cost).amount / price.amount,
        saving=net * term_hours(term) - total,
        break_even_utilisation=break_even(net, total, term).utilisation,
        restoring_markup=full.amount * earned_credit / total.amount,
    )


def _rate(payg_per_hour: Money, total: Money) -> Decimal:
    """The hourly amount, when it can be compared with the total."""
    if payg_per_hour.currency != total.currency:
        raise InputError(
            f"Pay-as-you-go is in {payg_per_hour.currency}, the reservation in {total.currency}.",
            "Convert one of them first.",
        )
    if payg_per_hour.amount <= 0:
        raise InputError(f"{payg_per_hour} an hour is not a price.", "Read the prices again.")
    return payg_per_hour.amount
