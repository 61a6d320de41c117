"""Whether a reservation renews itself (D-740), and stopping that."""

import pandas as pd
import pytest

from bespeak.errors import MissingError, UnreadableError
from bespeak.holdings import renewal, stop_renewal

ORDER, RESERVATION = "24b5e9d7-0744-5719-9ecf-e916decd0a75", "45ed7497-97c7-57e8-93f3-71015ef47ca9"
ROW = pd.Series({"reservation_order_id": ORDER, "reservation_id": RESERVATION, "order_id": "o1"})
READ = f"/reservations/{RESERVATION}"


def azure(**properties):
    return {"properties": {"expiryDateTime": "2027-11-16T00:00:00.0000000Z", **properties}}


@pytest.fixture
def session_with(session):
    def make(told):
        session.door.answers[READ] = told
        return session

    return make


def test_a_renewal_that_is_on_says_that_the_same_is_bought_again(session_with):
    told = renewal(session_with(azure(renew=True, userFriendlyRenewState="On")), ROW)
    assert told.on
    assert "bought again at the end, 2027-11-16 00:00 UTC" in str(told)


def test_a_renewal_that_is_off_says_that_the_machines_go_back_to_pay_as_you_go(session_with):
    told = renewal(session_with(azure(renew=False, userFriendlyRenewState="Off")), ROW)
    assert not told.on
    assert "pay-as-you-go" in str(told)


def test_what_was_renewed_says_so(session_with):
    told = renewal(session_with(azure(renew=False, userFriendlyRenewState="Renewed")), ROW)
    assert str(told) == "It ended 2027-11-16 00:00 UTC and was bought again."


def test_stopping_a_renewal_that_is_off_sends_nothing(session_with):
    session = session_with(azure(renew=False))
    stop_renewal(session, ROW)
    assert [call.method for call in session.door.log] == ["GET"]


def test_stopping_a_renewal_changes_only_that(session_with):
    session = session_with(azure(renew=True))
    stop_renewal(session, ROW)
    read, change, again = session.door.log
    assert [read.method, change.method, again.method] == ["GET", "PATCH", "GET"]
    assert change.body == {"properties": {"renew": False}}


@pytest.mark.parametrize("told", [{}, {"renew": None}, {"renew": "true"}])
def test_an_answer_that_does_not_say_it_is_no_no(session_with, told):
    with pytest.raises(UnreadableError):
        renewal(session_with(azure(**told)), ROW)


def test_a_reservation_in_the_making_has_no_renewal_yet(session_with):
    young = pd.Series({"reservation_order_id": "", "reservation_id": None, "order_id": "o1"})
    with pytest.raises(MissingError, match="still being made"):
        renewal(session_with(azure(renew=True)), young)
