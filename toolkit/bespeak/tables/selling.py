"""What is owned, what it costs, and what is advised."""

from bespeak.tables.contract import Column, Contract

HOLDINGS = Contract(
    "holdings",
    (
        Column("reservation_order_id", "text"),
        Column("reservation_id", "text", nullable=True, note="empty while the order is young"),
        Column("order_id", "text", note="Partner Center order; empty for a purchase in doubt"),
        Column("name", "text"),
        Column("size", "text"),
        Column("region", "text"),
        Column("group", "text", note="flexibility group; 'size:<name>' for a size without one"),
        Column("ratio", "number", "units", note="1 for a size without flexibility: it covers itself only"),
        Column("quantity", "int", "instances"),
        Column("term", "text", note="P1Y or P3Y"),
        Column("scope", "text", note="'shared' or the Azure subscription id it is bound to"),
        Column("start", "time", nullable=True),
        Column("expiry", "time", nullable=True),
        Column("state", "text", note="Created, ..., Pending while only the order is known, In doubt"),
        Column("source", "text", note="entitlement, order, or journal for a purchase whose end is not known"),
    ),
)

PAYG_PRICES = Contract(
    "pay-as-you-go prices",
    (
        Column("region", "text"),
        Column("size", "text"),
        Column("currency", "text"),
        Column("per_hour", "money", "currency per VM hour", note="compute only, no software"),
    ),
)

RESERVATION_PRICES = Contract(
    "reservation prices",
    (
        Column("region", "text"),
        Column("size", "text"),
        Column("term", "text", note="P1Y or P3Y"),
        Column("currency", "text"),
        Column("total", "money", "currency for the whole term"),
        Column("product_id", "text"),
        Column("sku_id", "text"),
    ),
)

ADVICE = Contract(
    "advice",
    (
        Column("rule", "text", note="exact, or azure-7, azure-30, azure-60"),
        Column("scope", "text"),
        Column("region", "text"),
        Column("group", "text"),
        Column("size", "text", note="what to buy"),
        Column("term", "text", note="P1Y or P3Y"),
        Column("quantity", "int", "instances", note="0: buy nothing"),
        Column("units", "number", "units", note="quantity times ratio"),
        Column("currency", "text"),
        Column("total", "money", "currency for the whole term"),
        Column(
            "payg_cost",
            "number",
            "currency over the window",
            note="what the net demand costs at pay-as-you-go",
        ),
        Column("cost", "number", "currency over the window", note="with this purchase"),
        Column("saving", "number", "currency over the window"),
        Column(
            "utilisation",
            "number",
            "share",
            nullable=True,
            note="of the reserved hours; empty for quantity 0",
        ),
        Column("coverage", "number", "share", note="of the demand"),
        Column("break_even", "number", "share", nullable=True, note="utilisation from which it pays"),
        Column("hours", "int", "h", note="hours of the window"),
        Column("vms", "list", note="names of the VMs that it would cover"),
        Column("reasons", "list", note="sentences"),
        Column("warnings", "list", note="sentences, dated policy"),
        Column("saving_low", "number", "currency over the window", note="guaranteed: the same as saving"),
        Column("saving_high", "number", "currency over the window", note="if unknown hours fell best"),
        Column("utilisation_low", "number", "share", nullable=True),
        Column("utilisation_high", "number", "share", nullable=True),
    ),
)
