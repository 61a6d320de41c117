"""Azure Resource Manager as one service: the routes of all its providers."""

from __future__ import annotations

from bespeak.sandbox.http.arm import (
    capacity,
    compute,
    management,
    orders,
    providers,
    reservations,
    resources,
    roles,
)
from bespeak.sandbox.http.arm.common import arm_route
from bespeak.sandbox.http.exchange import Service, show_azure
from bespeak.sandbox.http.tokens import ARM

_ROUTES = (
    *capacity.ROUTES,
    *compute.ROUTES,
    *management.ROUTES,
    *orders.ROUTES,
    *providers.ROUTES,
    *reservations.ROUTES,
    *resources.ROUTES,
    *roles.ROUTES,
)
SERVICE = Service("arm", "/arm", ARM, tuple(map(arm_route, _ROUTES)), show_azure)
