"""Tables and figures to files that a customer can be shown: one offline HTML page, and CSV."""

from bespeak.review.names import file_name
from bespeak.review.page import Section, save_page
from bespeak.review.sheets import save_tables

__all__ = ["Section", "file_name", "save_page", "save_tables"]
