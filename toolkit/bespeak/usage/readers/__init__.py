"""Files of usage in every encoding: cost exports as CSV or Parquet, lines of JSON, pages as they were received."""

from bespeak.usage.readers.facts import SourceFacts
from bespeak.usage.readers.files import FileRecords, file_records, read_usage_file

__all__ = ["FileRecords", "SourceFacts", "file_records", "read_usage_file"]
