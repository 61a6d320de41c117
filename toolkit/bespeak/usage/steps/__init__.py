"""The table steps of usage, each written once for pandas, DuckDB and Spark.

A step takes and gives a narwhals frame, eager or lazy; nothing runs before a lazy frame is collected. All that must be
the same on every engine counts in whole millionths, so a sum does not depend on the order of its parts. Rows come in
no order; sort what is shown or written.
"""

from bespeak.usage.steps.arrange import most_uneven
from bespeak.usage.steps.break_even import Level, break_even
from bespeak.usage.steps.frames import WHOLE, FrameT, beside
from bespeak.usage.steps.group_demand import SERIES, Scope, group_demand
from bespeak.usage.steps.hourly import hourly
from bespeak.usage.steps.offered import offered
from bespeak.usage.steps.quantities import quantities
from bespeak.usage.steps.scale import scale
from bespeak.usage.steps.totals import customer_machines, customer_totals
from bespeak.usage.steps.unfold import LEVELS

__all__ = [
    "LEVELS",
    "SERIES",
    "WHOLE",
    "FrameT",
    "Level",
    "Scope",
    "beside",
    "break_even",
    "customer_machines",
    "customer_totals",
    "group_demand",
    "hourly",
    "most_uneven",
    "offered",
    "quantities",
    "scale",
]
