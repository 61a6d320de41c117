"""The control of how partner and customers stand with Microsoft."""

import pytest
from commerce_steps import NOBODY, stand
from tiny_world import BOB


def test_settings_are_shown_as_they_are(caller):
    shown = stand(caller, customer=BOB, refuse=800069, quota_cores=8)
    shown = stand(caller, credit_limit=1000, paid=12.5)
    assert shown["refusals"] == {BOB: 800069}
    assert shown["quota_cores"] == {BOB: 8}
    assert (shown["credit_limit"], shown["paid"]) == (1000, 12.5)
    assert caller.control("GET", "/standing").get_json() == shown
    assert stand(caller, customer=BOB, refuse=0, credit_limit=None)["refusals"] == {}
    assert caller.control("GET", "/standing").get_json()["credit_limit"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"refuse": 1},
        {"refuse": "800069"},
        {"refuse": True},
        {"customer": 7, "refuse": 0},
        {"customer": NOBODY, "refuse": 0},
        {"quota_cores": 7},
        {"sign": True},
        {"customer": BOB, "quota_cores": -1},
        {"credit_limit": "much"},
        {"credit_limit": -1},
        {"credit_code": 1},
        {"paid": [1]},
        {"restrict": "all"},
        {"restrict": {"colour": "blue"}},
        {"restrict": {"size": 7}},
        {"credit_limit": 5, "refuse": 1},
        {"colour": "blue"},
    ],
)
def test_a_wrong_setting_changes_nothing(caller, body):
    before = caller.world.snapshot()
    answer = caller.control("POST", "/standing", body)
    assert 400 <= answer.status_code < 500, answer.text
    assert caller.world.snapshot() == before


def test_settings_end_with_a_reset(caller):
    stand(caller, refuse=800069)
    caller.control("POST", "/reset")
    assert caller.control("GET", "/standing").get_json()["refusals"] == {}
