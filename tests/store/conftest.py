"""A store in a folder of its own, and deliveries as the readers hand them over."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from deliveries import open_store


@pytest.fixture
def store(tmp_path):
    return open_store(tmp_path / "usage")
