"""The series of a VM size, read from its name alone, so that a rule also meets sizes that no table knows yet."""

from __future__ import annotations

import re

from bespeak.errors import InputError

_NAME = re.compile(
    r"(?P<tier>standard|basic)_(?P<family>[a-z]+?)(?P<number>\d+)(?:-\d+)?(?P<features>[a-z]*)(?P<rest>(?:_\w+)*)",
    re.IGNORECASE,
)


def series_of(size: str) -> str:
    """The series of a size: family in capitals, features and version in lower case.

    The marks of an isolated size (``i``) and of fewer active cores do not make another series; the first burstable
    generation, which has no number, is ``Bv1``; a promotional size keeps the word. Raises ``InputError`` for a text
    that is not a size name.

    >>> series_of("Standard_DS1_v2"), series_of("Standard_E16-4as_v5"), series_of("Standard_B2ms")
    ('Dsv2', 'Easv5', 'Bv1')
    """
    match = _NAME.fullmatch(size)
    if match is None:
        raise InputError(
            f"'{size}' is not the name of a VM size.", "Use the full name, such as Standard_D2s_v5."
        )
    words = [word for word in match["rest"].split("_")[1:] if not word.isdigit()]
    promotional = any(word.lower() == "promo" for word in words)
    words = [word for word in words if word.lower() != "promo"]
    series = _family(match["family"].upper(), match["features"].lower().replace("i", "")) + "".join(
        map(_word, words)
    )
    if series[0] == "B" and not words:
        series = "Bv1"
    basic = "Basic " if match["tier"].lower() == "basic" else ""
    return f"{basic}{series}{' Promo' if promotional else ''}"


def _family(family: str, features: str) -> str:
    """``DS`` and ``GS`` are D and G with premium storage."""
    return f"{family[0]}s{features}" if family in {"DS", "GS"} else family + features


def _word(word: str) -> str:
    """A version in lower case (``V3`` is ``v3``), any other word (``V620``, a graphics card) as it stands."""
    return word.lower() if re.fullmatch(r"v\d{1,2}", word, re.IGNORECASE) else word
