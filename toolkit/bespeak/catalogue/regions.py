"""Azure regions under their ARM names, whatever spelling a price, a meter or a usage record uses."""

from __future__ import annotations

from functools import cache

from bespeak.catalogue.files import reference_rows


def canonical_region(label: str) -> str | None:
    """The ARM name of a region, or None when the spelling is in no table; it is never guessed.

    >>> canonical_region("PL Central"), canonical_region("PolandCentral"), canonical_region("Atlantis")
    ('polandcentral', 'polandcentral', None)
    """
    return _labels().get(label.strip().lower())


@cache
def _labels() -> dict[str, str]:
    return {row["label"]: row["region"] for row in reference_rows("region_labels.csv")}
