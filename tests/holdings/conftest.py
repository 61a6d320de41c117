"""A door that answers from a script, for reading what is owned."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bespeak.clients.call import Answer
from bespeak.customers import CustomerDetails
from bespeak.errors import RefusedError
from bespeak.tables import AZURE_SUBSCRIPTIONS, SUBSCRIPTIONS

CUSTOMER = "03b86f56-6c73-5e0d-b2b1-45b3484d2b30"
ORDER = "24b5e9d7-0744-5719-9ecf-e916decd0a75"
RESERVATION = "45ed7497-97c7-57e8-93f3-71015ef47ca9"


@dataclass
class ScriptedDoor:
    """Answers the call whose path ends like a key; a refusal is raised; what is not there is 404."""

    answers: dict[str, Any] = field(default_factory=dict)
    log: list[Any] = field(default_factory=list)

    def send(self, call: Any) -> Any:
        self.log.append(call)
        endings = sorted((end for end in self.answers if call.path.lower().endswith(end)), key=len)
        told = self.answers[endings[-1]] if endings else RefusedError("Not found.", status=404, code="1000")
        if isinstance(told, BaseException):
            raise told
        return call.read(Answer(200, {"content-type": "application/json"}, b"", told))

    def collect(self, call: Any, progress: Any = None) -> Any:
        del progress
        return self.send(call)


@dataclass
class ScriptedSession:
    """A session with the scripted door."""

    door: Any
    home: Path
    world: str = "sandbox"
    instance: str = "sandbox-1"
    where: str = "in a test"
    date: datetime = datetime(2026, 12, 16, tzinfo=UTC)

    def now(self) -> datetime:
        return self.date


@pytest.fixture
def door():
    """One entitlement of three Standard_D2s_v5 for three years, bought at 13:00."""
    return ScriptedDoor(
        {
            "/entitlements": {"items": [entitlement()]},
            f"/resource/{ORDER}": {"type": "reservedinstance", "reservations": [reservation()]},
            "/products/dzh318z08mqm/skus/00k7": sku(),
        }
    )


def entitlement() -> dict[str, Any]:
    return {
        "referenceOrder": {"id": "08584b8b7fe8", "lineItemId": "0", "alternateId": "08584b8b7fe8"},
        "productId": "DZH318Z08MQM",
        "skuId": "00K7",
        "quantity": 3,
        "entitlementType": "reservedinstance",
        "entitledArtifacts": [
            {
                "link": {
                    "uri": f"customers/{CUSTOMER}/artifacts/reservedinstance/groups/g/lineitems/0/resource/{ORDER}"
                },
                "resourceId": ORDER.upper(),
                "artifactType": "reservedinstance",
                "dynamicAttributes": {"reservationType": "virtualmachines"},
            }
        ],
    }


def reservation() -> dict[str, Any]:
    return {
        "reservationId": RESERVATION.upper(),
        "displayName": "web tier",
        "scopeType": "Shared",
        "quantity": 3,
        "expiryDateTime": "2029-11-16T00:00:00",
        "effectiveDateTime": "2026-11-16T13:00:02.3310045Z",
        "provisioningState": "Created",
    }


def sku() -> dict[str, Any]:
    attributes = {"armSkuName": "Standard_D4s_v5", "armRegionName": "PolandCentral", "duration": "3Years"}
    return {"id": "00K7", "dynamicAttributes": attributes}


@pytest.fixture
def owned():
    """The entitlement that the door has at first."""
    return entitlement()


@pytest.fixture
def session(door, tmp_path):
    return ScriptedSession(door, tmp_path / "home")


@pytest.fixture
def details():
    return CustomerDetails(
        customer_id=CUSTOMER,
        name="Contoso",
        domain="contoso.com",
        country="US",
        currency="USD",
        relationship="reseller",
        kind="azure_plan",
        subscriptions=SUBSCRIPTIONS.frame([]),
        azure_subscriptions=AZURE_SUBSCRIPTIONS.frame([]),
        agreement_signed=True,
    )
