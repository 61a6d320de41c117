"""Files of usage in every encoding: cost exports as CSV or Parquet, lines of JSON, pages as they were received."""

from bespeak.usage.readers.facts import SourceFacts
from bespeak.usage.readers.files import FileRecords, file_records, read_usage_file
from bespeak.usage.readers.folder import FolderReading, read_folder

__all__ = ["FileRecords", "FolderReading", "SourceFacts", "file_records", "read_folder", "read_usage_file"]
