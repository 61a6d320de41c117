"""Asks Partner Center whether the sign-in behind a token had a second factor."""

from __future__ import annotations

from bespeak.clients.call import Answer, Call, Door


def is_present(door: Door) -> bool:
    """Whether the service says that it was there; raises a ``ServiceError`` when it does not answer."""
    return door.send(_asked())


def _asked() -> Call[bool]:
    return Call(
        name="check the second factor",
        service="partner_center",
        method="GET",
        path="/v1/customers",
        params={"size": "1"},
        headers={"ValidateMfa": "true"},
        read=_said,
    )


def _said(answer: Answer) -> bool:
    return answer.headers.get("ismfacompliant", "").strip().lower() == "true"
