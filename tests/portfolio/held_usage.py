"""A usage store that holds readings in memory, in the shapes of the one on disk."""

import narwhals as nw
import pandas as pd

from bespeak import BespeakError, customer_details, read_usage
from bespeak.usage.steps import hourly as hourly_step

_HOUR_US = 3_600_000_000


class HeldUsage:
    """Readings by customer, as the store would give them."""

    def __init__(self, readings):
        self.readings = dict(readings)
        self.asked = []
        self.asked_for = {}
        self.received = ""

    def customers(self):
        columns = ["customer_id", "rows", "set_aside", "first", "last", "incomplete", "received"]
        return pd.DataFrame(
            [_row(one, reading) | {"received": self.received} for one, reading in self.readings.items()],
            columns=columns,
        )

    def conservation(self, customer_id=None):
        reading = self.readings[customer_id]
        aside = int(reading.set_aside["hours"].sum() * 1_000_000)
        came = int(reading.hours_in * 1_000_000)
        return pd.DataFrame(
            {"what": ["hours_e6"], "came": [came], "used": [came - aside], "set_aside": [aside]}
        )

    def known_since(self, customer_id, subscription=""):
        return self.asked_for.get((customer_id, subscription), (None, None))[0]

    def known_until(self, customer_id, subscription=""):
        return self.asked_for.get((customer_id, subscription), (None, None))[1]

    def hourly(self, customer_id=None):
        self.asked.append(customer_id)
        rows = nw.from_native(stored_usage(customer_id, self.readings[customer_id]), eager_only=True)
        return hourly_step(rows).lazy()


def _row(customer, reading):
    return {
        "customer_id": customer,
        "rows": len(reading.usage),
        "set_aside": int(reading.set_aside["rows"].sum()),
        "first": reading.start,
        "last": reading.end,
        "incomplete": reading.incomplete,
    }


def stored_usage(customer, reading):
    """The columns of STORED_USAGE that the step to hourly usage takes."""
    usage = reading.usage
    hours = (usage["hours"] * 1_000_000).round().astype("int64")
    micros = usage["start"].dt.as_unit("us").astype("int64")
    return pd.DataFrame(
        {
            "customer_id": customer,
            "azure_subscription_id": usage["azure_subscription_id"].astype("str"),
            "resource_group": usage["resource"].astype("str").str.split("/").str[4].fillna(""),
            "region": usage["region"].astype("str"),
            "size": usage["size"].astype("str"),
            "resource": usage["resource"].astype("str"),
            "vm": usage["vm"].astype("str"),
            "reservation_id": usage["reservation_id"],
            "hour": micros // _HOUR_US,
            "hours_in_window": usage["hours_in_window"].astype("int64"),
            "hours_e6": hours,
            "cost_e6": 0,
            "currency": "",
        }
    )


def readings_of(session, customer_ids):
    """What can be read of these customers."""
    found = {}
    for one in customer_ids:
        try:
            found[one] = read_usage(session, customer_details(session, one), days=7)
        except BespeakError:
            continue
    return found
