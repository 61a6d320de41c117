"""What a caller writes into a line of a cart or of an order, checked for its types only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeGuard

from bespeak.sandbox.refusals import RefusalError

_PARTICIPANTS = frozenset({"transactionreseller", "consumptionreseller", "additionaltransactionreseller"})
_TEXTS = ("friendlyname", "currencycode", "billingcycle", "termduration")
_MOST = 1024


@dataclass(frozen=True, slots=True)
class Wish:
    """A line as the caller wrote it. ``resellers`` are the MPN ids of its participants, the first one sells."""

    number: int
    catalog_item_id: str
    friendly_name: str
    quantity: int
    currency: str
    billing_cycle: str
    term: str
    context: dict[str, str]
    resellers: tuple[str, ...] = ()
    #: None when nothing was said.
    attested: bool | None = None

    @property
    def cycle(self) -> str:
        """The billing cycle in small letters without underscores."""
        return self.billing_cycle.replace("_", "").lower()

    @property
    def asked(self) -> str:
        """The subscription that shall pay, in small letters."""
        return self.context.get("subscriptionid", "").lower()


def read_wish(raw: object, index: int, count: int) -> Wish:
    """A line from its JSON with lower-case members; refuses what is of the wrong type."""
    if not isinstance(raw, dict):
        raise RefusalError(400, 800002, "A line item must be a JSON object.")
    number, quantity = raw.get("id"), raw.get("quantity")
    number = index if number is None else number
    if not _is_int(number) or not 0 <= number < count:
        raise RefusalError(400, 800071, f"Line number {number!r} is out of range."[:300])
    if not isinstance(raw.get("catalogitemid"), str) or not raw["catalogitemid"]:
        raise RefusalError(400, 900142, f"Line {number} has no catalogItemId.")
    if not _is_int(quantity):
        what = f"The quantity of line {number} must be a whole number, not {quantity!r}."
        raise RefusalError(400, 800002, what[:300])
    friendly, currency, cycle, term = (_text(raw, name) for name in _TEXTS)
    context, resellers = _context(raw), _resellers(raw)
    return Wish(
        number,
        _text(raw, "catalogitemid"),
        friendly,
        quantity,
        currency,
        cycle,
        term,
        context,
        resellers,
        _truth(raw, "attestationaccepted"),
    )


def _is_int(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _text(raw: dict[str, Any], name: str) -> str:
    value = raw.get(name)
    if value is not None and not isinstance(value, str):
        raise RefusalError(400, 800002, f"Member '{name}' must be text.")
    if value is not None and len(value) > _MOST:
        raise RefusalError(400, 800002, f"Member '{name}' has more than {_MOST} characters.")
    return value or ""


def _truth(raw: dict[str, Any], name: str) -> bool | None:
    value = raw.get(name)
    if value is not None and not isinstance(value, bool):
        raise RefusalError(400, 800002, f"Member '{name}' must be true or false.")
    return value


def _context(raw: dict[str, Any]) -> dict[str, str]:
    context = raw.get("provisioningcontext") or {}
    if not isinstance(context, dict) or not all(isinstance(value, str) for value in context.values()):
        raise RefusalError(400, 800002, "Member 'provisioningContext' must hold texts only.")
    return context


def _resellers(raw: dict[str, Any]) -> tuple[str, ...]:
    """MPN ids of the participants; the one on an order line is called partnerIdOnRecord."""
    listed = raw.get("participants") or []
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise RefusalError(400, 800002, "Member 'participants' must be a list of objects.")
    found = [(_text(one, "key").replace("_", "").lower(), _text(one, "value")) for one in listed]
    for key, _value in found:
        if key not in _PARTICIPANTS:
            raise RefusalError(400, 800002, f"There is no participant '{key}'.")
    on_record = _text(raw, "partneridonrecord")
    return ((on_record,) if on_record else ()) + tuple(value for _key, value in sorted(found, key=_first))


def _first(participant: tuple[str, str]) -> bool:
    """The reseller that sells comes before the others."""
    return participant[0] != "transactionreseller"
