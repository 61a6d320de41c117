"""How much may be bought: per order, per day, per customer, and in all over 30 days. Judged where the send is written.

The file ``limits.toml`` in the private folder of a world holds them. What cannot be judged is refused.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from bespeak.buying.plan import PurchasePlan
from bespeak.errors import InputError
from bespeak.journal import Intent
from bespeak.money import Money

FILE_NAME = "limits.toml"
_DAY, _MONTH = timedelta(hours=24), timedelta(days=30)
_NEXT = f"Buy less, wait, or let whoever is responsible change {FILE_NAME}."


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that may be spent, each in one currency; ``None`` sets no limit.

    ``order``: one purchase. ``day``: all purchases of 24 hours. ``customer``: those for one customer in 30 days.
    ``month``: all of 30 days. ``approve_above``: what is more needs a second person.
    """

    order: Money | None = None
    day: Money | None = None
    customer: Money | None = None
    month: Money | None = None
    approve_above: Money | None = None

    def needs_approval(self, plan: PurchasePlan) -> bool:
        """Whether a second person must approve it; raises ``InputError`` when that cannot be told."""
        above = self.approve_above
        if above is None:
            return False
        if above.currency != plan.total.currency:
            raise InputError(
                f"approve_above is set in {above.currency} and cannot be compared with {plan.total}.",
                f"Set approve_above in {plan.total.currency} in {FILE_NAME}; until then nothing is bought.",
            )
        return above < plan.total

    def check(self, plan: PurchasePlan, others: Iterable[Intent], at: datetime) -> None:
        """Raises ``InputError`` when the plan and what was sent before it are more than a limit.

        Purchases whose end is not known count as bought.
        """
        for trouble in self.against(plan.customer_id, plan.total, others, at):
            raise trouble

    def against(
        self, customer_id: str, total: Money, others: Iterable[Intent], at: datetime
    ) -> Iterator[InputError]:
        """Each limit that such a purchase would exceed, or that cannot be judged, in words."""
        spent = [(PurchasePlan.from_json(one.plan), one.sent) for one in others if _counts(one)]
        for name, limit in self._set():
            since, whose = _WINDOWS[name](customer_id.lower())
            within = (p.total for p, sent in spent if sent and whose(p) and sent > at - since)
            try:
                _check(name, limit, total, within)
            except InputError as trouble:
                yield trouble

    def _set(self) -> list[tuple[str, Money]]:
        named = ((name, getattr(self, name)) for name in _WINDOWS)
        return [(name, limit) for name, limit in named if limit is not None]


def read_limits(home: Path) -> Limits:
    """The limits of a world's private folder; none when there is no file.

    Raises ``InputError`` for a file that cannot be read to the last word: then nothing may be bought.
    """
    path = home / FILE_NAME
    if not path.exists():
        return Limits()
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"The limits in {FILE_NAME} cannot be read: {error}.", "Nothing is bought."
        ) from error
    return _limits(told)


def _limits(told: dict[str, Any]) -> Limits:
    known = [field.name for field in fields(Limits)]
    unknown = sorted(told.keys() - {*known, "currency"})
    if unknown or not isinstance(told.get("currency"), str):
        wrong = f"does not know '{unknown[0]}'" if unknown else "names no currency"
        raise InputError(f"{FILE_NAME} {wrong}.", f"It has currency and any of {', '.join(known)}.")
    return Limits(**{name: _money(name, told[name], told["currency"]) for name in known if name in told})


def _money(name: str, told: object, currency: str) -> Money:
    try:
        amount = Decimal(told) if isinstance(told, str) else Decimal("NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise InputError(
            f"The limit '{name}' in {FILE_NAME} is {told!r}.",
            'Write an amount of 0 or more in quotes, such as "20000.00".',
        )
    return Money(amount, currency)


def _counts(intent: Intent) -> bool:
    return intent.state in ("SENDING", "UNKNOWN", "ORDERED", "RECONCILED")


_Whose = Callable[[PurchasePlan], bool]
_WINDOWS: dict[str, Callable[[str], tuple[timedelta, _Whose]]] = {
    "order": lambda _mine: (timedelta(0), lambda _plan: False),
    "day": lambda _mine: (_DAY, lambda _plan: True),
    "customer": lambda mine: (_MONTH, lambda plan: plan.customer_id.lower() == mine),
    "month": lambda _mine: (_MONTH, lambda _plan: True),
}
_WORDS = {"order": "one order", "day": "a day", "customer": "a customer in 30 days", "month": "30 days"}


def _check(name: str, limit: Money, wanted: Money, before: Iterable[Money]) -> None:
    amounts = [wanted, *before]
    strange = next((one.currency for one in amounts if one.currency != limit.currency), "")
    if strange:
        what = f"The limit for {_WORDS[name]} is in {limit.currency} and cannot be compared with {strange}."
        raise InputError(what, f"Set it in {strange} in {FILE_NAME}; until then nothing is bought.")
    total = sum(amounts[1:], amounts[0])
    if limit < total:
        already = f" with the {total - wanted} bought already" if total.amount != wanted.amount else ""
        raise InputError(f"{wanted}{already} is over the limit of {limit} for {_WORDS[name]}.", _NEXT)
