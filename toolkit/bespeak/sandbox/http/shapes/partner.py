"""Bodies that all of Partner Center shares: links, attributes, collections."""

from __future__ import annotations

from typing import Generic, NotRequired, TypedDict, TypeVar

T = TypeVar("T")


class Header(TypedDict):
    """A header that belongs to a link."""

    key: str
    value: str


class Link(TypedDict):
    """Where something is; ``uri`` is relative, usually without ``/v1``."""

    uri: str
    method: str
    headers: list[Header]


class Attributes(TypedDict):
    """What kind of object this is; ``etag`` only on what can be changed."""

    objectType: str
    etag: NotRequired[str]


class Collection(TypedDict, Generic[T]):
    """A list that fits one page; ``totalCount`` is the number of items in it."""

    totalCount: int
    items: list[T]
    attributes: Attributes
    links: NotRequired[dict[str, Link]]


class Page(TypedDict, Generic[T]):
    """A page of a longer list."""

    totalCount: int
    items: list[T]
    continuationToken: NotRequired[str]
    links: dict[str, Link]
    attributes: Attributes
