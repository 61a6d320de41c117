"""What the sandbox's faults become at the real door, in this process."""

import httpx
import pytest

from bespeak.clients.partner_center.subscriptions import register, registration_status
from bespeak.connect import connect
from bespeak.customers import customer_details, customers
from bespeak.errors import AnswerLostError, RefusedError


@pytest.fixture
def session(monkeypatch):
    """A fresh world whose waits take no time."""
    monkeypatch.delenv("BESPEAK_SANDBOX", raising=False)
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    return connect()


@pytest.fixture
def litware(session):
    """Customer id and plan id of the customer that is not registered."""
    table = customers(session)
    details = customer_details(session, table.loc[table["name"] == "Litware", "customer_id"].iloc[0])
    return details.customer_id, details.subscriptions["subscription_id"][0]


def test_a_lost_answer_of_a_write_is_unknown_and_the_work_is_done(session, litware):
    session.set_fault("registrations", "lose_answer")

    with pytest.raises(AnswerLostError):
        session.door.send(register(*litware))

    assert session.door.send(registration_status(*litware)) != "notregistered"


def test_a_lost_request_of_a_write_is_unknown_too_and_nothing_is_done(session, litware):
    session.set_fault("registrations", "lose_request")

    with pytest.raises(AnswerLostError):
        session.door.send(register(*litware))

    assert session.door.send(registration_status(*litware)) == "notregistered"


def test_a_gateway_page_after_a_write_is_unknown(session, litware):
    session.set_fault("registrations", "not_json")

    with pytest.raises(AnswerLostError) as caught:
        session.door.send(register(*litware))

    assert caught.value.status == 502


def test_a_refused_write_is_said_in_words(session, litware):
    session.set_fault("registrations", "refuse", status=403, code=20002)

    with pytest.raises(RefusedError, match="no reseller relationship"):
        session.door.send(register(*litware))


@pytest.mark.parametrize("kind", ["lose_answer", "lose_request", "not_json", "throttle", "refuse"])
def test_a_read_gets_over_a_fault_that_passes(session, litware, kind):
    session.set_fault("registrationstatus", kind, times=2)

    assert session.door.send(registration_status(*litware)) == "notregistered"


def test_a_read_that_is_not_ready_at_first_is_waited_for(session, litware):
    session.set_fault("registrationstatus", "not_ready", times=2)

    assert session.door.send(registration_status(*litware)) == "notregistered"


def test_the_cause_of_a_lost_answer_is_kept(session, litware):
    session.set_fault("registrations", "lose_answer")

    with pytest.raises(AnswerLostError) as caught:
        session.door.send(register(*litware))

    assert isinstance(caught.value.__cause__, (ConnectionResetError, httpx.TransportError))


def test_a_switch_is_set_by_name(session):
    session.set_switch("order_minutes", 20)
    with pytest.raises(RefusedError, match="order_minutes"):
        session.set_switch("ordr_minutes", 20)
