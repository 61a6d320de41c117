"""Scopes and dates in the spellings of the services."""

from datetime import UTC, datetime

import pytest

from bespeak.holdings.times import read_time
from bespeak.holdings.wire import order_of, scope_of, vm_artifacts

ID = "1df73bff-2e9e-5dc7-8f04-0916f8eb0989"


@pytest.mark.parametrize(
    ("told", "scope"),
    [
        ({"scopeType": "Shared"}, "shared"),
        ({"scopeType": "shared", "appliedScopes": [f"/subscriptions/{ID}"]}, "shared"),
        ({}, "shared"),
        ({"scopeType": "Single", "appliedScopes": [f"/subscriptions/{ID}"]}, ID),
        ({"scopeType": "Single", "appliedScopes": [f"/Subscriptions/{ID.upper()}"]}, ID),
        ({"scopeType": "single", "appliedScopes": [ID]}, ID),
        ({"scopeType": "Single", "appliedScopes": [f"/subscriptions/{ID}/resourceGroups/rg-web"]}, ID),
        ({"scopeType": "ManagementGroup", "appliedScopes": ["/providers/x"]}, "shared"),
        ({"scopeType": "Single"}, "shared"),
        ({"scopeType": "Single", "appliedScopes": None}, "shared"),
    ],
)
def test_scope(told, scope):
    """D-440: a resource group counts as its subscription; what cannot be read counts as shared."""
    assert scope_of(told) == scope


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-01T10:20:30.1234567Z", datetime(2026, 3, 1, 10, 20, 30, 123456, tzinfo=UTC)),
        ("2026-03-01T10:20:30Z", datetime(2026, 3, 1, 10, 20, 30, tzinfo=UTC)),
        ("2026-03-01T10:20:30+00:00", datetime(2026, 3, 1, 10, 20, 30, tzinfo=UTC)),
        ("2026-03-01T02:20:30-08:00", datetime(2026, 3, 1, 10, 20, 30, tzinfo=UTC)),
        ("2027-02-23T00:00:00", datetime(2027, 2, 23, tzinfo=UTC)),
        ("2027-02-23", datetime(2027, 2, 23, tzinfo=UTC)),
        ("0001-01-01T00:00:00", None),
        ("9999-12-10T00:00:00Z", None),
        ("", None),
        ("soon", None),
        (None, None),
        (20270223, None),
    ],
)
def test_times(text, instant):
    """F-79 and 1.4 of the reference: all these spellings occur."""
    assert read_time(text) == instant


def test_an_entitlement_without_an_order():
    assert order_of({}) == order_of({"referenceOrder": None}) == ""


@pytest.mark.parametrize("told", [{}, {"entitledArtifacts": None}, {"entitledArtifacts": ["text"]}])
def test_an_entitlement_without_artifacts(told):
    assert list(vm_artifacts(told)) == []
