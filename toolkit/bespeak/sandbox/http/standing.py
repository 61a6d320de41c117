"""The sandbox's own routes for how partner and customers stand with Microsoft (F-25): refusals, credit, capacity."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, plain
from bespeak.sandbox.http.readers import members
from bespeak.sandbox.http.shapes import standing as shapes
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.standing import Payment, Restriction, Standing
from bespeak.sandbox.world import World

_MEMBERS = ("customer", "refuse", "quota_cores", "credit_limit", "credit_code", "paid", "restrict", "sign")
_MOST = 10**12


def read_standing(_ask: Ask, world: World) -> Answer:
    """All settings as they are."""
    return plain(_shown(world.commerce.standing))


def set_standing(ask: Ask, world: World) -> Answer:
    """Sets what is given, for ``customer`` or for all; everything is read before anything is changed."""
    body = members(ask, _MEMBERS)
    customer = body.get("customer") or ""
    if not isinstance(customer, str):
        raise _bad("customer", "must be the id of a customer")
    key = world.customer(customer).id if customer else ""
    wish = _Wish(body, key)
    wish.apply(world)
    return plain(_shown(world.commerce.standing))


class _Wish:
    """What was asked for, read and checked."""

    def __init__(self, body: dict[str, Any], customer: str) -> None:
        self.customer = customer
        self.refuse = _whole(body, "refuse")
        self.quota = _whole(body, "quota_cores")
        self.code = _whole(body, "credit_code")
        self.limited = "credit_limit" in body
        self.limit = _amount(body, "credit_limit")
        self.paid = _amount(body, "paid")
        self.restriction = _restriction(body, customer)
        self.sign = body.get("sign") is True
        if (self.quota is not None or self.sign) and not customer:
            raise _bad("customer", "is needed for quota_cores and sign")
        if self.code is not None and self.code not in (800023, 800025, 900121):
            raise _bad("credit_code", "must be 800023, 800025 or 900121")

    def apply(self, world: World) -> None:
        """Changes the settings."""
        standing = world.commerce.standing
        if self.refuse is not None:
            standing.refuse(self.refuse, self.customer)
        if self.quota is not None:
            standing.state.quotas[self.customer] = self.quota
        if self.code is not None:
            standing.state.credit_code = self.code
        if self.limited:
            standing.state.credit_limit = self.limit
        if self.paid is not None:
            standing.state.payments.append(Payment(world.now, self.paid))
        if self.restriction is not None:
            standing.state.restrictions.append(self.restriction)
        if self.sign:
            world.agreements.sign(world.customer(self.customer))


def _whole(body: dict[str, Any], name: str) -> int | None:
    value = body.get(name)
    if value is not None and (
        isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _MOST
    ):
        raise _bad(name, "must be a whole number of 0 or more")
    return value


def _amount(body: dict[str, Any], name: str) -> Decimal | None:
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _MOST:
        raise _bad(name, "must be an amount in US dollars of 0 or more")
    return Decimal(str(value))


def _restriction(body: dict[str, Any], customer: str) -> Restriction | None:
    wanted = body.get("restrict")
    if wanted is None:
        return None
    known = {"size", "region"}
    if not isinstance(wanted, dict) or not set(wanted) <= known or not all(map(_is_text, wanted.values())):
        raise _bad("restrict", "must be an object with size and region, both texts")
    return Restriction(wanted.get("size", ""), wanted.get("region", ""), customer)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _bad(name: str, why: str) -> RefusalError:
    return RefusalError(400, "BadRequest", f"Member '{name}' {why}.")


def _shown(standing: Standing) -> shapes.Standing:
    state = standing.state
    return {
        "refusals": dict(state.refusals),
        "quota_cores": dict(state.quotas),
        "credit_limit": None if state.credit_limit is None else float(state.credit_limit),
        "credit_code": state.credit_code,
        "paid": float(sum((one.amount for one in state.payments), Decimal(0))),
        "restrictions": [
            {"size": one.size, "region": one.region, "customer": one.customer_id}
            for one in state.restrictions
        ],
    }


_TESTS = "test_commerce_standing.py::"
ROUTES = (
    Route(
        "GET",
        "/standing",
        read_standing,
        about=About(
            "How partner and customers stand",
            "OWN",
            {200: shapes.Standing},
            f"{_TESTS}test_a_wrong_setting_changes_nothing",
        ),
    ),
    Route(
        "POST",
        "/standing",
        set_standing,
        about=About(
            "Set how partner and customers stand",
            "OWN",
            {200: shapes.Standing},
            f"{_TESTS}test_a_wrong_setting_changes_nothing",
            takes=shapes.StandingWish,
            errors=((400, "BadRequest"), (404, 60003), (403, 20002)),
        ),
    ),
)
