"""Usage records as the services send them, small enough to count by hand."""

import sys
from pathlib import Path

import pytest

# Test files are imported without a package; this makes usage_records findable.
sys.path.insert(0, str(Path(__file__).parent))
from usage_records import rated_line, utilization_record


@pytest.fixture
def record():
    """Makes a utilization record; keyword arguments change it."""
    return utilization_record


@pytest.fixture
def line():
    """Makes a daily rated line; keyword arguments change it."""
    return rated_line
