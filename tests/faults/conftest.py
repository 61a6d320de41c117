"""The line that faults are laid on; its helpers are findable from here, as tests are imported without a package."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from wire_line import Line


@pytest.fixture
def line():
    """A line without a script."""
    return Line()
