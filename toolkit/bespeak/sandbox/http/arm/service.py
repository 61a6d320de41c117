"""Azure Resource Manager as one service: the routes of all its providers."""

from __future__ import annotations

from bespeak.sandbox.http.arm import capacity
from bespeak.sandbox.http.exchange import Service, show_azure
from bespeak.sandbox.http.tokens import ARM

SERVICE = Service("arm", "/arm", ARM, (*capacity.ROUTES,), show_azure)
