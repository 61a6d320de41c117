"""The widgets of bespeak: customer lookup, VM sizing, reservation form, approvals, and the desk that joins them."""

from bespeak_widgets.approval_panel import ApprovalPanel
from bespeak_widgets.chart import Chart
from bespeak_widgets.customer_lookup import CustomerLookup
from bespeak_widgets.panel import Panel, snapshot
from bespeak_widgets.portfolio import Portfolio
from bespeak_widgets.reservation_desk import ReservationDesk
from bespeak_widgets.reservation_form import ReservationForm
from bespeak_widgets.right_sizing import RightSizing
from bespeak_widgets.table_look import dress_tables as _dress_tables
from bespeak_widgets.usage_explorer import UsageExplorer
from bespeak_widgets.vm_sizing import VmSizing
from bespeak_widgets.world_lock import WorldLock

__all__ = [
    "ApprovalPanel",
    "Chart",
    "CustomerLookup",
    "Panel",
    "Portfolio",
    "ReservationDesk",
    "ReservationForm",
    "RightSizing",
    "UsageExplorer",
    "VmSizing",
    "WorldLock",
    "snapshot",
]

_dress_tables()
