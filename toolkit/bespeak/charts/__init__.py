"""Tables to Plotly figures: pure data, no widget, no network.

Every figure carries in ``layout.meta`` what it says: ``title``, ``summary`` (sentences), ``columns`` and ``rows``
(the same figures as text), for people and tests that cannot see it, and
``world``, the world that the table is from; its name stands in a corner.
"""

from bespeak.charts.comparison import price_comparison
from bespeak.charts.demand import demand_by_size, draw_reserved
from bespeak.charts.explore import UsageLook, usage_chart
from bespeak.charts.machine import machine_strip
from bespeak.charts.portfolio import expiry_calendar, rank_chart
from bespeak.charts.savings import savings_curve_chart
from bespeak.charts.sizes import resize_chart, sizes_chart
from bespeak.charts.use import use_chart
from bespeak.charts.week import heat_map

__all__ = [
    "UsageLook",
    "demand_by_size",
    "draw_reserved",
    "expiry_calendar",
    "heat_map",
    "machine_strip",
    "price_comparison",
    "rank_chart",
    "resize_chart",
    "savings_curve_chart",
    "sizes_chart",
    "usage_chart",
    "use_chart",
]
