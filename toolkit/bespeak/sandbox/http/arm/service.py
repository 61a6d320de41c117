"""Azure Resource Manager as one service: the routes of all its providers."""

from __future__ import annotations

from bespeak.sandbox.http.arm import (
    activity,
    aliases,
    applied,
    azure_subscriptions,
    billing_benefits,
    capacity_operations,
    catalogs,
    changes,
    compute,
    consumption,
    cost_management,
    exchanges,
    management,
    monitor,
    operations,
    orders,
    providers,
    purchases,
    refunds,
    reservations,
    resources,
    role_definitions,
    roles,
    skus,
    splitting,
)
from bespeak.sandbox.http.arm.common import arm_route
from bespeak.sandbox.http.exchange import Service, show_azure
from bespeak.sandbox.http.tokens import ARM

_ROUTES = (
    *activity.ROUTES,
    *aliases.ROUTES,
    *applied.ROUTES,
    *azure_subscriptions.ROUTES,
    *billing_benefits.ROUTES,
    *capacity_operations.ROUTES,
    *catalogs.ROUTES,
    *changes.ROUTES,
    *compute.ROUTES,
    *consumption.ROUTES,
    *cost_management.ROUTES,
    *exchanges.ROUTES,
    *management.ROUTES,
    *monitor.ROUTES,
    *operations.ROUTES,
    *orders.ROUTES,
    *providers.ROUTES,
    *purchases.ROUTES,
    *refunds.ROUTES,
    *reservations.ROUTES,
    *resources.ROUTES,
    *role_definitions.ROUTES,
    *roles.ROUTES,
    *skus.ROUTES,
    *splitting.ROUTES,
)
SERVICE = Service("arm", "/arm", ARM, tuple(map(arm_route, _ROUTES)), show_azure)
