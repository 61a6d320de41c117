"""The small estate of the steps, and whether this machine has Spark."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

import pytest

# Test files are imported without a package; this makes small_estate findable.
sys.path.insert(0, str(Path(__file__).parent))

LACKING = [
    name
    for name, there in (
        ("pyspark (pip install 'bespeak[spark]')", importlib.util.find_spec("pyspark")),
        ("Java 17 (apt-get install default-jre-headless)", shutil.which("java")),
    )
    if not there
]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "spark: needs pyspark and Java")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not LACKING or os.environ.get("BESPEAK_REQUIRE_SPARK"):
        return
    for item in items:
        if item.get_closest_marker("spark"):
            item.add_marker(pytest.mark.skip(reason=f"this machine lacks {' and '.join(LACKING)}"))
