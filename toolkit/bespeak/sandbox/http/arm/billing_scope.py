"""The billing account and the billing profile of the partner: scopes that a customer's tenant has not.

A CSP customer has no billing account of its own; the partner's account and profile belong to the partner's tenant
(Microsoft, *Understand and work with scopes*). There is one of each in a world.
"""

from __future__ import annotations

from bespeak.sandbox.http.exchange import Ask
from bespeak.sandbox.ids import guid
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.rights import may_see_billing
from bespeak.sandbox.world import World

#: The beginning of the paths, and the way on to a profile.
ACCOUNT = "/providers/microsoft.billing/billingaccounts/<ba>"
PROFILE = f"{ACCOUNT}/billingprofiles/<bp>"


def account_id(world: World) -> str:
    """The id of the partner's billing account."""
    return guid(world.partner_id, "billing")


def profile_id(world: World) -> str:
    """The id of its only billing profile."""
    return guid(world.partner_id, "billing profile")


def tenants_of(ask: Ask, world: World) -> tuple[str, ...]:
    """The customers whose tenants a token sees: its own, or all of them for the partner's own tenant."""
    tenant = ask.tenant.lower()
    return (tenant,) if tenant in world.directory.customers else tuple(world.directory.customers)


def check_billing_scope(ask: Ask, world: World) -> None:
    """Refuses a billing scope for the token of a customer's tenant, other roles (D-207), ids that are not there."""
    if ask.tenant.lower() in world.directory.customers:
        what = (
            "A CSP customer has no billing account of its own: the partner's belongs to the partner's tenant. Use the "
            "scope of a subscription, a reservation order or a reservation."
        )
        raise RefusalError(404, "BillingAccountNotFound", what)
    scope = f"/providers/Microsoft.Billing/billingAccounts/{ask.args['ba'][:80]}"
    may_see_billing(world, ask.principal, "Microsoft.Billing/billingAccounts/read", scope)
    if ask.args["ba"].lower() != account_id(world):
        what = f"Billing account '{ask.args['ba'][:80]}' was not found."
        raise RefusalError(404, "BillingAccountNotFound", what)
    if ask.args.get("bp", profile_id(world)).lower() != profile_id(world):
        what = f"Billing profile '{ask.args['bp'][:80]}' was not found."
        raise RefusalError(404, "BillingProfileNotFound", what)
