"""Deliveries small enough to count by hand; also used by the program that is killed."""

import json
from datetime import UTC, datetime, timedelta

import pandas as pd

from bespeak.tables import RECORDS
from bespeak.usage.records import records_frame
from bespeak.usage.store import Delivery, UsageStore

START = datetime(2026, 10, 5, tzinfo=UTC)
RECEIVED = datetime(2026, 11, 1, tzinfo=UTC)
SUB = "b1e6aaaa-0000-4000-8000-000000000001"
CUSTOMER = "c0570001-0000-4000-8000-000000000001"


def open_store(home, *, world="sandbox", instance="one", **more):
    return UsageStore(home, world=world, instance=instance, threads=1, **more)


def record(vm="web01", hour=0, *, length=1, quantity=1.0, sub=SUB, size="Standard_D2s_v5", **changes):
    """One record: a machine in an hour or a day."""
    begins = START + timedelta(hours=hour)
    return {
        "start": begins.isoformat(),
        "end": (begins + timedelta(hours=length)).isoformat(),
        "quantity": quantity,
        "unit": "1 Hour",
        "category": "Virtual Machines",
        "subcategory": "Dsv5 Series",
        "meter": "D2s v5",
        "meter_id": "meter-1",
        "own_meter_id": "meter-1",
        "region": "polandcentral",
        "resource": f"/subscriptions/{sub}/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/{vm}",
        "size": size,
        "usage_type": "ComputeHR",
        "vm": vm,
    } | changes


def page(*records):
    """A page as it was received, beside its RECORDS."""
    texts = [column.name for column in RECORDS.columns if column.kind == "text"]
    numbers = {"quantity": [one["quantity"] for one in records]}
    numbers["cost_e6"] = [one.get("cost_e6", 0) for one in records]
    columns = {name: [one.get(name, "") for one in records] for name in texts}
    return json.dumps({"items": list(records)}).encode(), records_frame(columns | numbers)


def delivery(*pages, source="utilization_hourly", customer=CUSTOMER, by_record=None, at=0, **more):
    """A delivery of these pages; ``at`` is how many hours later it was received."""
    return Delivery(
        source=source,
        customer_id=customer,
        by_record=source.startswith("utilization") if by_record is None else by_record,
        pages=list(pages),
        received=RECEIVED + timedelta(hours=at),
        **more,
    )


def hours(vm="web01", count=24, first=0, **more):
    """Hourly records of one machine."""
    return [record(vm, hour, **more) for hour in range(first, first + count)]


def days(vm="web01", count=1, first=0, quantity=24.0, **more):
    """Daily records of one machine."""
    return [record(vm, 24 * day, length=24, quantity=quantity, **more) for day in range(first, first + count)]


def vm_hours(store, customer=CUSTOMER):
    """The hours that count, in whole millionths."""
    table = store.conservation(customer).set_index("what")
    return int(table.loc["hours_e6", "used"])


def aside_reasons(store, customer=CUSTOMER):
    """How many records are set aside for each reason."""
    table = store.set_aside(customer)
    return table.groupby("reason")["rows"].sum().to_dict()


def frame_of(lazy) -> pd.DataFrame:
    """A lazy frame as pandas."""
    return lazy.collect().to_native().to_pandas()
