"""How each service prints a refusal."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict


class PartnerCenterError(TypedDict):
    """An error of Partner Center: the code is a number on the wire, though the pages say a string."""

    code: int | str
    description: str
    data: list[Any]
    source: str


class AzureErrorBody(TypedDict):
    """What is inside of an error of Azure: the code is a word."""

    code: str
    message: str
    target: NotRequired[str | None]
    details: NotRequired[list[Any]]
    innerError: NotRequired[dict[str, Any]]


class AzureError(TypedDict):
    """An error of Azure Resource Manager and of Microsoft Graph; the control routes print theirs alike."""

    error: AzureErrorBody


class SignInError(TypedDict):
    """An error of the token endpoint."""

    error: str
    error_description: str
    error_codes: NotRequired[list[int]]
    timestamp: NotRequired[str]
    trace_id: NotRequired[str]
    correlation_id: NotRequired[str]
    suberror: NotRequired[str]
    claims: NotRequired[str]


class ThrottledError(TypedDict):
    """The body of a 429 of Partner Center, which has another shape than its other errors."""

    statusCode: int
    message: str
