"""The gate before everything that changes something: what it stops, what it lets through, and what it says."""

import pytest

from bespeak.clients.call import Call
from bespeak.clients.tries import Habits, Tries
from bespeak.errors import LockedError

REASON = "Unlock live on the page first."


def gate(reason):
    """The gate of a sender; nothing else of it is used."""
    habits = Habits(None, None, None, None, "", lambda: reason)
    return Tries({}, None, None, None, habits)._refuse_if_locked


def call(method, service="partner_center", **changes):
    return Call("check out a cart", service, method, "/v1/x", lambda answer: answer, **changes)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("service", ["partner_center", "arm", "graph", "price_sheets"])
def test_what_changes_something_does_not_leave_a_locked_world(method, service):
    with pytest.raises(LockedError) as refused:
        gate(REASON)(call(method, service))
    assert str(refused.value) == f"'check out a cart' was not sent, and nothing was changed. {REASON}"
    assert gate("")(call(method, service)) is None


@pytest.mark.parametrize("service", ["login", "control"])
def test_signing_in_and_the_controls_of_the_sandbox_are_never_locked(service):
    assert gate(REASON)(call("POST", service)) is None


def test_reading_is_never_locked():
    assert gate(REASON)(call("GET")) is None
    assert gate(REASON)(call("POST", safe=True)) is None


def test_a_get_that_changes_something_is_locked_too():
    with pytest.raises(LockedError):
        gate(REASON)(call("GET", safe=False))
