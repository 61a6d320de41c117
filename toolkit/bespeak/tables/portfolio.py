"""All customers of a partner in one table: what is at stake, what ends, what is paid for and not used."""

from bespeak.tables.contract import Column, Contract

_MONTH = "currency for 30 days"

PORTFOLIO = Contract(
    "portfolio",
    (
        Column("customer_id", "text", note="tenant id of the customer, lower case"),
        Column("name", "text"),
        Column("domain", "text"),
        Column("kind", "text", note="azure_plan, legacy, none; empty: not read"),
        Column("currency", "text", note="of the sales market; empty: not known"),
        Column(
            "machines", "number", "VMs", nullable=True, note="the most in one hour, or day of daily records"
        ),
        Column("vm_hours", "number", "h", nullable=True, note="over the window"),
        Column("payg", "number", _MONTH, nullable=True, note="what is not owned, at pay-as-you-go"),
        Column(
            "saving_low",
            "number",
            _MONTH,
            nullable=True,
            note="the money at stake: saved for certain by the best term of each group; empty: not known",
        ),
        Column("saving_high", "number", _MONTH, nullable=True, note="saved at most by the same purchases"),
        Column("reservations", "int", note="how many are owned and have not ended"),
        Column("next_expiry", "time", nullable=True),
        Column("days_left", "number", "d", nullable=True, note="from the day of the view to the next expiry"),
        Column(
            "renews", "text", note="whether that one is bought again at its end: yes, no; empty: not known"
        ),
        Column("used_7", "number", "share", nullable=True, note="used by reserved hours of the last 7 days"),
        Column("used_30", "number", "share", nullable=True, note="of the last 30 days"),
        Column(
            "unused", "number", _MONTH, nullable=True, note="reserved hours that nothing used, at list prices"
        ),
        Column(
            "exchange_ends", "time", nullable=True, note="when a right to exchange what is owned gets smaller"
        ),
        Column("exchange_days", "number", "d", nullable=True, note="from the day of the view until then"),
        Column("known_until", "time", nullable=True, note="end of the usage that the figures are from"),
        Column("set_aside", "number", "share", nullable=True, note="of the usage records"),
        Column("incomplete", "text", note="what is known to be missing from the usage, a sentence"),
        Column("read", "time", nullable=True, note="when the customer and what it owns were read"),
        Column("reasons", "list", note="sentences"),
        Column("why_not", "text", note="why the customer could not be read, a sentence"),
    ),
)
