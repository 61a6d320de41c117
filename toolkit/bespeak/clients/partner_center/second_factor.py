"""Whether the sign-in behind a token had a second factor, as Partner Center says it."""

from __future__ import annotations

from bespeak.clients.call import Answer, Call


def check_second_factor() -> Call[bool]:
    """Whether Partner Center saw a second factor behind the token that it is asked with.

    The header ``ValidateMfa`` asks, the header ``isMfaCompliant`` of the answer tells; one that does not tell counts
    as no. Source: Partner security requirements, testing (2026); the list of customers is what is read meanwhile.
    """
    return Call(
        name="check the second factor",
        service="partner_center",
        method="GET",
        path="/v1/customers",
        params={"size": "1"},
        headers={"ValidateMfa": "true"},
        read=_told,
    )


def _told(answer: Answer) -> bool:
    return answer.headers.get("ismfacompliant", "").strip().lower() == "true"
