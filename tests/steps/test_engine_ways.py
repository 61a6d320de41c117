"""The ways that the benchmark compares come to one answer; here on two customers of its estate."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
from engine_ways import answer, by_script, by_steps
from estate import write_customer


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The files of two customers, as the store lays them out."""
    place = tmp_path_factory.mktemp("estate")
    assert sum(write_customer(place, number) for number in (1, 2)) > 80_000
    return place


def test_the_script_and_the_steps_give_the_same_quantities(folder):
    script = by_script(folder)

    assert (script["quantity"] > 0).any()
    assert {answer(by_steps(kind)(folder)) for kind in ("rows", "hourly")} == {answer(script)}
