"""Bodies of the sandbox's own settings of how partner and customers stand with Microsoft."""

from __future__ import annotations

from typing import TypedDict


class Restriction(TypedDict):
    """No capacity for what fits; an empty member fits everything."""

    size: str
    region: str
    customer: str


class Standing(TypedDict):
    """All settings; the customer with an empty id stands for all."""

    refusals: dict[str, int]
    quota_cores: dict[str, int]
    credit_limit: float | None
    credit_code: int
    paid: float
    restrictions: list[Restriction]


class RestrictionWish(TypedDict, total=False):
    """For what there shall be no capacity."""

    size: str
    region: str


class StandingWish(TypedDict, total=False):
    """Settings that shall be made, for one customer or for all."""

    customer: str | None
    refuse: int | None
    quota_cores: int | None
    credit_limit: float | None
    credit_code: int | None
    paid: float | None
    restrict: RestrictionWish | None
    sign: bool | None
