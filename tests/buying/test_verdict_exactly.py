"""What each trouble at a checkout means for money, status by status and code by code."""

import pytest

from bespeak.buying.verdict import of_error, of_order_errors
from bespeak.errors import (
    AnswerLostError,
    NotReadyError,
    RefusedError,
    ServiceError,
    UnreachableError,
    UnreadableError,
)

#: Written out once more, so that a code or status is a decision and not a slip.
DOUBTFUL_CODES = ("800060", "800064", "800065", "4018", "800005")
DOUBTFUL_STATUSES = (401, 408, 409, 429, 500, 501, 502, 503, 504, 599)


def refused(status, code):
    return RefusedError("No.", status=status, code=code)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 406, 412, 417, 428, 499])
def test_a_refusal_in_words_is_a_refusal(status):
    assert of_error(refused(status, "800013")) == "REJECTED"
    assert of_error(refused(status, "")) == "UNKNOWN"


@pytest.mark.parametrize("status", DOUBTFUL_STATUSES)
def test_after_these_statuses_nobody_knows_whatever_the_words(status):
    assert of_error(refused(status, "800013")) == "UNKNOWN"


@pytest.mark.parametrize("code", DOUBTFUL_CODES)
def test_these_codes_are_steps_of_a_purchase_and_no_refusal(code):
    assert of_error(refused(400, code)) == "UNKNOWN"
    assert of_order_errors([{"code": "800013"}, {"code": code}]) == "UNKNOWN"
    if code.isdigit():
        assert of_order_errors([{"code": int(code)}]) == "UNKNOWN"


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (UnreachableError("x"), "REJECTED"),
        (AnswerLostError("x"), "UNKNOWN"),
        (UnreadableError("x"), "UNKNOWN"),
        (NotReadyError("x", retry_after=1.0), "UNKNOWN"),
        (ServiceError("x"), "UNKNOWN"),
        (UnreachableError("x", status=503, code="800060"), "REJECTED"),
    ],
)
def test_only_what_was_not_sent_or_was_refused_in_words_is_certain(error, verdict):
    assert of_error(error) == verdict


@pytest.mark.parametrize("errors", [[], [{}], [{"code": None}], [{"code": "800013"}, {"description": "no"}]])
def test_order_errors_without_a_doubtful_code_are_refusals(errors):
    assert of_order_errors(errors) == "REJECTED"
