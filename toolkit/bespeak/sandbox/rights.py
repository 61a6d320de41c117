"""Who may do what in Azure: role assignments decide, and what a partner's customers never may (D-210 to D-228)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bespeak.sandbox.azure_roles import AzureRole, role_named
from bespeak.sandbox.grants import ADMIN_AGENTS, Assignment, object_id
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.rules import azure_access
from bespeak.sandbox.world import World

ORDER = "/providers/Microsoft.Capacity/reservationOrders"
READ = "Microsoft.Capacity/reservationOrders/read"
_LIGHTHOUSE = "lighthouse"
#: The people of a customer; ``guest`` is one of the partner's who was invited into the customer's tenant.
_CUSTOMERS = ("customer-owner", "customer-user")


def may(
    world: World, principal: str, action: str, scope: str, customer_id: str, *, touches: Collection[str] = ()
) -> None:
    """Refuses with 403 / AuthorizationFailed unless a role allows the principal this action at this scope.

    ``customer_id`` is the tenant that the scope lies in. ``touches``: which of "scope" and "renew" a PATCH of a
    reservation would change; customers of a partner may not (D-906).
    """
    reason = _never(principal, action, touches)
    if reason or not _allowed(world, principal, action, scope, customer_id.lower()):
        raise refusal(world, principal, action, scope, customer_id.lower(), reason)


def can(world: World, principal: str, action: str, scope: str, customer_id: str) -> bool:
    """Whether ``may`` would let it pass."""
    return not _never(principal, action, ()) and _allowed(
        world, principal, action, scope, customer_id.lower()
    )


def may_see_billing(world: World, principal: str, action: str, scope: str) -> None:
    """Refuses a scope of the partner's billing account to all but admin agents and billing admins (D-207)."""
    if principal not in azure_access()["billing_scopes"]["readers"]:
        raise refusal(world, principal, action, scope, world.partner_id)


def sees(world: World, principal: str, order_id: str, customer_id: str) -> bool:
    """Whether a principal may read a reservation order: for lists, which leave out what it may not."""
    return can(world, principal, READ, f"{ORDER}/{order_id}", customer_id)


def identities(principal: str, tenant: str) -> tuple[str, ...]:
    """The object ids under which a principal holds roles: its own, and that of the group it is in."""
    own = object_id(principal, tenant)
    return (own, ADMIN_AGENTS) if principal == "admin-agent" else (own,)


def held(
    world: World, principal: str, scope: str, customer_id: str
) -> Iterator[tuple[Assignment, AzureRole]]:
    """The roles of a principal that count at a scope."""
    mine = identities(principal, customer_id)
    for one in world.grants.counting_at(scope, customer_id):
        role = world.grants.role(one.role_id)
        if one.principal_id in mine and role is not None:
            yield one, role


def _allowed(world: World, principal: str, action: str, scope: str, customer_id: str) -> bool:
    if principal == _LIGHTHOUSE:
        return _delegated(world, action, scope, customer_id)
    return any(
        _counts(role, one, action, scope, world) for one, role in held(world, principal, scope, customer_id)
    )


def _delegated(world: World, action: str, scope: str, customer_id: str) -> bool:
    """What Azure Lighthouse gives: Contributor on subscriptions, and nothing that concerns reservations (D-212)."""
    subscription = scope.lower().strip("/").split("/")[1:2]
    owned = scope.lower().startswith("/subscriptions/") and subscription[0] in world.directory.azure_ids(
        customer_id
    )
    return owned and not _among("buying", action) and role_named("Contributor").allows(action)


def _counts(role: AzureRole, one: Assignment, action: str, scope: str, world: World) -> bool:
    """Whether this role at this place allows the action."""
    if _among("buying", action):
        return role.buys and (
            _owns(role) or world.switches.purchaser_in_two_steps or not _among("two_steps", action)
        )
    if _among("returning", action):
        return role.returns and "/reservations/" not in one.scope.lower()
    return role.allows(_as_capacity(action, scope))


def _owns(role: AzureRole) -> bool:
    return role.name == "Owner"


def _among(rule: str, action: str) -> bool:
    return action.lower() in {known.lower() for known in azure_access()[rule]}


def _as_capacity(action: str, scope: str) -> str:
    """Who reads a reservation also reads how it is used, which is another provider's action."""
    reads = action.lower().startswith("microsoft.consumption/") and action.lower().endswith("/read")
    return READ if reads and scope.lower().startswith(ORDER.lower()) else action


def _never(principal: str, action: str, touches: Collection[str]) -> str:
    """Why no role helps, or nothing."""
    rule = azure_access()["customers_may_not"]
    if principal not in _CUSTOMERS:
        return ""
    if action.lower() in {known.lower() for known in rule["actions"]} or set(touches) & set(rule["parts"]):
        return " Customers of a partner cannot exchange, cancel, renew, return or rescope; their partner does it."
    return ""


def client_of(world: World, principal: str, customer_id: str) -> tuple[str, str]:
    """The name and the object id by which a refusal calls the caller."""
    own = object_id(principal, customer_id)
    customer = world.directory.customers.get(customer_id)
    domain = customer.domain if customer and principal in _CUSTOMERS else "partner.example.com"
    return (own if principal == "app" else f"{principal}@{domain}"), own


def refusal(
    world: World, principal: str, action: str, scope: str, customer_id: str, reason: str = ""
) -> RefusalError:
    """The refusal of Azure for a caller without a role: it names the client, the action and the scope."""
    name, own = client_of(world, principal, customer_id)
    said = (
        f"The client '{name}' with object id '{own}' does not have authorization to perform action '{action}' over "
        f"scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials."
    )
    return RefusalError(403, "AuthorizationFailed", said + reason)
