"""Bodies of the utilization records of legacy Azure."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from bespeak.sandbox.http.shapes.partner import Attributes, Link


class Meter(TypedDict):
    """What was used: the meter."""

    id: str
    name: str
    category: str
    subcategory: str
    region: str


class InstanceData(TypedDict):
    """Which resource used it; ``additionalInfo`` is an object here, not a text as in rated lines."""

    resourceUri: str
    location: str
    partNumber: str
    orderNumber: str
    tags: NotRequired[dict[str, str]]
    additionalInfo: NotRequired[dict[str, str | int | float | None]]


class UtilizationRecord(TypedDict):
    """Use of one resource in an hour or a day; without ``instanceData`` the sum of all of one meter."""

    usageStartTime: str
    usageEndTime: str
    resource: Meter
    quantity: float
    unit: str
    infoFields: dict[str, str]
    instanceData: NotRequired[InstanceData]
    attributes: Attributes


class UtilizationLinks(TypedDict):
    """This page and the next; the token of the next is in the headers of its link only."""

    self: Link
    next: NotRequired[Link]


class UtilizationPage(TypedDict):
    """A page of records; ``totalCount`` is of the page."""

    totalCount: int
    items: list[UtilizationRecord]
    links: UtilizationLinks
    attributes: Attributes
