"""Bodies of the token endpoint."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class TokenForm(TypedDict):
    """The form of a token request, version 2 (``scope``) or 1 (``resource``)."""

    grant_type: str
    client_id: NotRequired[str]
    client_secret: NotRequired[str]
    client_assertion_type: NotRequired[str]
    client_assertion: NotRequired[str]
    refresh_token: NotRequired[str]
    code: NotRequired[str]
    redirect_uri: NotRequired[str]
    code_verifier: NotRequired[str]
    device_code: NotRequired[str]
    scope: NotRequired[str]
    resource: NotRequired[str]
    client_info: NotRequired[str]
    claims: NotRequired[str]


class Token(TypedDict):
    """An access token of version 2."""

    token_type: Literal["Bearer"]
    expires_in: int
    ext_expires_in: int
    access_token: str
    scope: NotRequired[str]
    refresh_token: NotRequired[str]
    id_token: NotRequired[str]
    client_info: NotRequired[str]


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


class Discovery(TypedDict):
    """Where the endpoints of a tenant are, and what they offer."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    device_authorization_endpoint: str
    response_types_supported: list[str]
    response_modes_supported: list[str]
    subject_types_supported: list[str]
    id_token_signing_alg_values_supported: list[str]
    scopes_supported: list[str]


class DeviceForm(TypedDict):
    """The form that begins a sign-in by a device code."""

    client_id: str
    scope: NotRequired[str]
    claims: NotRequired[str]


class DeviceCode(TypedDict):
    """A sign-in by a device code that has begun; times in seconds."""

    device_code: str
    user_code: str
    verification_uri: str
    expires_in: int
    interval: int
    message: str


class DeviceChoice(TypedDict):
    """What a person enters: the code, and who signs in."""

    user_code: str
    person: str
