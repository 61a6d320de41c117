"""What may be bought in Azure, by whom it is paid, and at what price (D-505 to D-520, D-601, D-640).

The same law for a quote, a purchase, the purchases of an exchange and the alias of *Billing benefits*.
"""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from bespeak.sandbox.catalogue import Sku
from bespeak.sandbox.estate import Customer, Subscription
from bespeak.sandbox.purchase_request import PurchaseRequest
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import Offer, Reservation
from bespeak.sandbox.rules import is_sold_in, vcpu_quota
from bespeak.sandbox.world import World

#: States in which a reservation takes no place in a quota.
_OVER = ("Cancelled", "Expired", "Failed", "BillingFailed")


def payer(world: World, tenant: str, azure_id: str) -> tuple[Customer, Subscription] | None:
    """The customer and the subscription above the Azure subscription that is to pay; None for what a token cannot see.

    A customer's token sees its own, one of the partner's tenant those of all customers.
    """
    found = world.directory.owner_of(azure_id)
    at_home = (
        tenant.lower() not in world.directory.customers and not world.switches.azure_needs_customer_tenant
    )
    return found if found and (at_home or found[0].id == tenant.lower()) else None


def registered(world: World, held: Subscription) -> None:
    """Refuses a subscription that is not registered with Microsoft.Capacity."""
    if world.switches.capacity_needs_registration and not world.registrations.is_registered(held, world.now):
        what = "The subscription is not registered with Microsoft.Capacity. Register it and try again."
        raise RefusalError(400, "SubscriptionNotRegistered", what)


def sku_of(world: World, request: PurchaseRequest, customer: Customer) -> Sku:
    """What the request names in the catalogue; refuses what is unknown, not sold there or not sold any more."""
    if not is_sold_in(customer.country):
        what = f"Reservations are not sold in {customer.country}."
        raise RefusalError(400, "NotSupportedCountry", what)
    if request.region not in world.facts.region_names:
        raise RefusalError(400, "InvalidLocationId", f"There is no region '{request.region}'."[:300])
    offered = world.catalogue.by_size(request.region, request.size)
    if not offered:
        what = f"'{request.size}' in {request.region} cannot be reserved."
        raise RefusalError(400, "BadRequest", what[:300])
    sku = offered.get(request.term)
    if sku is None or not sku.purchasable(world.now):
        sold = ", ".join(term for term, one in offered.items() if one.purchasable(world.now)) or "none"
        what = f"Term '{request.term}' is not sold for {request.size}; sold are: {sold}."
        raise RefusalError(400, "UnsupportedReservationTerm", what[:300])
    return sku


def check_quota(world: World, request: PurchaseRequest, sku: Sku, customer: Customer) -> None:
    """Refuses more cores than the family has in a single scope; deployed VMs count inside the quota (D-512).

    What is reserved already for this scope counts; shared and management group scopes are not checked.
    """
    owner = request.scope.subscription_id
    if not owner:
        return
    family = sku.size.quota_family
    limit = min(vcpu_quota(family), world.commerce.standing.quota(customer.id))
    held = sum(
        one.quantity * _cores(world, one, family)
        for one in world.book.reservations(customer.id)
        if one.scope.subscription_id == owner and one.offer.region == sku.region and _counts(one, world.now)
    )
    wanted = request.quantity * sku.size.vcpus
    if held + wanted > limit:
        what = f"The quota of {family} in {sku.region} is {limit} cores; {held} are reserved, {wanted} more asked for."
        raise RefusalError(400, "BadRequest", f"{what} Buy with shared scope, or raise the quota.")


def _counts(held: Reservation, now: datetime) -> bool:
    return held.state(now) not in _OVER


def _cores(world: World, held: Reservation, family: str) -> int:
    size = world.facts.sizes.get(held.offer.size.lower())
    return size.vcpus if size and size.quota_family == family else 0


def offer_of(world: World, sku: Sku, customer: Customer) -> Offer:
    """What the partner pays for one instance of a SKU now, in the currency in which the customer is billed."""
    currency = currency_of(world, customer)
    total = world.prices.reservation(sku, world.now, currency)
    return sku.offer(total, currency)


def currency_of(world: World, customer: Customer) -> str:
    """The currency of the customer's market."""
    return world.facts.currencies.get(customer.country) or "USD"


def _check_active(world: World, azure_id: str, held: Subscription) -> None:
    """Refuses a subscription that is not active, or an Azure subscription of a plan that was cancelled."""
    book = world.commerce.subscriptions
    ended = any(one.id == azure_id and book.azure_status(one) != "active" for one in held.azure)
    if ended or book.status(held) != "active":
        what = f"The subscription '{azure_id}' is disabled and cannot pay for a purchase."
        raise RefusalError(409, "ReadOnlyDisabledSubscription", what)


def checked(
    world: World, request: PurchaseRequest, customer: Customer, held: Subscription
) -> tuple[Sku, Offer]:
    """The SKU and the price of a request that can be bought now; refuses any other with the reason."""
    _check_active(world, request.billing_id, held)
    registered(world, held)
    sku = sku_of(world, request, customer)
    check_quota(world, request, sku, customer)
    return sku, offer_of(world, sku, customer)


def in_dollars(world: World, amount: Decimal, currency: str) -> Decimal:
    """An amount in US dollars, in which what counts for the refund limit is kept (D-509)."""
    exact = amount if currency == "USD" else amount / world.prices.rate(currency)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
