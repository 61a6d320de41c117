"""Usage from the services, and from files in a folder, into the usage store."""

from bespeak.usage.sync.folder import Imported, import_folder
from bespeak.usage.sync.refresh import Left, Refreshed, refresh_usage

__all__ = ["Imported", "Left", "Refreshed", "import_folder", "refresh_usage"]
