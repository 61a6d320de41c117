"""Purchases to practise with: only in a sandbox of one's own, and broken off as a killed kernel does it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bespeak.buying import buy, look_again, practice
from bespeak.buying.ledger import open_journal
from bespeak.connect import private_sandbox
from bespeak.errors import InputError


@pytest.fixture(scope="module")
def world():
    return private_sandbox()


@pytest.fixture
def plan(world, request):
    """A plan of this test's own: each its machines, so that none is the rival of another."""
    return practice.plan_for(world, "Contoso", request.param, name=request.node.name[:40].replace("[", " "))


def with_size(size):
    return pytest.mark.parametrize("plan", [size], indirect=True, ids=[""])


@dataclass
class Elsewhere:
    """A session that says it is somewhere else."""

    world: str
    where: str


@pytest.mark.parametrize(
    ("world", "where"),
    [("sandbox", "shared by this Lab"), ("live", "partner tenant x"), ("integration", "x")],
)
def test_one_practises_in_a_world_of_ones_own_only(world, where):
    with pytest.raises(InputError, match="in a world of one's own"):
        practice.plan_for(Elsewhere(world, where), "Contoso", "Standard_D2s_v5", name="x")
    with pytest.raises(InputError, match="in a world of one's own"):
        practice.killed_while_buying(Elsewhere(world, where), None)


def test_the_same_name_is_the_same_intention(world):
    plans = [practice.plan_for(world, "Contoso", "Standard_D2s_v5", name="one") for _ in range(2)]
    assert plans[0] == plans[1]
    assert plans[0].friendly_name == f"one {plans[0].tag}"


@with_size("Standard_D2s_v5")
def test_a_killed_purchase_leaves_sending_behind_and_one_order_is_found(world, plan):
    told = practice.killed_while_buying(world, plan)
    assert "2 x Standard_D2s_v5" in told
    journal = open_journal(world)
    assert (journal.intent(plan.intent_id).state, journal.intent(plan.intent_id).sendings) == ("SENDING", 1)
    journal.verify()
    assert look_again(world, plan.intent_id).state == "UNKNOWN"
    world.advance(minutes=20)
    assert look_again(world, plan.intent_id).state == "DONE"
    assert len(practice.order_list(world, plan)) == 1


@with_size("Standard_E4s_v5")
def test_the_list_shows_the_order_of_a_plan_after_fifteen_minutes(world, plan):
    outcome = buy(world, plan, plan.phrase)
    assert practice.order_list(world, plan).empty
    world.advance(minutes=15)
    listed = practice.order_list(world, plan)
    assert listed[["order", "quantity", "status"]].values.tolist() == [[outcome.order_id, 2, "completed"]]


@with_size("Standard_D4as_v5")
def test_a_purchase_that_stops_before_its_order_is_not_killed(world, plan):
    world.set_fault("/carts", "refuse", status=403, code=900124)
    with pytest.raises(InputError, match=r"ended before its order left\. Nothing was bought"):
        practice.killed_while_buying(world, plan)
