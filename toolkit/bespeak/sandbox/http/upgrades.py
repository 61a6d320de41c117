"""The move of a customer to an Azure plan (Microsoft, *Transition to Azure plan from CSP Azure offers*)."""

from __future__ import annotations

from typing import Any

from bespeak.sandbox.clock import iso7
from bespeak.sandbox.estate import Customer
from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, item
from bespeak.sandbox.http.partner import bad, is_a, text
from bespeak.sandbox.http.shapes import subscriptions as shapes
from bespeak.sandbox.offers import AZURE_PLAN, LEGACY_AZURE
from bespeak.sandbox.world import World

_FAMILY = "azure"


def eligibility(ask: Ask, world: World) -> Answer:
    """Whether a customer can move, and if not why."""
    customer = _customer(ask.body(), world)
    why = world.commerce.upgrades.eligible(customer)
    body: shapes.Eligibility = {
        "customerId": customer.id,
        "isEligible": not why,
        "productFamily": _FAMILY,
        "attributes": is_a("ProductUpgradesEligibility"),
    }
    if why:
        body["errors"] = [{"code": 3000, "description": why}]
    return item(body)


def start(ask: Ask, world: World) -> Answer:
    """Begins a move: 202 with the address of its status."""
    made = world.commerce.upgrades.start(_customer(ask.body(), world), world.now)
    return Answer(b"", 202, {"Location": f"/productUpgrades/{made.id}/status"})


def _customer(body: dict[str, Any], world: World) -> Customer:
    if text(body, "productfamily", needed=True).lower() != _FAMILY:
        raise bad("productFamily", "must be azure")
    return world.customer(text(body, "customerid", needed=True))


def status(ask: Ask, world: World) -> Answer:
    """How far a move is."""
    upgrade = world.commerce.upgrades.find(ask.args["uid"])
    step = world.commerce.upgrades.step(upgrade, world.now)
    line: shapes.UpgradeLine = {
        "sourceProduct": {"id": LEGACY_AZURE.product_id, "name": LEGACY_AZURE.name},
        "targetProduct": {"id": AZURE_PLAN.product_id, "name": AZURE_PLAN.name},
        "status": step,
    }
    if step == "Completed":
        line["upgradedDate"] = iso7(upgrade.ends)
    body: shapes.UpgradeStatus = {
        "id": upgrade.id,
        "status": step,
        "productFamily": _FAMILY,
        "lineItems": [line],
        "attributes": is_a("ProductUpgradeStatus"),
    }
    return item(body)


_ALL = "/v1/productupgrades"
_TEST = "test_commerce_subscriptions.py::test_a_legacy_customer_moves_to_a_plan"
_STATES = ("NotStarted", "InProgress", "Completed", "Failed")
_ERRORS = ((404, 60003), (403, 20002), (400, 3000))
ROUTES = (
    Route(
        "POST",
        f"{_ALL}/eligibility",
        eligibility,
        user=True,
        about=About(
            "Get eligibility for a product upgrade",
            "D21",
            {200: shapes.Eligibility},
            _TEST,
            takes=shapes.UpgradeWish,
            errors=_ERRORS,
        ),
    ),
    Route(
        "POST",
        _ALL,
        start,
        user=True,
        needs="buy",
        about=About(
            "Create a product upgrade entity",
            "D21",
            {202: None},
            _TEST,
            takes=shapes.UpgradeWish,
            errors=_ERRORS,
            states=_STATES,
        ),
    ),
    Route(
        "GET",
        f"{_ALL}/<uid>/status",
        status,
        user=True,
        about=About(
            "Get the product upgrade status",
            "D21",
            {200: shapes.UpgradeStatus},
            _TEST,
            errors=((404, 1000),),
            states=_STATES,
        ),
    ),
)
