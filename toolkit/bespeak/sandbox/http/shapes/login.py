"""Bodies of the token endpoint."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class TokenForm(TypedDict):
    """The form of a token request, version 2 (``scope``) or 1 (``resource``)."""

    grant_type: str
    client_id: NotRequired[str]
    client_secret: NotRequired[str]
    refresh_token: NotRequired[str]
    scope: NotRequired[str]
    resource: NotRequired[str]


class Token(TypedDict):
    """An access token of version 2."""

    token_type: Literal["Bearer"]
    expires_in: int
    ext_expires_in: int
    access_token: str
    scope: NotRequired[str]
    refresh_token: NotRequired[str]


class TokenOfStrings(TypedDict):
    """An access token of version 1: every value is a string."""

    token_type: Literal["Bearer"]
    expires_in: str
    ext_expires_in: str
    expires_on: str
    not_before: str
    resource: str
    access_token: str
    scope: NotRequired[str]
    refresh_token: NotRequired[str]
