"""Who a token says it is: read to be shown and written into the journal, never to decide what somebody may do."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from bespeak.clients.secret import Secret
from bespeak.clients.session import Person

_LONGEST = 16_384
#: What is enforced, since when, and on which page.
_RULE = (
    "Since 2026-04-01 Partner Center takes calls of a person only with multifactor authentication "
    "(Partner Center authentication, 2026)"
)


def claims_of(token: Secret) -> Mapping[str, Any]:
    """What a token says of itself, its signature not looked at; nothing for one that cannot be read."""
    parts = token.reveal().split(".")
    if len(parts) != 3 or len(parts[1]) > _LONGEST:  # noqa: PLR2004  # header, claims, signature
        return {}
    try:
        told = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def second_factor_of(token: Secret) -> bool | None:
    """Whether the sign-in behind an access token had a second factor (``amr`` holds ``mfa``); ``None`` if not told."""
    told = claims_of(token)
    methods = told.get("amr")
    if told.get("idtyp") == "app" or not isinstance(methods, list):
        return None
    return "mfa" in methods


def person_of(signed_in: Mapping[str, Any], token: Secret, *, tenant: str, is_app: bool, app: str) -> Person:
    """The person of an id token and an access token; an application by the id of its registration."""
    told = {**claims_of(token), **signed_in}
    tenant_id = _text(told, "tid") or tenant
    if is_app:
        return Person(f"application {app}", _text(told, "oid") or app, tenant_id, is_app=True)
    name = next((told[key] for key in _NAMES if _text(told, key)), "an unnamed person")
    return Person(str(name), _text(told, "oid"), tenant_id, second_factor_of(token))


_NAMES = ("preferred_username", "upn", "unique_name", "name")


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


def explain_missing_second_factor(person: Person) -> str:
    """Why a sign-in without a second factor is not enough, in dated words, and what to do; "" when nothing is wrong."""
    if person.is_app or person.second_factor:
        return ""
    seen = (
        "had no second factor"
        if person.second_factor is False
        else "does not say that it had a second factor"
    )
    return (
        f"The sign-in of {person.name} {seen}. {_RULE}, so it refuses purchases; nothing was sent. Have multifactor "
        "authentication turned on for your account in Entra ID, sign out and sign in again. A stored refresh token "
        "that was made without it stays without it for ever: give the consent anew."
    )
