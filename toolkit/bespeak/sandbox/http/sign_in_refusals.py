"""How the token endpoint says no: the word of OAuth, Entra ID's number, and the id of the correlation.

The words that belong to the numbers are those of answers that clients report (3P): Microsoft's page of the numbers
names the meaning only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bespeak.sandbox.http.exchange import Answer, dumps
from bespeak.sandbox.http.shapes import errors as shapes
from bespeak.sandbox.refusals import RefusalError

_NUMBER = re.compile(r"AADSTS(\d{4,9})")
#: The word of OAuth that comes with a number; ``invalid_grant`` for all others.
WORDS: Mapping[int, str] = {
    **dict.fromkeys((50072, 50074, 50076, 50078, 50079, 50158, 53000, 53003, 50097), "interaction_required"),
    **dict.fromkeys((7000215, 7000222, 700027, 700024, 7000218), "invalid_client"),
    **dict.fromkeys((700016, 7000112, 50105), "unauthorized_client"),
    **dict.fromkeys((90002, 90014), "invalid_request"),
    500011: "invalid_resource",
}
#: More on it, for some of them.
_MORE: Mapping[int, str] = {
    65001: "consent_required",
    50076: "basic_action",
    50079: "basic_action",
    53003: "message_only",
    700082: "bad_token",
    50173: "bad_token",
    70043: "token_expired",
}


def number_of(description: str) -> int:
    """The number of an error, 0 when its text names none."""
    found = _NUMBER.search(description)
    return int(found[1]) if found else 0


def refused(refusal: RefusalError, correlation: str = "", claims: str = "") -> Answer:
    """A refusal as the token endpoint prints it."""
    number = number_of(refusal.description)
    body: shapes.SignInError = {"error": str(refusal.code), "error_description": refusal.description}
    if number:
        body["error_codes"] = [number]
    if number in _MORE:
        body["suberror"] = _MORE[number]
    if correlation:
        body["correlation_id"] = correlation
    if claims:
        body["claims"] = claims
    return Answer(dumps(body), refusal.status, refusal.headers)
