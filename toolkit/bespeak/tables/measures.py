"""How much of their size machines use, and which size would fit them."""

from bespeak.tables.contract import Column, Contract

MEASURES = Contract(
    "measures",
    (
        Column("resource", "text", note="ARM id, lower case"),
        Column("cpu_average", "number", "% of all cores", nullable=True),
        Column(
            "cpu_p95",
            "number",
            "% of all cores",
            nullable=True,
            note="of the busiest minute of each half-hour",
        ),
        Column("cpu_max", "number", "% of all cores", nullable=True),
        Column(
            "free_memory", "number", "GiB", nullable=True, note="the least that was free; empty: not measured"
        ),
        Column("hours", "number", "h", note="for how long there were samples"),
        Column("source", "text", note="where it was measured"),
    ),
)

FITS = Contract(
    "fits",
    (
        Column("resource", "text", note="ARM id, lower case"),
        Column("vm", "text"),
        Column("region", "text"),
        Column("size", "text"),
        Column("verdict", "text", note="idle, oversized, right, tight, not measured or kept"),
        Column("to_size", "text", nullable=True, note="the cheapest size that fits; empty: stay"),
        Column(
            "near_size", "text", nullable=True, note="the cheapest that fits of the same flexibility group"
        ),
        Column("cpu_p95", "number", "%", nullable=True),
        Column("cpu_after", "number", "%", nullable=True, note="of the cores of to_size"),
        Column("memory", "number", "%", nullable=True, note="the most of its memory that was in use"),
        Column("memory_after", "number", "%", nullable=True, note="of the memory of to_size"),
        Column("reasons", "list", note="sentences"),
    ),
)
