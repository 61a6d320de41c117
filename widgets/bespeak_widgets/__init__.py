"""The widgets of bespeak: customer lookup, VM sizing, reservation form, and the desk that joins them."""

from bespeak_widgets.chart import Chart
from bespeak_widgets.customer_lookup import CustomerLookup
from bespeak_widgets.panel import Panel, snapshot

__all__ = ["Chart", "CustomerLookup", "Panel", "snapshot"]
