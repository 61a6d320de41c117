"""Test files are imported without a package; this makes estate_files findable."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
