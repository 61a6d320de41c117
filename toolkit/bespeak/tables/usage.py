"""Usage, from records as they came to hourly demand.

What runs on every engine counts in whole millionths (``_e6``), so that sums are the same to the last digit.
"""

from bespeak.tables.contract import Column, Contract

USAGE = Contract(
    "usage",
    (
        Column("start", "time", note="start of the window in which the VM was used"),
        Column("hours_in_window", "int", "h", note="1 for an hourly record, 24 for a daily one"),
        Column("azure_subscription_id", "text"),
        Column("vm", "text", note="name of the VM"),
        Column("resource", "text", note="ARM id, lower case"),
        Column("size", "text", note="from ServiceType, ARM name"),
        Column("region", "text", note="ARM name"),
        Column("hours", "number", "h", note="VM hours used in the window"),
        Column("meter_id", "text"),
        Column("reservation_id", "text", nullable=True, note="of the reservation that covered it"),
    ),
)

SET_ASIDE = Contract(
    "set aside",
    (
        Column("reason", "text", note="a sentence"),
        Column("resource", "text", nullable=True),
        Column("size", "text", nullable=True),
        Column("region", "text", nullable=True),
        Column("hours", "number", "h"),
        Column("rows", "int", note="how many records this line stands for"),
    ),
)

DEMAND = Contract(
    "demand",
    (
        Column("scope", "text", note="'shared' or an Azure subscription id"),
        Column("region", "text"),
        Column("group", "text", note="flexibility group; 'size:<name>' for a size without one"),
        Column("hour", "time"),
        Column("units", "number", "units", note="what certainly ran in that hour, normalised"),
        Column("unknown", "number", "units", note="mean of what ran that day at hours that are not known"),
        Column("upper", "number", "units", note="what can have run in that hour at most"),
        Column(
            "overlap",
            "number",
            "units",
            note="if what is not known of a day ran at the same hours: a reservation covers least of it",
        ),
    ),
)

SIZE_DEMAND = Contract(
    "demand by size",
    (
        Column("scope", "text"),
        Column("region", "text"),
        Column("group", "text"),
        Column("size", "text"),
        Column("hour", "time"),
        Column("instances", "number", "VMs", note="what certainly ran in that hour"),
        Column("unknown", "number", "VMs", note="mean of what ran that day at hours that are not known"),
        Column("overlap", "number", "VMs", note="if what is not known of a day ran at the same hours"),
    ),
)

RECORDS = Contract(
    "records",
    (
        Column("customer_id", "text", note="lower case; '' where the source does not say"),
        Column("start", "text", note="ISO 8601, of the window in which it was used"),
        Column("end", "text", note="ISO 8601; '' when the window is a day"),
        Column("quantity", "number", nullable=True, note="as it came; empty when it is no number"),
        Column("unit", "text"),
        Column("category", "text"),
        Column("subcategory", "text"),
        Column("meter", "text"),
        Column("meter_id", "text", note="of the machine: ConsumptionMeter where there is one; lower case"),
        Column("own_meter_id", "text", note="of the record, lower case; another one when it is covered"),
        Column("region", "text", note="as it came"),
        Column("resource", "text", note="ARM id as it came"),
        Column("subscription", "text", note="where the resource id does not say it"),
        Column("service", "text"),
        Column("charge", "text"),
        Column("pricing", "text"),
        Column("reservation_id", "text", note="lower case"),
        Column("size", "text", note="ServiceType as it came"),
        Column("usage_type", "text"),
        Column("vm", "text"),
        Column("cost_e6", "int", "1e-6 currency", note="0 where the source knows no cost"),
        Column("currency", "text", note="'' where the source knows no cost"),
        Column("flaw", "text", note="what a record lacks that every record has, a sentence"),
        Column("page", "int", note="which page or file of the delivery, from 0"),
        Column("row", "int", note="which record of the page, from 0"),
    ),
)

STORED_USAGE = Contract(
    "stored usage",
    (
        Column("customer_id", "text"),
        Column("azure_subscription_id", "text"),
        Column("resource_group", "text", note="lower case"),
        Column("region", "text", note="ARM name"),
        Column("size", "text", note="from ServiceType, ARM name"),
        Column("resource", "text", note="ARM id, lower case"),
        Column("vm", "text"),
        Column("meter_id", "text"),
        Column("reservation_id", "text", nullable=True),
        Column("hour", "int", "hours since 1970", note="the first hour of the window (UTC)"),
        Column("hours_in_window", "int", "h", note="1 for an hourly record, 24 for a daily one"),
        Column("hours_e6", "int", "1e-6 h", note="VM hours used in the window"),
        Column("cost_e6", "int", "1e-6 currency"),
        Column("currency", "text", note="'' where the cost is not known"),
        Column("licensed", "flag", note="whether the resource runs software with a price of its own"),
        Column("delivery", "text", note="which delivery the record came in"),
        Column("page", "int"),
        Column("row", "int"),
    ),
)

HOURLY_USAGE = Contract(
    "hourly usage",
    (
        Column("customer_id", "text"),
        Column("azure_subscription_id", "text"),
        Column("resource_group", "text"),
        Column("region", "text"),
        Column("size", "text"),
        Column("hour", "int", "hours since 1970"),
        Column("hours_in_window", "int", "h"),
        Column(
            "each_e6",
            "int",
            "1e-6 h",
            note="daily records: the hours that each of these machines ran that day; else 0",
        ),
        Column("machines", "int", note="how many distinct machines"),
        Column("hours_e6", "int", "1e-6 h"),
        Column("covered_e6", "int", "1e-6 h", note="of which a reservation covered"),
        Column("cost_e6", "int", "1e-6 currency"),
        Column("currency", "text"),
    ),
)
