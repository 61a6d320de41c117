"""Whom a partner sells to, what they subscribed to, and the sizes of machines."""

from bespeak.tables.contract import Column, Contract

CUSTOMERS = Contract(
    "customers",
    (
        Column("customer_id", "text", note="tenant id of the customer, lower case"),
        Column("name", "text"),
        Column("domain", "text"),
        Column("relationship", "text", note="reseller, none, ..."),
    ),
)

SUBSCRIPTIONS = Contract(
    "subscriptions",
    (
        Column(
            "subscription_id", "text", note="Partner Center id, lower case; of an Azure plan: the plan id"
        ),
        Column("kind", "text", note="azure_plan, legacy (MS-AZR-0145P) or other"),
        Column("name", "text"),
        Column("status", "text"),
        Column("offer_id", "text"),
        Column(
            "registration",
            "text",
            nullable=True,
            note="registered, registering, notregistered; empty: not asked",
        ),
    ),
)

AZURE_SUBSCRIPTIONS = Contract(
    "azure subscriptions",
    (
        Column("azure_subscription_id", "text", note="what a VM runs in, lower case"),
        Column("subscription_id", "text", note="the Partner Center subscription that it belongs to"),
        Column("name", "text"),
        Column("status", "text"),
    ),
)

SIZES = Contract(
    "sizes",
    (
        Column("size", "text", note="ARM name, Standard_D2s_v5"),
        Column("series", "text"),
        Column("vcpus", "int"),
        Column("memory_gib", "number", "GiB"),
        Column(
            "group",
            "text",
            nullable=True,
            note="instance size flexibility group; empty: no flexibility known",
        ),
        Column("ratio", "number", "units", nullable=True, note="units of the group that one instance draws"),
    ),
)
