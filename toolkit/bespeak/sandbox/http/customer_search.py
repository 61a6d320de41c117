"""The filter of the list of customers (Microsoft, *Get a list of customers filtered by a search field*)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from bespeak.sandbox.estate import Customer
from bespeak.sandbox.http.exchange import Ask
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.resellers import reseller_of
from bespeak.sandbox.world import World

Condition = Callable[[Customer], bool]
#: How deep conditions may be nested; no text says it.
_DEEPEST = 8


def condition(ask: Ask, world: World, text: str) -> Condition:
    """What a filter asks for; 400 / 2000 for one that cannot be read."""
    try:
        return _parsed(_folded(json.loads(text)), ask, world, _DEEPEST)
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError) as error:
        raise bad_filter("is not the JSON of a filter") from error


def _folded(node: Any) -> dict[str, Any]:  # noqa: ANN401  (any JSON)
    return {str(key).lower(): value for key, value in node.items()}


def _parsed(node: dict[str, Any], ask: Ask, world: World, deep: int) -> Condition:
    if deep == 0:
        raise bad_filter(f"is nested more than {_DEEPEST} deep")
    operator = str(node["operator"]).lower()
    if operator in ("and", "or"):
        both = [_parsed(_folded(node[side]), ask, world, deep - 1) for side in ("leftfilter", "rightfilter")]
        met = all if operator == "and" else any
        return lambda customer: met(one(customer) for one in both)
    if operator != "starts_with":
        what = f"has operator '{operator}'; customers are searched with starts_with only"
        raise bad_filter(what[:300])
    read = _field(str(node["field"]), ask, world)
    value = str(node["value"]).casefold()
    return lambda customer: read(customer).casefold().startswith(value)


def _field(name: str, ask: Ask, world: World) -> Callable[[Customer], str]:
    field = name.lower()
    if field == "companyname":
        return lambda customer: customer.name
    if field == "domain":
        return lambda customer: customer.domain
    if field in ("indirectreseller", "indirectcloudsolutionprovider"):
        if not ask.user:
            what = f"Customers by {name} are not for an app-only token. Sign in with app and user."
            raise RefusalError(403, 900329, what)
        if field == "indirectcloudsolutionprovider" or not world.switches.indirect:
            return lambda _customer: "nobody's"
        return lambda customer: reseller_of(customer.id).id
    known = "CompanyName, Domain, IndirectReseller and IndirectCloudSolutionProvider"
    raise bad_filter(f"names field '{name}'; there are {known}"[:300])


def bad_filter(why: str) -> RefusalError:
    """400 / 2000 with what is wrong about a filter."""
    return RefusalError(400, 2000, f"The filter {why}.", source="PartnerApiServiceControllers")
