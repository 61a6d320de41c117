"""Money is an exact decimal amount with a currency; it never mixes currencies and never meets a float.

Minor units follow ISO 4217; an amount is rounded in one place only, half even.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from bespeak.errors import InputError

#: Currencies whose minor unit is not two digits (ISO 4217:2015, list one).
_MINOR_DIGITS = {
    "CLP": 0,
    "ISK": 0,
    "JPY": 0,
    "KRW": 0,
    "VND": 0,
    "BHD": 3,
    "JOD": 3,
    "KWD": 3,
    "OMR": 3,
    "TND": 3,
}


def minor_digits(currency: str) -> int:
    """How many digits the minor unit of a currency has (ISO 4217).

    >>> minor_digits("JPY"), minor_digits("EUR")
    (0, 2)
    """
    return _MINOR_DIGITS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency.

    >>> print(Money(Decimal("1234.5"), "USD") * 3)
    USD 3,703.50
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"Money takes a Decimal, not {type(self.amount).__name__}.")
        if not self.amount.is_finite():
            raise InputError(f"{self.amount} is not an amount of money.")
        if not re.fullmatch("[A-Z]{3}", self.currency):
            raise InputError(
                f"'{self.currency}' is not a currency code.", "Use three capital letters such as USD."
            )

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, factor: int | Decimal) -> Money:
        if isinstance(factor, float):
            raise TypeError("Money is multiplied by an int or a Decimal, never by a float.")
        return Money(self.amount * factor, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def rounded(self) -> Money:
        """The amount in the currency's minor unit, half even."""
        digits = minor_digits(self.currency)
        return Money(self.amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN), self.currency)

    def __str__(self) -> str:
        return f"{self.currency} {self.rounded().amount:,f}"

    def _same(self, other: Money) -> Decimal:
        if self.currency != other.currency:
            raise InputError(
                f"{self.currency} and {other.currency} do not add up.", "Convert one of them first."
            )
        return other.amount
