"""Usage records as the services send them, small enough to count by hand."""

import json
from datetime import UTC, datetime, timedelta

START = datetime(2026, 10, 5, tzinfo=UTC)
SUB = "b1e6aaaa-0000-4000-8000-000000000001"


def utilization_record(
    vm="web01", hour=0, *, length=1, quantity=1, sub=SUB, size="Standard_D2s_v5", **changes
):
    """A utilization record (Partner Center, legacy subscription); keyword arguments change it."""
    begins = START + timedelta(hours=hour)
    info = {"ImageType": "Canonical", "ServiceType": size, "VMName": vm, "UsageType": "ComputeHR"}
    made = {
        "usageStartTime": begins.isoformat(),
        "usageEndTime": (begins + timedelta(hours=length)).isoformat(),
        "resource": {
            "id": "5B0A7F0E-8E36-4F18-A2F3-6B6D0D2E9C41",
            "name": "D2s v5",
            "category": "Virtual Machines",
            "subcategory": "Dsv5 Series",
            "region": "PL Central",
        }
        | changes.pop("resource", {}),
        "quantity": quantity,
        "unit": "1 Hour",
        "infoFields": {},
        "instanceData": {
            "resourceUri": f"/subscriptions/{sub.upper()}/resourceGroups/rg-web/providers/"
            f"{changes.pop('provider', 'Microsoft.Compute')}/virtualMachines/{vm}",
            "location": changes.pop("location", "polandcentral"),
            "partNumber": "",
            "orderNumber": "",
            "additionalInfo": info | changes.pop("info", {}),
        },
        "attributes": {"objectType": "AzureUtilizationRecord"},
    }
    return made | changes


def rated_line(vm="web01", day=0, *, quantity=24, sub=SUB, size="Standard_D2s_v5", info=None, **changes):
    """A daily rated line (Azure plan); keyword arguments change it."""
    bag = {"UsageType": "ComputeHR", "ServiceType": size, "VMName": vm, "ImageType": None} | (info or {})
    return {
        "customerId": "c1",
        "subscriptionId": "plan-1",
        "usageDate": (START + timedelta(days=day)).strftime("%Y-%m-%dT00:00:00Z"),
        "meterCategory": "Virtual Machines",
        "meterId": "5b0a7f0e-8e36-4f18-a2f3-6b6d0d2e9c41",
        "meterSubCategory": "Dsv5 Series",
        "meterName": "D2s v5",
        "unitOfMeasure": "1 Hour",
        "resourceLocation": "PolandCentral",
        "consumedService": "Microsoft.Compute",
        "resourceUri": f"/subscriptions/{sub}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/{vm}",
        "additionalInfo": json.dumps(bag, indent=1),
        "chargeType": "New",
        "quantity": quantity,
        "entitlementId": sub,
    } | changes
