"""What a resource id says: subscription, provider, name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Resource:
    """The parts of an Azure resource id; parts that it lacks are empty."""

    id: str
    subscription: str
    group: str
    provider: str
    name: str


def resource(text: str) -> Resource:
    """The parts of ``/subscriptions/{s}/resourceGroups/{g}/providers/{p}/{type}/{name}``."""
    segments = [segment for segment in text.split("/") if segment]
    lower = [segment.lower() for segment in segments]
    return Resource(
        id=text.lower(),
        subscription=_after(lower, lower, "subscriptions").lower(),
        group=_after(lower, lower, "resourcegroups"),
        provider=_after(segments, lower, "providers"),
        name=segments[-1] if segments else "",
    )


def resources(texts: Iterable[str]) -> dict[str, Resource]:
    """Each distinct id, read once."""
    return {text: resource(text) for text in set(texts)}


def _after(segments: list[str], lower: list[str], word: str) -> str:
    place = lower.index(word) + 1 if word in lower else len(segments)
    return segments[place] if place < len(segments) else ""
