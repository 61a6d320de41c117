"""What is known of a file of usage besides its records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

View = Literal["actual", "amortised", "unknown"]


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """A file in words: ``schema`` as Microsoft or FOCUS calls it, its cost view, its digests, and remarks.

    ``source`` is what the store calls such a source. ``rows_sha256`` is the same for the same rows in any order and
    encoding. ``incomplete`` says what the file lacks, "" when nothing is known to be missing.
    """

    name: str
    source: str
    schema: str
    view: View
    currencies: tuple[str, ...]
    customers: tuple[str, ...]
    rows: int
    size: int
    sha256: str
    rows_sha256: str
    remarks: tuple[str, ...] = ()
    incomplete: str = ""
