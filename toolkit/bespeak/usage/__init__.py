"""Usage records in many encodings -> one usage table -> hourly demand."""

from bespeak.usage.control import Control
from bespeak.usage.demand import Demand, demand
from bespeak.usage.export import read_cost_export
from bespeak.usage.measured import Measured, read_measures
from bespeak.usage.measures_file import read_measures_file
from bespeak.usage.rated import from_rated
from bespeak.usage.read import read_usage, usage_window
from bespeak.usage.readers import FolderReading, SourceFacts, file_records, read_folder, read_usage_file
from bespeak.usage.reading import UsageReading
from bespeak.usage.refine import Refined, read_availability, with_hours
from bespeak.usage.shape import Shape, estimated, learn_shape
from bespeak.usage.unfold import SHARED
from bespeak.usage.utilization import from_utilization

__all__ = [
    "SHARED",
    "Control",
    "Demand",
    "FolderReading",
    "Measured",
    "Refined",
    "Shape",
    "SourceFacts",
    "UsageReading",
    "demand",
    "estimated",
    "file_records",
    "from_rated",
    "from_utilization",
    "learn_shape",
    "read_availability",
    "read_cost_export",
    "read_folder",
    "read_measures",
    "read_measures_file",
    "read_usage",
    "read_usage_file",
    "usage_window",
    "with_hours",
]
