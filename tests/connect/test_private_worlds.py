"""A world of a notebook's own: the same ids for the same seed, and other stories than the demo."""

from __future__ import annotations

import pytest

from bespeak.clients.partner_center.customers import get_customer
from bespeak.connect import private_sandbox
from bespeak.customers import customers
from bespeak.errors import InputError, RefusedError

NOBODY = "00000000-0000-0000-0000-000000000001"


def _correlation_id(session):
    with pytest.raises(RefusedError) as refused:
        session.door.send(get_customer(NOBODY))
    return refused.value.correlation_id


def test_a_private_world_gives_the_same_ids_for_the_same_seed():
    told = [_correlation_id(private_sandbox(seed=seed)) for seed in (1, 1, 2)]
    assert told[0] == told[1] != told[2]


def test_a_private_world_can_tell_another_story():
    assert customers(private_sandbox(scenario="lapsed_agreement"))["name"].tolist() == ["Fourth Coffee"]


def test_a_story_that_is_not_there_is_an_input_error_that_names_those_that_are():
    with pytest.raises(InputError, match=r"no scenario 'lapsd'.*lapsed_agreement"):
        private_sandbox(scenario="lapsd")
